// Tiles of both operands in shared memory; a thread has every (TILE/EACH)th row and column of its tile.
// One more than the tile, so that neighbours of a column lie in different banks.
const uint PITCH_M = TILE_M + 1;
const uint PITCH_N = TILE_N + 1;
#if defined(HALF) || defined(BFLOAT)
// Neighbours along k share a word; they are rounded as they come in, and added up in full.
const uint TOGETHER = 2;
shared uint tileA[TILE_K / TOGETHER * PITCH_M];
shared uint tileB[TILE_K / TOGETHER * PITCH_N];
#else
const uint TOGETHER = 1;
shared float tileA[TILE_K * PITCH_M];
shared float tileB[TILE_K * PITCH_N];
#endif
const uint DEEP = TILE_K / TOGETHER;

float elementA(uint batch, uint m, uint k, uint end)
{
    bool inside = whole || (m < M && k < end);
    float x = 0.0;
    if (inside) x = A(batch, m, k);
    return x;
}

float elementB(uint batch, uint k, uint n, uint end)
{
    bool inside = whole || (n < N && k < end);
    float x = 0.0;
    if (inside) x = B(batch, k, n);
    return x;
}

void main()
{
    const uint t = gl_LocalInvocationID.x;
    const uint batch = gl_WorkGroupID.z / SPLITS, part = gl_WorkGroupID.z % SPLITS;
    const uint m0 = gl_WorkGroupID.y * TILE_M, n0 = gl_WorkGroupID.x * TILE_N;
    const uint stepM = TILE_M / EACH_M, stepN = TILE_N / EACH_N;
    const uint m1 = t / stepN, n1 = t % stepN;
    const uint end = min(K, (part + 1u) * PART);

    for (uint i = 0u; i < EACH_M * EACH_N; ++i) sum[i] = 0.0;
    for (uint k0 = part * PART; k0 < end; k0 += TILE_K) {
        for (uint i = t; i < TILE_M * DEEP; i += THREADS) {
            uint m = A_ALONG_K ? i / DEEP : i % TILE_M, deep = A_ALONG_K ? i % DEEP : i / TILE_M;
            uint k = k0 + deep * TOGETHER;
#if defined(HALF) || defined(BFLOAT)
            tileA[deep * PITCH_M + m] =
                narrow2(elementA(batch, m0 + m, k, end), elementA(batch, m0 + m, k + 1u, end));
#else
            tileA[deep * PITCH_M + m] = elementA(batch, m0 + m, k, end);
#endif
        }
        for (uint i = t; i < TILE_N * DEEP; i += THREADS) {
            uint n = B_ALONG_K ? i / DEEP : i % TILE_N, deep = B_ALONG_K ? i % DEEP : i / TILE_N;
            uint k = k0 + deep * TOGETHER;
#if defined(HALF) || defined(BFLOAT)
            tileB[deep * PITCH_N + n] =
                narrow2(elementB(batch, k, n0 + n, end), elementB(batch, k + 1u, n0 + n, end));
#else
            tileB[deep * PITCH_N + n] = elementB(batch, k, n0 + n, end);
#endif
        }
        barrier();
        for (uint deep = 0u; deep < DEEP; ++deep) {
#if defined(HALF) || defined(BFLOAT)
            vec2 a[EACH_M], b[EACH_N];
            for (uint i = 0u; i < EACH_M; ++i) a[i] = wide2(tileA[deep * PITCH_M + m1 + i * stepM]);
            for (uint j = 0u; j < EACH_N; ++j) b[j] = wide2(tileB[deep * PITCH_N + n1 + j * stepN]);
            for (uint i = 0u; i < EACH_M; ++i)
                for (uint j = 0u; j < EACH_N; ++j)
                    sum[i * EACH_N + j] = fma(a[i].y, b[j].y, fma(a[i].x, b[j].x, sum[i * EACH_N + j]));
#else
            float a[EACH_M], b[EACH_N];
            for (uint i = 0u; i < EACH_M; ++i) a[i] = tileA[deep * PITCH_M + m1 + i * stepM];
            for (uint j = 0u; j < EACH_N; ++j) b[j] = tileB[deep * PITCH_N + n1 + j * stepN];
            for (uint i = 0u; i < EACH_M; ++i)
                for (uint j = 0u; j < EACH_N; ++j) sum[i * EACH_N + j] = fma(a[i], b[j], sum[i * EACH_N + j]);
#endif
        }
        barrier();
    }
    deliver(batch, part, m0 + m1, stepM, n0 + n1, stepN);
}
