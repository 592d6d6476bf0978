// Matrices of 16 by 16 that a subgroup has together: operands as f16, sums in full. A workgroup is one subgroup
// with a tile of TILE_M by TILE_N, both multiples of 16; TILE_K is 16.
const uint SIDE = 16;
#ifdef KHR_MATRICES
#define COLUMNS_OF_B 17 // tells its type from that of a, until they are translated
#else
#define COLUMNS_OF_B 16
#endif
const uint ROWS = TILE_M / SIDE, COLUMNS = TILE_N / SIDE;
shared uint tileA[TILE_M * SIDE / 2]; // [m, k], pairs along k
shared uint tileB[TILE_N * SIDE / 2]; // [n, k]
shared float tileC[SIDE * SIDE];

float elementA(uint batch, uint m, uint k, uint end) { return m < M && k < end ? A(batch, m, k) : 0.0; }
float elementB(uint batch, uint k, uint n, uint end) { return n < N && k < end ? B(batch, k, n) : 0.0; }

void main()
{
    const uint t = gl_LocalInvocationID.x, batch = gl_WorkGroupID.z;
    const uint m0 = gl_WorkGroupID.y * TILE_M, n0 = gl_WorkGroupID.x * TILE_N;
    fcoopmatNV<32, gl_ScopeSubgroup, SIDE, SIDE> sums[ROWS * COLUMNS];
    for (uint i = 0u; i < ROWS * COLUMNS; ++i) sums[i] = fcoopmatNV<32, gl_ScopeSubgroup, SIDE, SIDE>(0.0);
    for (uint k0 = 0u; k0 < K; k0 += SIDE) {
        for (uint i = t; i < TILE_M * SIDE / 2u; i += THREADS) {
            uint m = m0 + i / (SIDE / 2u), k = k0 + i % (SIDE / 2u) * 2u;
            tileA[i] = packHalf2x16(vec2(elementA(batch, m, k, K), elementA(batch, m, k + 1u, K)));
        }
        for (uint i = t; i < TILE_N * SIDE / 2u; i += THREADS) {
            uint n = n0 + i / (SIDE / 2u), k = k0 + i % (SIDE / 2u) * 2u;
            tileB[i] = packHalf2x16(vec2(elementB(batch, k, n, K), elementB(batch, k + 1u, n, K)));
        }
        barrier();
        for (uint r = 0u; r < ROWS; ++r) {
            fcoopmatNV<16, gl_ScopeSubgroup, SIDE, SIDE> a;
            coopMatLoadNV(a, tileA, r * SIDE * SIDE / 2u, SIDE / 2u, false);
            for (uint c = 0u; c < COLUMNS; ++c) {
                fcoopmatNV<16, gl_ScopeSubgroup, SIDE, COLUMNS_OF_B> b;
                coopMatLoadNV(b, tileB, c * SIDE * SIDE / 2u, SIDE / 2u, true);
                sums[r * COLUMNS + c] = coopMatMulAddNV(a, b, sums[r * COLUMNS + c]);
            }
        }
        barrier();
    }
    for (uint r = 0u; r < ROWS; ++r)
        for (uint c = 0u; c < COLUMNS; ++c) {
            coopMatStoreNV(sums[r * COLUMNS + c], tileC, 0u, SIDE, false);
            barrier();
            for (uint i = t; i < SIDE * SIDE; i += THREADS) {
                uint m = m0 + r * SIDE + i / SIDE, n = n0 + c * SIDE + i % SIDE;
                if (m < M && n < N) finish(batch, m, n, tileC[i]);
            }
            barrier();
        }
}
