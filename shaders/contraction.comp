// c[b, m, n] = sum over k of a[b, m, k] * b[b, k, n]. What is in front of this text says
//   M, N, K, BATCH, SPLITS (parts of k, summed by the workgroup that finishes last), PART (length of a part),
//   A(b, m, k), B(b, k, n): elements of the operands, wherever they lie,
//   A_ALONG_K, B_ALONG_K: which index of the operand lies closest in memory,
//   finish(b, m, n, c): what becomes of an element of c.
// A workgroup has a tile of c, a thread every (TILE/EACH)th row and column of it.
layout(local_size_x_id = 0) in;
const uint THREADS = gl_WorkGroupSize.x;
layout(constant_id = 1) const uint TILE_M = 16;
layout(constant_id = 2) const uint TILE_N = 16;
layout(constant_id = 3) const uint TILE_K = 16;
layout(constant_id = 4) const uint EACH_M = 2;
layout(constant_id = 5) const uint EACH_N = 2;
layout(constant_id = 6) const uint WHOLE = 0; // 1: tiles cover c, and TILE_K every part of k, without rest

// One more than the tile, so that neighbours of a column lie in different banks.
const uint PITCH_M = TILE_M + 1;
const uint PITCH_N = TILE_N + 1;
shared float tileA[TILE_K * PITCH_M];
shared float tileB[TILE_K * PITCH_N];
shared uint ticket;

void main()
{
    const uint t = gl_LocalInvocationID.x;
    const uint batch = gl_WorkGroupID.z / SPLITS, part = gl_WorkGroupID.z % SPLITS;
    const uint m0 = gl_WorkGroupID.y * TILE_M, n0 = gl_WorkGroupID.x * TILE_N;
    const uint stepM = TILE_M / EACH_M, stepN = TILE_N / EACH_N;
    const uint m1 = t / stepN, n1 = t % stepN;
    const uint end = min(K, (part + 1u) * PART);
    const bool whole = WHOLE == 1u;

    float sum[EACH_M * EACH_N];
    for (uint i = 0u; i < EACH_M * EACH_N; ++i) sum[i] = 0.0;
    for (uint k0 = part * PART; k0 < end; k0 += TILE_K) {
        for (uint i = t; i < TILE_M * TILE_K; i += THREADS) {
            uint m = A_ALONG_K ? i / TILE_K : i % TILE_M, k = A_ALONG_K ? i % TILE_K : i / TILE_M;
            bool inside = whole || (m0 + m < M && k0 + k < end);
            float x = 0.0;
            if (inside) x = A(batch, m0 + m, k0 + k);
            tileA[k * PITCH_M + m] = x;
        }
        for (uint i = t; i < TILE_N * TILE_K; i += THREADS) {
            uint n = B_ALONG_K ? i / TILE_K : i % TILE_N, k = B_ALONG_K ? i % TILE_K : i / TILE_N;
            bool inside = whole || (n0 + n < N && k0 + k < end);
            float x = 0.0;
            if (inside) x = B(batch, k0 + k, n0 + n);
            tileB[k * PITCH_N + n] = x;
        }
        barrier();
        for (uint k = 0u; k < TILE_K; ++k) {
            float a[EACH_M], b[EACH_N];
            for (uint i = 0u; i < EACH_M; ++i) a[i] = tileA[k * PITCH_M + m1 + i * stepM];
            for (uint j = 0u; j < EACH_N; ++j) b[j] = tileB[k * PITCH_N + n1 + j * stepN];
            for (uint i = 0u; i < EACH_M; ++i)
                for (uint j = 0u; j < EACH_N; ++j) sum[i * EACH_N + j] = fma(a[i], b[j], sum[i * EACH_N + j]);
        }
        barrier();
    }

#ifdef SPLIT
    const uint tiles = gl_NumWorkGroups.x * gl_NumWorkGroups.y;
    const uint tile = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    for (uint i = 0u; i < EACH_M; ++i)
        for (uint j = 0u; j < EACH_N; ++j) {
            uint m = m0 + m1 + i * stepM, n = n0 + n1 + j * stepN;
            if (m < M && n < N) partials[((part * BATCH + batch) * M + m) * N + n] = sum[i * EACH_N + j];
        }
    memoryBarrierBuffer();
    barrier();
    if (t == 0u) ticket = atomicAdd(tickets[batch * tiles + tile], 1u);
    barrier();
    if (ticket + 1u < SPLITS) return;
    memoryBarrierBuffer();
    if (t == 0u) tickets[batch * tiles + tile] = 0u;
#endif
    for (uint i = 0u; i < EACH_M; ++i)
        for (uint j = 0u; j < EACH_N; ++j) {
            uint m = m0 + m1 + i * stepM, n = n0 + n1 + j * stepN;
            if (!whole && (m >= M || n >= N)) continue;
            float c = sum[i * EACH_N + j];
#ifdef SPLIT
            c = 0.0;
            for (uint p = 0u; p < SPLITS; ++p) c += partials[((p * BATCH + batch) * M + m) * N + n];
#endif
            finish(batch, m, n, c);
        }
}
