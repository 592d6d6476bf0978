// Pass after pass over as many elements as there are threads: within one by doubling distances, from one to
// the next by its last element. Maps y -> factor*y + term, one after the other, are such a map again.
shared float factor[THREADS], term[THREADS];
shared float last;

// Nothing remains nothing, however large the factors before it have become.
float after(float f, float y, float m) { return y == 0.0 ? m : fma(f, y, m); }

float valueOf(uint r, uint first, int place)
{
    int d = named[r];
    return uintBitsToFloat(load(r, sharedPlace(r, first, d, -1) + (d < 0 ? 0 : place * strideOf(r, d))));
}

void line(uint number, uint first)
{
    const uint t = gl_LocalInvocationID.x;
    float carry = 0.0;
    for (uint begin = 0u; begin < LENGTH; begin += THREADS) {
        const uint step_ = begin + t, place = attributes[0] == 1 ? LENGTH - 1u - step_ : step_;
        float f = 1.0, m = 0.0;
        if (step_ < LENGTH) {
            f = valueOf(0u, first, int(place));
            m = valueOf(1u, first, int(place));
        }
        factor[t] = f;
        term[t] = m;
        barrier();
        for (uint apart = 1u; apart < THREADS; apart *= 2u) {
            if (t >= apart) {
                m = after(f, term[t - apart], m);
                f *= factor[t - apart];
            }
            barrier();
            factor[t] = f;
            term[t] = m;
            barrier();
        }
        float y = after(f, carry, m);
        if (step_ < LENGTH) store(first + place * INNER, floatBitsToUint(y));
        if (t == THREADS - 1u) last = y;
        barrier();
        carry = last;
        barrier();
    }
}
