#include "core/language/random.h"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace core::language
{
namespace
{

constexpr int rounds = 10;
constexpr uint64_t multipliers[2] = {0xD2511F53, 0xCD9E8D57};
constexpr uint32_t weyl[2] = {0x9E3779B9, 0xBB67AE85};

/// Blocks side by side: word w of block i in lane i, in the low half of 64 bits so that products have room.
#if defined(__AVX512F__)
constexpr int lanes = 8;
#elif defined(__AVX2__)
constexpr int lanes = 4;
#else
constexpr int lanes = 2;
#endif
typedef uint64_t Words __attribute__((vector_size(lanes * 8)));

/// Products of the low halves; what is above them is not looked at.
[[gnu::always_inline]] inline Words multiplyLow(Words a, uint64_t b)
{
#if defined(__AVX512F__)
    return (Words)_mm512_maskz_mul_epu32(0xFF, (__m512i)a, _mm512_set1_epi64(int64_t(b)));
#elif defined(__AVX2__)
    return (Words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(int64_t(b)));
#elif defined(__SSE2__)
    return (Words)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(int64_t(b)));
#else
    return (a & 0xFFFFFFFF) * b;
#endif
}

/// Groups of blocks in turn, so that one multiplies while another waits. High halves of words stay arbitrary.
template<int Groups> [[gnu::always_inline]] inline void encrypt(Words (&x)[4][Groups], uint64_t seed)
{
    uint32_t key0 = uint32_t(seed), key1 = uint32_t(seed >> 32);
    for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 4
        for (int g = 0; g < Groups; ++g) {
            const Words first = multiplyLow(x[0][g], multipliers[0]);
            const Words second = multiplyLow(x[2][g], multipliers[1]);
            x[0][g] = (second >> 32) ^ x[1][g] ^ key0;
            x[1][g] = second;
            x[2][g] = (first >> 32) ^ x[3][g] ^ key1;
            x[3][g] = first;
        }
        key0 += weyl[0];
        key1 += weyl[1];
    }
}

/// uniform() of every low half, those of one block together.
template<int Groups> [[gnu::always_inline]] inline void toUniform(const Words (&x)[4][Groups], float* out)
{
    typedef uint32_t Halves __attribute__((vector_size(lanes * 8)));
    typedef int32_t Signed __attribute__((vector_size(lanes * 8)));
    typedef float Floats __attribute__((vector_size(lanes * 8)));
    typedef uint64_t Pairs __attribute__((vector_size(16)));
    const Floats greatest = Floats{} + 0x1.FFFFFEp-1f;
    const auto floats = [&](Words low, Words high) {
        const Halves bits = (Halves)((low & 0xFFFFFFFF) | (high << 32));
        const Floats value = (__builtin_convertvector((Signed)(bits >> 8), Floats) + 0.5f) * 0x1p-24f;
        return value < greatest ? value : greatest;
    };
#pragma GCC unroll 4
    for (int g = 0; g < Groups; ++g) {
        const Words first = (Words)floats(x[0][g], x[1][g]), second = (Words)floats(x[2][g], x[3][g]);
#pragma GCC unroll 8
        for (int i = 0; i < lanes; ++i) {
            const Pairs block = {first[i], second[i]};
            std::memcpy(out + 4 * (g * lanes + i), &block, sizeof block);
        }
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
    constexpr int groups = 4;
    constexpr uint64_t width = groups * lanes; // blocks at a time
    const uint64_t last = firstElement + uint64_t(n);
    Words each;
    for (int i = 0; i < lanes; ++i) each[i] = uint64_t(i);
    for (uint64_t block = firstElement / 4; block * 4 < last; block += width) {
        Words x[4][groups];
        for (int g = 0; g < groups; ++g) {
            x[0][g] = each + (block + uint64_t(g) * lanes);
            x[1][g] = x[0][g] >> 32;
            x[2][g] = Words{} + step;
            x[3][g] = Words{} + site;
        }
        encrypt(x, seed);
        const uint64_t begin = std::max(block * 4, firstElement), end = std::min((block + width) * 4, last);
        if (end - begin == width * 4) {
            toUniform(x, out + (begin - firstElement));
            continue;
        }
        float values[4 * width];
        toUniform(x, values);
        std::copy(values + (begin - block * 4), values + (end - block * 4), out + (begin - firstElement));
    }
}

} // namespace core::language
