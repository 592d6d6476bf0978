void element(uint id)
{
    int out_ = named[0], offset = named[1], stride = attributes[1], dilation = attributes[2];
    int here = along(id, resultRenamed[0]);
    int at = sharedPlace(0u, id, out_, offset);
    float sum = 0.0;
    for (int k = 0; k < sizeOf(0u, offset); ++k) {
        int rest = here - k * dilation;
        if (rest < 0 || rest % stride != 0 || rest / stride >= sizeOf(0u, out_)) continue;
        sum += uintBitsToFloat(load(0u, at + rest / stride * strideOf(0u, out_) + k * strideOf(0u, offset)));
    }
    store(id, floatBitsToUint(sum));
}
