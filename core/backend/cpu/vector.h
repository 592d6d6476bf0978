// The few vector operations the kernels need, at the width of the machine the code is built for.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace core::cpu
{

#if defined(__AVX512F__)
inline constexpr int lanes = 16;
#elif defined(__AVX2__)
inline constexpr int lanes = 8;
#else
inline constexpr int lanes = 4;
#endif

using Vector = float __attribute__((vector_size(lanes * 4)));

inline Vector load(const float* p)
{
    Vector v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
inline void store(float* p, Vector v) { std::memcpy(p, &v, sizeof v); }
inline Vector splat(float x)
{
#if defined(__AVX512F__)
    return (Vector)_mm512_set1_ps(x);
#elif defined(__AVX2__)
    return (Vector)_mm256_set1_ps(x);
#else
    return Vector{x, x, x, x};
#endif
}

/// The first n < lanes elements, zeros after them; touches nothing beyond.
inline Vector loadPart(const float* p, int n)
{
#if defined(__AVX512F__)
    return (Vector)_mm512_maskz_loadu_ps(__mmask16((1u << n) - 1), p);
#else
    Vector v{};
    std::memcpy(&v, p, size_t(n) * 4);
    return v;
#endif
}
inline void storePart(float* p, Vector v, int n)
{
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(p, __mmask16((1u << n) - 1), (__m512)v);
#else
    std::memcpy(p, &v, size_t(n) * 4);
#endif
}

/// As memcpy, whose call costs more than a few vectors.
inline void copyFloats(float* to, const float* from, int64_t count)
{
    if (count % lanes != 0 || count > 16 * lanes) {
        std::memcpy(to, from, size_t(count) * 4);
        return;
    }
    for (int64_t i = 0; i < count; i += lanes) store(to + i, load(from + i));
}

/// a*b + c, fused where the machine can.
inline Vector fma(Vector a, Vector b, Vector c)
{
#if defined(__AVX512F__)
    return (Vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
    return (Vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
    return a * b + c;
#endif
}

} // namespace core::cpu
