// Elementary functions in float: one text, compiled as GLSL (after the prologue of shaders/common.glsl) and as C++
// over SIMD vectors (core/language/simd.h). Written so that it is right with a fused multiply-add and without.
//
// Greatest error in units in the last place, over every kind of float (tests/core/language/test_math.cpp):
//   exp 1.5   expm1 2   log 1.5   log1p 2   tanh 3   sigmoid 2.5   softplus 2.5   erf 1.5   sin 3   cos 3
// The bounds hold where the result is a normal number (below that they become absolute errors of 2^-126);
// sin and cos hold them for every finite argument. pow is exp(b log a): a relative error of (3 + |b log a|) 2^-23.
// Minimax coefficients on the intervals named; splitting of constants after Cody and Waite, huge arguments after
// Payne and Hanek.

// e^r - 1 for |r| <= ln(2)/2.
AXO_FUNCTION AXO_FLOAT axo_expm1Near(AXO_FLOAT r)
{
    AXO_FLOAT p = fma(r, 1.37805939e-3f, 8.37312452e-3f);
    p = fma(p, r, 4.16695364e-2f);
    p = fma(p, r, 1.66664720e-1f);
    p = fma(p, r, 4.99999851e-1f);
    return fma(p * r, r, r);
}

// x = k ln(2) + r with whole k; ln(2) in two parts, the first of which leaves k * part exact.
AXO_FUNCTION AXO_FLOAT axo_reduceLog2(AXO_FLOAT x, AXO_OUT(AXO_FLOAT) k)
{
    k = roundEven(x * 1.44269504f);
    return fma(k, -1.42860677e-6f, fma(k, -0.693145752f, x));
}

AXO_FUNCTION AXO_FLOAT axo_exp(AXO_FLOAT x)
{
    AXO_FLOAT z = x > 89.0f ? 89.0f : x;
    z = z < -87.33654f ? 0.0f : z; // subnormal results are zero: processors take a hundred cycles for one
    AXO_FLOAT k;
    AXO_FLOAT r = axo_reduceLog2(z, k);
    AXO_FLOAT y = axo_ldexp(axo_expm1Near(r) + 1.0f, k);
    return x < -87.33654f ? 0.0f : y;
}

AXO_FUNCTION AXO_FLOAT axo_expm1(AXO_FLOAT x)
{
    AXO_FLOAT z = x > 89.0f ? 89.0f : x;
    z = z < -18.0f ? -18.0f : z;
    AXO_FLOAT k;
    AXO_FLOAT p = axo_expm1Near(axo_reduceLog2(z, k));
    AXO_FLOAT half_ = axo_powerOf2(k - 1.0f);
    AXO_FLOAT y = 2.0f * fma(half_, p, half_ - 0.5f);
    return x == 0.0f ? x : y;
}

// (e^2x - 1) / (e^2x + 1) of |x|; from 2|x| = 20 on this is 1.
AXO_FUNCTION AXO_FLOAT axo_tanh(AXO_FLOAT x)
{
    AXO_FLOAT z = 2.0f * abs(x);
    z = z > 20.0f ? 20.0f : z;
    AXO_FLOAT k;
    AXO_FLOAT p = axo_expm1Near(axo_reduceLog2(z, k));
    AXO_FLOAT power = axo_powerOf2(k);
    AXO_FLOAT e = fma(power, p, power - 1.0f);
    return axo_copySign(axo_quotient(e, e + 2.0f), x);
}

AXO_FUNCTION AXO_FLOAT axo_sigmoid(AXO_FLOAT x) { return 1.0f / (1.0f + axo_exp(-x)); }

// x = 2^k m with m in [2/3, 4/3), log(m) by a polynomial of degree 10 in m - 1.
AXO_FUNCTION AXO_FLOAT axo_log(AXO_FLOAT x)
{
    AXO_FLOAT normal = x < 1.17549435e-38f ? x * 8388608.0f : x;
    AXO_FLOAT shift = x < 1.17549435e-38f ? -23.0f : x * 0.0f;
    AXO_INT e = (floatBitsToInt(normal) - 0x3f2aaaab) & (-0x00800000);
    AXO_FLOAT f = intBitsToFloat(floatBitsToInt(normal) - e) - 1.0f;
    AXO_FLOAT k = fma(axo_toFloat(e), 1.1920929e-7f, shift);
    AXO_FLOAT s = f * f;
    AXO_FLOAT r = fma(s, -0.130310059f, -0.121483326f);
    AXO_FLOAT t = fma(s, 0.140869141f, 0.139814854f);
    r = fma(r, s, -0.166846126f);
    t = fma(t, s, 0.200120345f);
    r = fma(r, s, -0.249996200f);
    r = fma(t, f, r);
    r = fma(r, f, 0.333331972f);
    r = fma(r, f, -0.5f);
    r = fma(r, s, f);
    r = fma(k, 1.42860677e-6f, r);
    r = fma(k, 0.693145752f, r);
    AXO_FLOAT infinite = x * 2.0f; // infinity and NaN stay
    r = abs(x) < AXO_INFINITY ? r : infinite;
    r = x == 0.0f ? -AXO_INFINITY : r;
    return x < 0.0f ? AXO_NAN : r;
}

