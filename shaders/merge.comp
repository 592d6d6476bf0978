void element(uint id)
{
    int at = offsets[0], here = along(id, resultRenamed[0]);
    for (int d = 0; d < ranks[0]; ++d) {
        bool merged = false;
        for (int i = 0; i < int(AXES); ++i) merged = merged || named[i] == d;
        if (!merged && matches[d] >= 0) at += along(id, matches[d]) * strides[d];
    }
    for (int i = int(AXES) - 1; i >= 0; --i) {
        at += here % sizeOf(0u, named[i]) * strideOf(0u, named[i]);
        here /= sizeOf(0u, named[i]);
    }
    store(id, load(0u, at));
}
