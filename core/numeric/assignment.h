// The linear assignment problem.
#pragma once

#include "core/numeric/matrix.h"

namespace core::numeric
{

/// Column of each row such that the sum of gains is largest; `gain` is square. Shortest augmenting paths with
/// potentials, O(n^3) (Jonker, Volgenant 1987).
std::vector<int64_t> bestAssignment(const Matrix& gain);

} // namespace core::numeric
