// Eigenvalues alone of a symmetric matrix, by its tridiagonal form.
#pragma once

#include "core/numeric/matrix.h"

namespace core::numeric
{

struct Tridiagonal {
    std::vector<double> diagonal, beside; ///< n and n - 1
};
/// With the same eigenvalues as a symmetric matrix (the lower half is read) of at least one row, by
/// reflections.
Tridiagonal tridiagonalForm(const Matrix& symmetric);

/// Ascending; `beside` has one number fewer than the n of `diagonal`. To about n roundings of the largest;
/// empty where it does not converge, as with numbers that are not finite.
std::vector<double> tridiagonalEigenvalues(std::vector<double> diagonal, std::vector<double> beside);

} // namespace core::numeric
