// Integrals as weighted sums.
#pragma once

#include <vector>

namespace core::numeric
{

struct Quadrature {
    std::vector<double> nodes, weights;
};

/// The integral of f over -1..1 as sum w f(x); exact for polynomials up to degree 2n - 1 (Golub, Welsch
/// 1969).
Quadrature gaussLegendre(int n);

} // namespace core::numeric
