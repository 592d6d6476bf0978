// What shaders/math.glsl needs of GLSL 4.5; core/language/simd.h is the same for C++.
#define AXO_FUNCTION
#define AXO_SCALAR_FUNCTION
#define AXO_FLOAT float
#define AXO_INT int
#define AXO_OUT(type) out type
#define AXO_INFINITY intBitsToFloat(0x7f800000)
#define AXO_NAN intBitsToFloat(0x7fc00000)
#define AXO_FOR_HUGE(x, bound, reduce, r, quadrant) if (abs(x) > bound) r = reduce(x, quadrant)

float axo_toFloat(int x) { return float(x); }
int axo_toInt(float x) { return int(x); }
float axo_copySign(float x, float s)
{
    return intBitsToFloat((floatBitsToInt(x) & 0x7fffffff) | (floatBitsToInt(s) & (-0x7fffffff - 1)));
}
float axo_quotient(float a, float b) { return a / b; }
float axo_powerOf2(float k) { return intBitsToFloat((int(k) + 127) << 23); }

// x * 2^k in two steps, so that subnormal results are rounded once and large ones overflow only at the end.
float axo_ldexp(float x, float k)
{
    int whole = int(k);
    int first = whole >> 1;
    return x * intBitsToFloat((first + 127) << 23) * intBitsToFloat((whole - first + 127) << 23);
}

uint axo_multiplyHigh(uint a, uint b)
{
    uint high, low;
    umulExtended(a, b, high, low);
    return high;
}
