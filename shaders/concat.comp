void element(uint id)
{
    int here = along(id, resultNamed[0]);
    uint r = 0u;
    while (here >= sizeOf(r, named[r])) {
        here -= sizeOf(r, named[r]);
        ++r;
    }
    store(id, load(r, sharedPlace(r, id, named[r], -1) + here * strideOf(r, named[r])));
}
