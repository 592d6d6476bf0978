// Counter-based random numbers: Philox-4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
// as 1, 2, 3", 2011). A number is a pure function of its key and counter.
#pragma once

#include <array>
#include <cstdint>

namespace core
{

inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key)
{
    for (int round = 0; round < 10; ++round) {
        const uint64_t a = uint64_t(0xD2511F53u) * counter[0], b = uint64_t(0xCD9E8D57u) * counter[2];
        counter = {uint32_t(b >> 32) ^ counter[1] ^ key[0], uint32_t(b),
                   uint32_t(a >> 32) ^ counter[3] ^ key[1], uint32_t(a)};
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    return counter;
}

/// In (0, 1), a multiple of 2^-24, exact in float.
inline float unitUniform(uint32_t bits) { return (float(bits >> 9) + 0.5f) * 0x1p-23f; }

/// The four numbers of elements 4*block .. 4*block+3 that op random draws.
inline std::array<uint32_t, 4> randomBlock(int32_t seed, int32_t step, int64_t site, int64_t block)
{
    return philox({uint32_t(block), uint32_t(block >> 32), uint32_t(step), uint32_t(site)},
                  {uint32_t(seed), uint32_t(site >> 32) ^ 0x72616e64u});
}

} // namespace core
