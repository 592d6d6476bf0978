// Each element of the result looks through all positions that might be its own, always in the same order.
void element(uint id)
{
    int here = along(id, 0);
    int count = 1;
    for (int i = 0; i < int(TO); ++i) count *= sizeOf(1u, renamed[int(TO) + i]);
    // An axis of the operands may be called like the new one: then it is summed over or another one.
    int source = offsets[0], index = offsets[1];
    for (int r = 0; r < 2; ++r)
        for (int d = 0; d < ranks[r]; ++d) {
            int k = firsts[r] + d;
            bool summed = false;
            for (int i = 0; i < int(TO); ++i) summed = summed || renamed[r * int(TO) + i] == d;
            if (summed || matches[k] <= 0) continue;
            int step = along(id, matches[k]) * strides[k];
            if (r == 0) source += step;
            else index += step;
        }
    float sum = 0.0;
    for (int n = 0; n < count; ++n) {
        int rest = n, s = source, x = index;
        for (int i = int(TO) - 1; i >= 0; --i) {
            int own = renamed[int(TO) + i], other = renamed[i];
            int at = rest % sizeOf(1u, own);
            rest /= sizeOf(1u, own);
            x += at * strideOf(1u, own);
            if (other >= 0) s += at * strideOf(0u, other);
        }
        if (int(load(1u, x)) == here) sum += uintBitsToFloat(load(0u, s));
    }
    store(id, floatBitsToUint(sum));
}
