// What the ways to contract share: c[b, m, n] = sum over k of a[b, m, k] * b[b, k, n]. In front of this stands
//   M, N, K, BATCH, SPLITS (parts of k, summed by the workgroup that finishes last), PART (length of a part),
//   A(b, m, k), B(b, k, n): elements of the operands, wherever they lie,
//   A_ALONG_K, B_ALONG_K: which index of the operand lies closest in memory,
//   finish(b, m, n, c): what becomes of an element of c.
// A workgroup has a tile of c. Terms are added in the order of k, so that all ways and sizes give the same bits.
layout(local_size_x_id = 0) in;
const uint THREADS = gl_WorkGroupSize.x;
layout(constant_id = 1) const uint TILE_M = 16;
layout(constant_id = 2) const uint TILE_N = 16;
layout(constant_id = 3) const uint TILE_K = 16;
layout(constant_id = 4) const uint EACH_M = 2;
layout(constant_id = 5) const uint EACH_N = 2;
layout(constant_id = 6) const uint WHOLE = 0; // 1: tiles cover c, and TILE_K every part of k, without rest

const bool whole = WHOLE == 1u;
shared uint ticket;
float sum[EACH_M * EACH_N];

// Element i, j of the sums of a thread is that of row m1 + i * stepM and column n1 + j * stepN.
void deliver(uint batch, uint part, uint m1, uint stepM, uint n1, uint stepN)
{
#ifdef SPLIT
    const uint tiles = gl_NumWorkGroups.x * gl_NumWorkGroups.y;
    const uint tile = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    for (uint i = 0u; i < EACH_M; ++i)
        for (uint j = 0u; j < EACH_N; ++j) {
            uint m = m1 + i * stepM, n = n1 + j * stepN;
            if (m < M && n < N) partials[((part * BATCH + batch) * M + m) * N + n] = sum[i * EACH_N + j];
        }
    memoryBarrierBuffer();
    barrier();
    if (gl_LocalInvocationID.x == 0u) ticket = atomicAdd(tickets[batch * tiles + tile], 1u);
    barrier();
    if (ticket + 1u < SPLITS) return;
    memoryBarrierBuffer();
    if (gl_LocalInvocationID.x == 0u) tickets[batch * tiles + tile] = 0u;
#endif
    for (uint i = 0u; i < EACH_M; ++i)
        for (uint j = 0u; j < EACH_N; ++j) {
            uint m = m1 + i * stepM, n = n1 + j * stepN;
            if (!whole && (m >= M || n >= N)) continue;
            float c = sum[i * EACH_N + j];
#ifdef SPLIT
            c = 0.0;
            for (uint p = 0u; p < SPLITS; ++p) c += partials[((p * BATCH + batch) * M + m) * N + n];
#endif
            finish(batch, m, n, c);
        }
}