// log(1 + x) plus what rounding 1 + x has lost (Kahan).
AXO_FUNCTION AXO_FLOAT axo_log1p(AXO_FLOAT x)
{
    AXO_FLOAT u = 1.0f + x;
    AXO_FLOAT lost = (x - (u - 1.0f)) / u;
    AXO_FLOAT y = axo_log(u);
    y = abs(lost) < 1.0f ? y + lost : y;
    return abs(x) < 1.0e-10f ? x : y;
}

AXO_FUNCTION AXO_FLOAT axo_softplus(AXO_FLOAT x)
{
    AXO_FLOAT above = x > 0.0f ? x : x * 0.0f;
    above = x < -1.0e30f ? 0.0f : above;
    return above + axo_log1p(axo_exp(-abs(x)));
}

// An odd polynomial up to 475/512, from there 1 - e^-polynomial.
AXO_FUNCTION AXO_FLOAT axo_erf(AXO_FLOAT x)
{
    AXO_FLOAT t = abs(x);
    AXO_FLOAT s = x * x;
    AXO_FLOAT near = fma(s, -5.96761703e-4f, 4.99119423e-3f);
    near = fma(near, s, -2.67681349e-2f);
    near = fma(near, s, 1.12819925e-1f);
    near = fma(near, s, -3.76125336e-1f);
    near = fma(near, s, 1.28379166e-1f);
    near = fma(near, x, x);
    AXO_FLOAT c = t > 4.0f ? 4.0f : t; // erf(4) rounds to 1
    AXO_FLOAT d = c * c;
    AXO_FLOAT far = fma(c, -1.72853470e-5f, 3.83197126e-4f);
    far = fma(far, d, fma(c, -3.88396438e-3f, 2.42546219e-2f));
    far = fma(far, c, -1.06777877e-1f);
    far = fma(far, c, -6.34846687e-1f);
    far = fma(far, c, -1.28717512e-1f);
    far = fma(far, c, -c);
    AXO_FLOAT k;
    AXO_FLOAT r = axo_reduceLog2(far, k);
    AXO_FLOAT power = axo_powerOf2(k);
    far = 1.0f - fma(power, axo_expm1Near(r), power);
    return t > 0.927734375f ? axo_copySign(far, x) : near;
}

// Word i of the binary digits of 2/pi.
AXO_SCALAR_FUNCTION uint axo_twoOverPi(int i)
{
    return i == 0 ? 0xA2F9836Eu : i == 1 ? 0x4E441529u : i == 2 ? 0xFC2757D1u : i == 3 ? 0xF534DDC0u
         : i == 4 ? 0xDB629599u : i == 5 ? 0x3C439041u : i == 6 ? 0xFE5163ABu : 0u;
}

// 32 binary digits of 2/pi from digit `start` on; digits before the point are 0.
AXO_SCALAR_FUNCTION uint axo_twoOverPiFrom(int start)
{
    if (start < 0) return start <= -32 ? 0u : axo_twoOverPi(0) >> uint(-start);
    int word = start >> 5;
    uint shift = uint(start & 31);
    uint digits = axo_twoOverPi(word) << shift;
    return shift == 0u ? digits : digits | (axo_twoOverPi(word + 1) >> (32u - shift));
}

