// Small results of long sums: dot products of rows, several at once, vectors along the sum.
#pragma once

#include "core/backend/cpu/vector.h"

namespace core::cpu
{

inline constexpr int dotRows = 4;

/// sums[i * dotRows + j] = x[i] . y[j] of `length` floats, for i < rows, j < columns <= dotRows. All four
/// pointers on both sides must be readable. The order of additions depends on `length` alone.
void dotTile(const float* const* x, int rows, const float* const* y, int columns, int64_t length,
             float* sums);

/// to[i] = from[i * stride]
void gather(const float* from, int64_t stride, int64_t count, float* to);

} // namespace core::cpu
