// Register tiles: up to `tileRows` x `tileColumns` of C, summed over k without leaving the registers.
#pragma once

#include "core/backend/cpu/vector.h"

#include <cstddef>

namespace core::cpu
{

#if defined(__AVX512F__)
inline constexpr int tileRows = 14;
#elif defined(__AVX2__)
inline constexpr int tileRows = 6;
#else
inline constexpr int tileRows = 4;
#endif
inline constexpr int tileColumns = 2 * lanes;

/// How a tile reads its operands. A: element (i, k) at a[i*aRow + aRuns[k / run] + k % run * aColumn], or,
/// where `rows` is set, at a[rows[i] + columns[k]]. B: rows of `columns` <= tileColumns floats at b[k*bRow],
/// or b[bRows[k]].
struct TileArguments {
    const float* a = nullptr;
    int64_t aRow = 0, aColumn = 0;
    const int64_t* aRuns = nullptr; ///< none: one run
    int64_t run = 0;                ///< divides k
    const int64_t* rows = nullptr;
    const int64_t* aColumns = nullptr;
    const float* b = nullptr;
    int64_t bRow = 0;
    const int64_t* bRows = nullptr;
    float* c = nullptr;
    int64_t cRow = 0;
    int64_t k = 0;
    int columns = 0;  ///< of C and B
    bool add = false; ///< to what C holds
};

using TileKernel = void (*)(const TileArguments&);

/// How A is read: by strides alone, by strides within each of `aRuns`, or by the tables `rows` and
/// `aColumns`.
enum class Addressing : uint8_t { OneRun, Runs, Tables };

/// rows in 1 .. tileRows; kernels for one or two vectors of columns.
TileKernel tileKernel(int rows, int columns, Addressing addressing);

} // namespace core::cpu
