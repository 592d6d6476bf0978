// Linear algebra on f64 matrices; the only place that knows which library does it.
#pragma once

#include "core/numeric/matrix.h"

namespace core::numeric
{

Matrix product(const Matrix& a, const Matrix& b);
Matrix transposedProduct(const Matrix& a, const Matrix& b); ///< a' b
Matrix gram(const Matrix& x);                               ///< x x'
Matrix innerGram(const Matrix& x);                          ///< x' x

/// Of a symmetric matrix (the lower half is read), ascending.
std::vector<double> eigenvalues(const Matrix& symmetric);
struct Eigen {
    std::vector<double> values; ///< ascending
    Matrix vectors;             ///< column i belongs to values[i]
};
Eigen eigen(const Matrix& symmetric);
/// Of the symmetric tridiagonal matrix; vectors as above.
Eigen eigenTridiagonal(std::span<const double> diagonal, std::span<const double> beside);

/// x = u diag(s) v', thin; s descending. From the Gram matrix of the shorter side: what is below 1e-8 of s[0]
/// is not resolved.
struct Svd {
    Matrix u, v;
    std::vector<double> s;
};
Svd svd(const Matrix& x);
std::vector<double> singularValues(const Matrix& x); ///< as above

/// a x = b with a symmetric and positive definite. Error if it is not.
Matrix solve(const Matrix& a, const Matrix& b);
/// Of a symmetric matrix, from its `rank` largest eigenvalues by magnitude; values below 1e-12 of the largest
/// count as zero.
Matrix pseudoInverse(const Matrix& symmetric, int64_t rank);

} // namespace core::numeric
