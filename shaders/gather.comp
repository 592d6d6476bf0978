void element(uint id)
{
    int axis = named[0];
    int i = int(load(1u, sharedPlace(1u, id, -1, -1)));
    bool inside = i >= 0 && i < sizeOf(0u, axis);
    uint bits = 0u;
    if (inside) bits = load(0u, sharedPlace(0u, id, axis, -1) + i * strideOf(0u, axis));
    store(id, bits);
}
