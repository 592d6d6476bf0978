// Philox4x32-10 as in core/language/random.h: element e is word e % 4 of block e / 4.
void element(uint id)
{
    uvec4 x = uvec4(id / 4u, 0u, load(1u, offsets[1]), uint(attributes[0]));
    uvec2 key = uvec2(load(0u, offsets[0]), 0u);
    for (int round_ = 0; round_ < 10; ++round_) {
        uint low0 = 0xD2511F53u * x.x, low1 = 0xCD9E8D57u * x.z;
        x = uvec4(axo_multiplyHigh(0xCD9E8D57u, x.z) ^ x.y ^ key.x, low1,
                  axo_multiplyHigh(0xD2511F53u, x.x) ^ x.w ^ key.y, low0);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    float value = (float(int(x[id % 4u] >> 8)) + 0.5) * 5.9604644775390625e-8;
    store(id, floatBitsToUint(min(value, intBitsToFloat(0x3f7fffff))));
}
