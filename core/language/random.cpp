#include "core/language/random.h"

#include <algorithm>

namespace core::language
{
namespace
{

constexpr int rounds = 10;
constexpr uint64_t multipliers[2] = {0xD2511F53, 0xCD9E8D57};
constexpr uint32_t weyl[2] = {0x9E3779B9, 0xBB67AE85};

/// Blocks side by side: one word of each in a vector, in the low half of 64 bits so that products have room.
constexpr int width = 16;
constexpr int lanes = 8;
typedef uint64_t Words __attribute__((vector_size(lanes * 8)));

struct Blocks {
    Words words[4];
};

void encrypt(Blocks& blocks, uint32_t key0, uint32_t key1)
{
    auto& x = blocks.words;
    for (int round = 0; round < rounds; ++round) {
        const Words first = x[0] * multipliers[0], second = x[2] * multipliers[1];
        x[0] = (second >> 32) ^ x[1] ^ key0;
        x[1] = second & 0xFFFFFFFF;
        x[2] = (first >> 32) ^ x[3] ^ key1;
        x[3] = first & 0xFFFFFFFF;
        key0 += weyl[0];
        key1 += weyl[1];
    }
}

} // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 2> key, std::array<uint32_t, 4> x)
{
    for (int round = 0; round < rounds; ++round) {
        const uint64_t first = multipliers[0] * x[0], second = multipliers[1] * x[2];
        x = {uint32_t(second >> 32) ^ x[1] ^ key[0], uint32_t(second), uint32_t(first >> 32) ^ x[3] ^ key[1],
             uint32_t(first)};
        key[0] += weyl[0];
        key[1] += weyl[1];
    }
    return x;
}

float uniform(uint32_t bits)
{
    // k + 1/2 needs 25 bits: from k = 2^23 on it rounds to even, and the last one would become 2^24.
    constexpr float greatest = 0x1.FFFFFEp-1f;
    return std::min((float(int32_t(bits >> 8)) + 0.5f) * 0x1p-24f, greatest);
}

void fillUniform(float* out, uint64_t seed, uint32_t step, uint32_t site, uint64_t firstElement, int64_t n)
{
    const uint64_t last = firstElement + uint64_t(n);
    for (uint64_t block = firstElement / 4; block * 4 < last; block += width) {
        float values[4 * width];
        for (int group = 0; group < width; group += lanes) {
            Blocks blocks{};
            for (int i = 0; i < lanes; ++i) blocks.words[0][i] = block + uint64_t(group + i);
            blocks.words[1] = blocks.words[0] >> 32;
            blocks.words[0] &= 0xFFFFFFFF;
            blocks.words[2] += step;
            blocks.words[3] += site;
            encrypt(blocks, uint32_t(seed), uint32_t(seed >> 32));
            for (int word = 0; word < 4; ++word)
                for (int i = 0; i < lanes; ++i)
                    values[4 * (group + i) + word] = uniform(uint32_t(blocks.words[word][i]));
        }
        const uint64_t begin = std::max(block * 4, firstElement), end = std::min((block + width) * 4, last);
        std::copy(values + (begin - block * 4), values + (end - block * 4), out + (begin - firstElement));
    }
}

} // namespace core::language
