#include "core/backend/cpu/dots.h"

#include "core/backend/cpu/reduction.h"

namespace core::cpu
{

namespace
{

template<int Rows, int Columns>
void dotProducts(const float* const* x, const float* const* y, int64_t length, float* sums)
{
    Vector sum[Rows][Columns];
    for (auto& row : sum)
        for (Vector& v : row) v = Vector{};
    int64_t k = 0;
    for (; k + lanes <= length; k += lanes) {
        Vector b[Columns];
        for (int j = 0; j < Columns; ++j) b[j] = load(y[j] + k);
#pragma GCC unroll 4
        for (int i = 0; i < Rows; ++i) {
            const Vector a = load(x[i] + k);
            for (int j = 0; j < Columns; ++j) sum[i][j] = fma(a, b[j], sum[i][j]);
        }
    }
    if (const int rest = int(length - k); rest > 0) {
        Vector b[Columns];
        for (int j = 0; j < Columns; ++j) b[j] = loadPart(y[j] + k, rest);
#pragma GCC unroll 4
        for (int i = 0; i < Rows; ++i) {
            const Vector a = loadPart(x[i] + k, rest);
            for (int j = 0; j < Columns; ++j) sum[i][j] = fma(a, b[j], sum[i][j]);
        }
    }
    for (int i = 0; i < Rows; ++i)
        for (int j = 0; j < Columns; ++j) sums[i * dotRows + j] = joinLanes<Sum>(sum[i][j]);
}

using Kernel = void (*)(const float* const*, const float* const*, int64_t, float*);

template<int Rows> constexpr Kernel kernelOf(int columns)
{
    constexpr Kernel kernels[] = {dotProducts<Rows, 1>, dotProducts<Rows, 2>, dotProducts<Rows, 3>,
                                  dotProducts<Rows, 4>};
    return kernels[columns - 1];
}

} // namespace

void dotTile(const float* const* x, int rows, const float* const* y, int columns, int64_t length, float* sums)
{
    const Kernel kernels[] = {kernelOf<1>(columns), kernelOf<2>(columns), kernelOf<3>(columns),
                              kernelOf<4>(columns)};
    kernels[rows - 1](x, y, length, sums);
}

void gather(const float* from, int64_t stride, int64_t count, float* to)
{
    int64_t i = 0;
#if defined(__AVX512F__)
    if (stride == 2) {
        const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        const auto pick = [&](Vector first, Vector second) {
            return (Vector)_mm512_permutex2var_ps((__m512)first, even, (__m512)second);
        };
        for (; i + 16 < count; i += 16) store(to + i, pick(load(from + 2 * i), load(from + 2 * i + 16)));
        // Nothing need be there to read behind the last element.
        const int rest = int(2 * (count - i) - 1);
        const Vector first = rest >= 16 ? load(from + 2 * i) : loadPart(from + 2 * i, rest);
        const Vector second = rest > 16 ? loadPart(from + 2 * i + 16, rest - 16) : Vector{};
        if (count - i == 16)
            store(to + i, pick(first, second));
        else
            storePart(to + i, pick(first, second), int(count - i));
        return;
    }
#endif
    for (; i < count; ++i) to[i] = from[i * stride];
}

} // namespace core::cpu
