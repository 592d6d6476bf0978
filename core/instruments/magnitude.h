// How large the numbers of an array are.
#pragma once

#include "core/array.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

/// ||a|| of Frobenius.
inline double lengthOf(const Array& array)
{
    double squares = 0;
    for (const float value : array.reals()) squares += double(value) * double(value);
    return std::sqrt(squares);
}

inline double rootMeanSquare(const Array& array)
{
    return lengthOf(array) / std::sqrt(double(std::max<int64_t>(1, array.count())));
}

} // namespace core::instruments
