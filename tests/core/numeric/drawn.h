#pragma once

#include "core/numeric/matrix.h"

#include <random>

namespace core::test
{

/// Of standard normal elements.
inline numeric::Matrix drawn(int64_t rows, int64_t columns, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    numeric::Matrix x(rows, columns);
    for (double& value : x.values) value = normal(random);
    return x;
}

} // namespace core::test
