// How many units of a layer are silent, and which never speak.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

/// Share of entries that are not zero.
double activeShare(const Matrix&);
/// For each column, the share of rows in which it is not zero.
std::vector<double> firingRates(const Matrix&);
/// Units that fire on less than `rate` of the examples.
std::vector<int64_t> deadUnits(const Matrix&, double rate = 0.001);

} // namespace core::instruments
