// No shared memory: a lane has EACH_N columns of a tile and EACH_M rows; elements of a are loaded one a lane,
// neighbours along k, and handed round.
void add(uint batch, uint k, uint m1, uint n1, float a[EACH_M], uint from, bool full)
{
    float b[EACH_N];
    for (uint j = 0u; j < EACH_N; ++j) {
        b[j] = 0.0;
        if (whole || n1 + j * LANES_ < N) b[j] = B(batch, k, n1 + j * LANES_);
    }
    for (uint i = 0u; i < EACH_M; ++i) {
        float x = subgroupShuffle(a[i], from);
        if (!full) x = m1 + i < M ? A(batch, m1 + i, k) : 0.0;
        for (uint j = 0u; j < EACH_N; ++j) sum[i * EACH_N + j] = fma(x, b[j], sum[i * EACH_N + j]);
    }
}

void main()
{
    const bool full = SUBGROUP_FULL;
    const uint t = threadOf(full), lane = t % LANES_, row = t / LANES_;
    const uint batch = gl_WorkGroupID.z / SPLITS, part = gl_WorkGroupID.z % SPLITS;
    const uint m1 = gl_WorkGroupID.y * TILE_M + row * EACH_M, n1 = gl_WorkGroupID.x * TILE_N + lane;
    const uint end = min(K, (part + 1u) * PART);

    for (uint i = 0u; i < EACH_M * EACH_N; ++i) sum[i] = 0.0;
    for (uint k0 = part * PART; k0 < end; k0 += LANES_) {
        float a[EACH_M];
        for (uint i = 0u; i < EACH_M; ++i) {
            a[i] = 0.0;
            if (whole || (m1 + i < M && k0 + lane < end)) a[i] = A(batch, m1 + i, k0 + lane);
        }
        if (k0 + LANES_ <= end) {
            [[unroll]] for (uint k = 0u; k < LANES_; ++k) add(batch, k0 + k, m1, n1, a, k, full);
        } else {
            for (uint k = 0u; k < end - k0; ++k) add(batch, k0 + k, m1, n1, a, k, full);
        }
    }
    deliver(batch, part, m1, 1u, n1, LANES_);
}
