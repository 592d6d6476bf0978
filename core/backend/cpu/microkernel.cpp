#include "core/backend/cpu/microkernel.h"

#include <array>
#include <utility>

namespace core::cpu
{

namespace
{

template<int Rows, int Vectors, bool Part>
[[gnu::always_inline]] inline void finish(const TileArguments& t, Vector (&sum)[Rows][Vectors])
{
    const int last = t.columns - (Vectors - 1) * lanes;
    const int64_t cRow = t.cRow;
    float* c = t.c;
    if (t.add) {
        const float* from = c;
#pragma GCC unroll 16
        for (int i = 0; i < Rows; ++i, from += cRow)
            for (int j = 0; j < Vectors; ++j)
                sum[i][j] +=
                    Part && j == Vectors - 1 ? loadPart(from + j * lanes, last) : load(from + j * lanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i, c += cRow)
        for (int j = 0; j < Vectors; ++j)
            if (Part && j == Vectors - 1)
                storePart(c + j * lanes, sum[i][j], last);
            else
                store(c + j * lanes, sum[i][j]);
}

template<int Vectors, bool Part>
[[gnu::always_inline]] inline void loadB(int last, const float* b, Vector (&v)[Vectors])
{
    for (int j = 0; j < Vectors - 1; ++j) v[j] = load(b + j * lanes);
    const float* end = b + (Vectors - 1) * lanes;
    v[Vectors - 1] = Part ? loadPart(end, last) : load(end);
}

// Rows are addressed from every third row's pointer, so all of them fit the general registers.
// The loop over runs costs registers, so one run has kernels of its own.
template<int Rows, int Vectors, bool Part, bool Runs> void strided(const TileArguments& t)
{
    constexpr int Groups = (Rows + 2) / 3;
    const int last = t.columns - (Vectors - 1) * lanes;
    Vector sum[Rows][Vectors];
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i)
        for (int j = 0; j < Vectors; ++j) sum[i][j] = Vector{};
    const int64_t aRow = t.aRow, aColumn = t.aColumn, bRow = t.bRow;
    const int64_t run = Runs ? t.run : t.k;
    const float* b = t.b;
    for (int64_t index = 0, done = 0; Runs ? done < t.k : index == 0; ++index, done += run) {
        const float* a[Groups];
        a[0] = Runs ? t.a + t.aRuns[index] : t.a;
        for (int g = 1; g < Groups; ++g) a[g] = a[g - 1] + 3 * aRow;
        for (int64_t k = run; k > 0; --k) {
            Vector v[Vectors];
            loadB<Vectors, Part>(last, b, v);
            b += bRow;
#pragma GCC unroll 16
            for (int i = 0; i < Rows; ++i) {
                const Vector x = splat(a[i / 3][(i % 3) * aRow]);
                for (int j = 0; j < Vectors; ++j) sum[i][j] = fma(x, v[j], sum[i][j]);
            }
#pragma GCC unroll 8
            for (int g = 0; g < Groups; ++g) a[g] += aColumn;
        }
    }
    finish<Rows, Vectors, Part>(t, sum);
}

template<int Rows, int Vectors, bool Part> void indirect(const TileArguments& t)
{
    const int last = t.columns - (Vectors - 1) * lanes;
    Vector sum[Rows][Vectors];
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i)
        for (int j = 0; j < Vectors; ++j) sum[i][j] = Vector{};
    const float* a[Rows];
    for (int i = 0; i < Rows; ++i) a[i] = t.a + t.rows[i];
    for (int64_t k = 0; k < t.k; ++k) {
        Vector v[Vectors];
        loadB<Vectors, Part>(last, t.bRows ? t.b + t.bRows[k] : t.b + k * t.bRow, v);
        const int64_t column = t.aColumns[k];
#pragma GCC unroll 16
        for (int i = 0; i < Rows; ++i) {
            const Vector x = splat(a[i][column]);
            for (int j = 0; j < Vectors; ++j) sum[i][j] = fma(x, v[j], sum[i][j]);
        }
    }
    finish<Rows, Vectors, Part>(t, sum);
}

struct Row {
    TileKernel kernel[2][2][3]; // [two vectors][part][how A is read]
};

template<int Rows> constexpr Row row()
{
    return {{{{strided<Rows, 1, false, false>, strided<Rows, 1, false, true>, indirect<Rows, 1, false>},
              {strided<Rows, 1, true, false>, strided<Rows, 1, true, true>, indirect<Rows, 1, true>}},
             {{strided<Rows, 2, false, false>, strided<Rows, 2, false, true>, indirect<Rows, 2, false>},
              {strided<Rows, 2, true, false>, strided<Rows, 2, true, true>, indirect<Rows, 2, true>}}}};
}

template<int... I> constexpr std::array<Row, sizeof...(I)> table(std::integer_sequence<int, I...>)
{
    return {row<I + 1>()...};
}

constexpr auto kernels = table(std::make_integer_sequence<int, tileRows>());

} // namespace

TileKernel tileKernel(int rows, int columns, Addressing addressing)
{
    return kernels[size_t(rows - 1)].kernel[columns > lanes][columns % lanes != 0][size_t(addressing)];
}

} // namespace core::cpu
