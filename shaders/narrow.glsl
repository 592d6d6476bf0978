// Real numbers in 16 bits: HALF (f16) or BFLOAT (the upper half of f32), rounded to the nearest.
#ifdef HALF
uint narrow(float x) { return packHalf2x16(vec2(x, 0.0)); }
float wide(uint bits) { return unpackHalf2x16(bits).x; }
#else
uint narrow(float x)
{
    uint bits = floatBitsToUint(x);
    bits = (bits & 0x7fffffffu) > 0x7f800000u ? bits | 0x400000u : bits + 0x7fffu + (bits >> 16 & 1u);
    return bits >> 16;
}
float wide(uint bits) { return uintBitsToFloat(bits << 16); }
#endif
uint narrow2(float x, float y) { return narrow(x) | narrow(y) << 16; }
vec2 wide2(uint xy) { return vec2(wide(xy & 0xffffu), wide(xy >> 16)); }
