// Integrals against the normal distribution and over intervals.
#pragma once

#include <vector>

namespace core::numeric
{

struct Quadrature {
    std::vector<double> nodes, weights;
};

/// E f(z), z standard normal, as sum w f(x); exact for polynomials up to degree 2n - 1 (Golub, Welsch 1969).
Quadrature gaussHermite(int n);
/// Of f over -1..1, the same.
Quadrature gaussLegendre(int n);

} // namespace core::numeric