// x = quadrant pi/2 + r with |r| <= pi/4, for |x| >= 2^13: the 24 bits of x times 96 digits of 2/pi, modulo 4.
AXO_SCALAR_FUNCTION float axo_reduceHuge(float x, AXO_OUT(int) quadrant)
{
    uint bits = floatBitsToUint(x);
    uint m = (bits & 0x7fffffu) | 0x800000u;
    int start = int((bits >> 23) & 255u) - 152;
    uint low = m * axo_twoOverPiFrom(start + 64);
    uint carry = axo_multiplyHigh(m, axo_twoOverPiFrom(start + 64));
    uint middle = m * axo_twoOverPiFrom(start + 32) + carry;
    uint high = m * axo_twoOverPiFrom(start) + axo_multiplyHigh(m, axo_twoOverPiFrom(start + 32)) + (middle < carry ? 1u : 0u);
    int turns = int(high >> 30);
    uint fraction = (high << 2) | (middle >> 30);
    uint rest = (middle << 2) | (low >> 30);
    bool up = fraction >= 0x80000000u;
    if (up) {
        turns = turns + 1;
        rest = ~rest + 1u;
        fraction = ~fraction + (rest == 0u ? 1u : 0u);
    }
    float r = (float(fraction) * 2.3283064365e-10f + float(rest) * 5.4210108624e-20f) * 1.57079633f;
    bool negative = bits >= 0x80000000u;
    quadrant = negative ? -turns : turns;
    r = up != negative ? -r : r;
    return ((bits >> 23) & 255u) == 255u ? x - x : r;
}

AXO_FUNCTION AXO_FLOAT axo_reduceQuadrant(AXO_FLOAT x, AXO_OUT(AXO_INT) quadrant)
{
    AXO_FLOAT k = roundEven(x * 0.636619772f);
    AXO_FLOAT r = fma(k, -1.5703125f, x);
    r = fma(k, -4.837512969970703125e-4f, r);
    r = fma(k, -7.54953362047672271729e-8f, r);
    r = fma(k, -2.56334406825708960298e-12f, r);
    quadrant = axo_toInt(k);
    AXO_FOR_HUGE(x, 8192.0f, axo_reduceHuge, r, quadrant);
    return r;
}

// The sine of quadrant pi/2 + r.
AXO_FUNCTION AXO_FLOAT axo_sinQuadrant(AXO_FLOAT r, AXO_INT quadrant)
{
    AXO_FLOAT s = r * r;
    AXO_FLOAT sine = fma(s, 2.86567956e-6f, -1.98559923e-4f);
    sine = fma(sine, s, 8.33338592e-3f);
    sine = fma(sine, s, -1.66666672e-1f);
    sine = fma(sine * s, r, r);
    AXO_FLOAT cosine = fma(s, 2.44677067e-5f, -1.38877297e-3f);
    cosine = fma(cosine, s, 4.16666567e-2f);
    cosine = fma(cosine, s, -0.5f);
    cosine = fma(cosine, s, 1.0f);
    AXO_FLOAT y = (quadrant & 1) == 0 ? sine : cosine;
    return (quadrant & 2) == 0 ? y : -y;
}

AXO_FUNCTION AXO_FLOAT axo_sin(AXO_FLOAT x)
{
    AXO_INT quadrant;
    AXO_FLOAT r = axo_reduceQuadrant(x, quadrant);
    AXO_FLOAT y = axo_sinQuadrant(r, quadrant);
    return x == 0.0f ? x : y;
}

AXO_FUNCTION AXO_FLOAT axo_cos(AXO_FLOAT x)
{
    AXO_INT quadrant;
    AXO_FLOAT r = axo_reduceQuadrant(x, quadrant);
    return axo_sinQuadrant(r, quadrant + 1);
}

// min and max hand on a NaN of either side.
AXO_FUNCTION AXO_FLOAT axo_min(AXO_FLOAT a, AXO_FLOAT b)
{
    AXO_FLOAT y = a < b ? a : b;
    return a == a ? y : a;
}

AXO_FUNCTION AXO_FLOAT axo_max(AXO_FLOAT a, AXO_FLOAT b)
{
    AXO_FLOAT y = a > b ? a : b;
    return a == a ? y : a;
}

AXO_FUNCTION AXO_FLOAT axo_sign(AXO_FLOAT x)
{
    AXO_FLOAT y = x < 0.0f ? -1.0f : x;
    return x > 0.0f ? 1.0f : y;
}

AXO_FUNCTION AXO_FLOAT axo_pow(AXO_FLOAT a, AXO_FLOAT b)
{
    AXO_FLOAT y = axo_exp(b * axo_log(abs(a)));
    AXO_FLOAT halved = 0.5f * b;
    AXO_FLOAT negative = halved == roundEven(halved) ? y : -y;
    negative = b == roundEven(b) ? negative : AXO_NAN;
    y = a < 0.0f ? negative : y;
    y = a == 1.0f ? 1.0f : y;
    return b == 0.0f ? 1.0f : y;
}
