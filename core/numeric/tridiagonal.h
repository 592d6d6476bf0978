// Eigenvalues alone of a symmetric tridiagonal matrix.
#pragma once

#include <vector>

namespace core::numeric
{

/// Ascending; `beside` has one number fewer than the n of `diagonal`. To about n roundings of the largest;
/// empty where it does not converge, as with numbers that are not finite.
std::vector<double> tridiagonalEigenvalues(std::vector<double> diagonal, std::vector<double> beside);

} // namespace core::numeric
