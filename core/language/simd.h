// The SIMD vectors of this machine, and shaders/math.glsl compiled for them. For .cpp files only: what is
// defined here depends on the instruction set.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace core::language::simd
{

#if defined(__AVX512F__) && defined(__AVX512DQ__)
inline constexpr int lanes = 16;
#elif defined(__AVX2__)
inline constexpr int lanes = 8;
#else
inline constexpr int lanes = 4;
#endif

typedef float Floats __attribute__((vector_size(lanes * 4)));
typedef int32_t Ints __attribute__((vector_size(lanes * 4)));
typedef uint32_t Words __attribute__((vector_size(lanes * 4)));
using uint = uint32_t;

#define AXO_INLINE [[gnu::always_inline]] inline

AXO_INLINE Floats splat(Floats x) { return x; }
AXO_INLINE Floats splat(float x)
{
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    return (Floats)_mm512_set1_ps(x);
#elif defined(__AVX2__)
    return (Floats)_mm256_set1_ps(x);
#else
    return Floats{x, x, x, x};
#endif
}
AXO_INLINE Floats truth(Ints mask) { return (Floats)(mask & (Ints)splat(1.0f)); } ///< 1 where the mask is set
/// Any alignment of a float will do.
AXO_INLINE Floats load(const float* p)
{
    Floats x;
    std::memcpy(&x, p, sizeof x);
    return x;
}
AXO_INLINE void store(float* p, Floats x) { std::memcpy(p, &x, sizeof x); }

AXO_INLINE Ints floatBitsToInt(Floats x) { return (Ints)x; }
AXO_INLINE Floats intBitsToFloat(Ints x) { return (Floats)x; }
AXO_INLINE uint floatBitsToUint(float x)
{
    uint bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}
AXO_INLINE Floats axo_toFloat(Ints x) { return __builtin_convertvector(x, Floats); }
AXO_INLINE Ints axo_toInt(Floats x) { return __builtin_convertvector(x, Ints); }
AXO_INLINE uint axo_multiplyHigh(uint a, uint b) { return uint(uint64_t(a) * b >> 32); }
AXO_INLINE Floats abs(Floats x) { return (Floats)((Ints)x & 0x7fffffff); }
AXO_INLINE Floats axo_copySign(Floats x, Floats sign)
{
    return (Floats)(((Ints)x & 0x7fffffff) | ((Ints)sign & (Ints)splat(-0.0f)));
}
AXO_INLINE Floats axo_powerOf2(Floats k) { return (Floats)((axo_toInt(k) + 127) << 23); }

#if defined(__AVX512F__) && defined(__AVX512DQ__)

AXO_INLINE Floats fusedMultiplyAdd(Floats a, Floats b, Floats c) { return (Floats)_mm512_fmadd_ps(a, b, c); }
AXO_INLINE Floats roundEven(Floats x) { return (Floats)_mm512_maskz_roundscale_ps(0xFFFF, x, 8); }
AXO_INLINE Floats floor(Floats x) { return (Floats)_mm512_maskz_roundscale_ps(0xFFFF, x, 9); }
AXO_INLINE Floats squareRoot(Floats x) { return (Floats)_mm512_maskz_sqrt_ps(0xFFFF, x); }
AXO_INLINE Floats axo_ldexp(Floats x, Floats k) { return (Floats)_mm512_maskz_scalef_ps(0xFFFF, x, k); }
AXO_INLINE bool any(Ints mask) { return _mm512_movepi32_mask((__m512i)mask) != 0; }
/// a / b to 0.6 units in the last place where b and the result are normal or a is 0; a quarter of a
/// division's time.
AXO_INLINE Floats axo_quotient(Floats a, Floats b)
{
    const Floats inverse = (Floats)_mm512_maskz_rcp14_ps(0xFFFF, b), first = a * inverse;
    return fusedMultiplyAdd(fusedMultiplyAdd(-first, b, a), inverse, first);
}

#else

AXO_INLINE Floats axo_quotient(Floats a, Floats b) { return a / b; }

/// x * 2^k in two steps, so that subnormal results are rounded once and large ones overflow only at the end.
AXO_INLINE Floats axo_ldexp(Floats x, Floats k)
{
    const Ints whole = axo_toInt(k), first = whole >> 1;
    return x * (Floats)((first + 127) << 23) * (Floats)((whole - first + 127) << 23);
}

#if defined(__AVX2__) && defined(__FMA__)
AXO_INLINE Floats fusedMultiplyAdd(Floats a, Floats b, Floats c) { return (Floats)_mm256_fmadd_ps(a, b, c); }
#else
AXO_INLINE Floats fusedMultiplyAdd(Floats a, Floats b, Floats c) { return a * b + c; }
#endif
#if defined(__AVX2__)
AXO_INLINE Floats roundEven(Floats x) { return (Floats)_mm256_round_ps(x, 8); }
AXO_INLINE Floats floor(Floats x) { return (Floats)_mm256_floor_ps(x); }
AXO_INLINE Floats squareRoot(Floats x) { return (Floats)_mm256_sqrt_ps(x); }
AXO_INLINE bool any(Ints mask) { return _mm256_movemask_ps((__m256)mask) != 0; }
#else
AXO_INLINE Floats roundEven(Floats x)
{
    const Floats magic = splat(8388608.0f), y = (abs(x) + magic) - magic;
    return abs(x) < magic ? axo_copySign(y, x) : x;
}
AXO_INLINE Floats floor(Floats x)
{
    const Floats y = roundEven(x);
    return y > x ? y - 1.0f : y;
}
AXO_INLINE Floats squareRoot(Floats x)
{
    for (int lane = 0; lane < lanes; ++lane) x[lane] = __builtin_sqrtf(x[lane]);
    return x;
}
AXO_INLINE bool any(Ints mask)
{
    int32_t all = 0;
    for (int lane = 0; lane < lanes; ++lane) all |= mask[lane];
    return all != 0;
}
#endif
#endif

template<class A, class B, class C> AXO_INLINE Floats fma(A a, B b, C c)
{
    return fusedMultiplyAdd(splat(a), splat(b), splat(c));
}

#define AXO_FUNCTION AXO_INLINE
#define AXO_SCALAR_FUNCTION inline
#define AXO_FLOAT Floats
#define AXO_INT Ints
#define AXO_OUT(type) type&
#define AXO_INFINITY std::numeric_limits<float>::infinity()
#define AXO_NAN std::numeric_limits<float>::quiet_NaN()
#define AXO_FOR_HUGE(x, bound, reduce, r, quadrant)                                                          \
    if (__builtin_expect(any((Ints)(abs(x) > bound)), 0))                                                    \
        for (int lane = 0; lane < lanes; ++lane)                                                             \
            if (x[lane] > bound || x[lane] < -bound) {                                                       \
                int turns;                                                                                   \
                r[lane] = reduce(x[lane], turns);                                                            \
                quadrant[lane] = turns;                                                                      \
            }

#include "shaders/math.glsl"

#undef AXO_FUNCTION
#undef AXO_SCALAR_FUNCTION
#undef AXO_FLOAT
#undef AXO_INT
#undef AXO_OUT
#undef AXO_INFINITY
#undef AXO_NAN
#undef AXO_FOR_HUGE

} // namespace core::language::simd
