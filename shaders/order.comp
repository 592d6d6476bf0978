// Bitonic, of keys with their places: no two are equal, so there is one order. In shared memory while a line
// fits, else in the shader's own.
#ifdef FITS
shared uint keys[POWER], places[POWER];
#define KEY(i) keys[i]
#define PLACE(i) places[i]
#else
uint own;
#define KEY(i) partials[own + (i)]
#define PLACE(i) partials[own + POWER + (i)]
#endif

void synchronise()
{
    memoryBarrierBuffer();
    barrier();
}

// Unsigned numbers in the order of what the bits stand for; what is not a number is last.
uint keyOf(uint bits)
{
#ifdef INTEGER
    return bits ^ 0x80000000u;
#else
    if ((bits & 0x7fffffffu) > 0x7f800000u) return 0xffffffffu;
    if (bits == 0x80000000u) bits = 0u;
    return (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
#endif
}

void line(uint number, uint first)
{
#ifndef FITS
    own = number * 2u * POWER;
#endif
    const int from = sharedPlace(0u, first, named[0], -1), stride = strideOf(0u, named[0]);
    for (uint i = gl_LocalInvocationID.x; i < POWER; i += THREADS) {
        KEY(i) = i < LENGTH ? keyOf(load(0u, from + int(i) * stride)) : 0xffffffffu;
        PLACE(i) = i;
    }
    synchronise();
    for (uint size = 2u; size <= POWER; size *= 2u)
        for (uint apart = size / 2u; apart > 0u; apart /= 2u) {
            for (uint pair = gl_LocalInvocationID.x; pair < POWER / 2u; pair += THREADS) {
                uint low = pair / apart * apart * 2u + pair % apart, high = low + apart;
                uint x = KEY(low), y = KEY(high), p = PLACE(low), q = PLACE(high);
                bool wrong = y < x || (y == x && q < p);
                if (wrong == ((low & size) == 0u)) {
                    KEY(low) = y;
                    KEY(high) = x;
                    PLACE(low) = q;
                    PLACE(high) = p;
                }
            }
            synchronise();
        }
    for (uint i = gl_LocalInvocationID.x; i < LENGTH; i += THREADS) store(first + i * INNER, PLACE(i));
}
