void element(uint id)
{
    int axis = named[0], step_ = attributes[2] + 1;
    int from = along(id, resultNamed[0]) - attributes[0];
    bool inside = from >= 0 && from % step_ == 0 && from / step_ < sizeOf(0u, axis);
    uint bits = 0u;
    if (inside) bits = load(0u, sharedPlace(0u, id, axis, -1) + from / step_ * strideOf(0u, axis));
    store(id, bits);
}
