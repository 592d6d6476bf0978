#include "core/numeric/linear.h"

#include "core/error.h"
#include "core/numeric/tridiagonal.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace core::numeric
{

namespace
{

using Dense = ::Eigen::Matrix<double, ::Eigen::Dynamic, ::Eigen::Dynamic, ::Eigen::RowMajor>;
using Columns = ::Eigen::MatrixXd;

::Eigen::Map<const Dense> view(const Matrix& a) { return {a.values.data(), a.rows, a.columns}; }

template<class Derived> Matrix matrix(const ::Eigen::MatrixBase<Derived>& from)
{
    Matrix result(from.rows(), from.cols());
    ::Eigen::Map<Dense>(result.values.data(), result.rows, result.columns) = from;
    return result;
}

std::vector<double> list(const ::Eigen::VectorXd& from) { return {from.data(), from.data() + from.size()}; }

/// y y', the lower half block by block: general products are faster than a symmetric one of the library.
template<class Derived> Matrix half(const ::Eigen::MatrixBase<Derived>& y)
{
    constexpr ptrdiff_t block = 64;
    const ptrdiff_t n = y.rows();
    Matrix result(n, n);
    ::Eigen::Map<Dense> all(result.values.data(), n, n);
    for (ptrdiff_t i = 0; i < n; i += block) {
        const ptrdiff_t height = std::min(block, n - i);
        all.block(i, 0, height, i + height).noalias() =
            y.middleRows(i, height) * y.topRows(i + height).transpose();
    }
    all.template triangularView<::Eigen::StrictlyUpper>() = all.transpose();
    return result;
}

} // namespace

Matrix product(const Matrix& a, const Matrix& b) { return matrix(view(a) * view(b)); }
Matrix transposedProduct(const Matrix& a, const Matrix& b) { return matrix(view(a).transpose() * view(b)); }

Matrix gram(const Matrix& x) { return half(view(x)); }
Matrix innerGram(const Matrix& x) { return half(view(x).transpose()); }

std::vector<double> eigenvalues(const Matrix& symmetric)
{
    if (symmetric.rows < 2) return symmetric.values;
    Tridiagonal parts = tridiagonalForm(symmetric);
    const auto values = tridiagonalEigenvalues(std::move(parts.diagonal), std::move(parts.beside));
    if (!values.empty()) return values;
    return list(
        ::Eigen::SelfAdjointEigenSolver<Columns>(view(symmetric), ::Eigen::EigenvaluesOnly).eigenvalues());
}

Eigen eigen(const Matrix& symmetric)
{
    const ::Eigen::SelfAdjointEigenSolver<Columns> solver{Columns(view(symmetric))};
    return {list(solver.eigenvalues()), matrix(solver.eigenvectors())};
}

Eigen eigenTridiagonal(std::span<const double> diagonal, std::span<const double> beside)
{
    ::Eigen::SelfAdjointEigenSolver<Columns> solver;
    solver.computeFromTridiagonal(
        ::Eigen::Map<const ::Eigen::VectorXd>(diagonal.data(), ptrdiff_t(diagonal.size())),
        ::Eigen::Map<const ::Eigen::VectorXd>(beside.data(), ptrdiff_t(beside.size())),
        ::Eigen::ComputeEigenvectors);
    return {list(solver.eigenvalues()), matrix(solver.eigenvectors())};
}

Svd svd(const Matrix& x)
{
    const bool wide = x.rows <= x.columns;
    const Eigen parts = eigen(wide ? gram(x) : gram(transposed(x))); // in ascending order
    const int64_t count = parts.vectors.rows;
    Svd result;
    Matrix from(count, count);
    for (int64_t k = 0; k < count; ++k) {
        result.s.push_back(std::sqrt(std::max(0.0, parts.values[size_t(count - 1 - k)])));
        for (int64_t i = 0; i < count; ++i) from(i, k) = parts.vectors(i, count - 1 - k);
    }
    Matrix to = wide ? transposedProduct(x, from) : product(x, from);
    for (int64_t i = 0; i < to.rows; ++i)
        for (int64_t k = 0; k < count; ++k)
            to(i, k) = result.s[size_t(k)] > 0 ? to(i, k) / result.s[size_t(k)] : 0;
    result.u = wide ? from : to;
    result.v = wide ? std::move(to) : std::move(from);
    return result;
}

std::vector<double> singularValues(const Matrix& x)
{
    std::vector<double> values = eigenvalues(x.rows <= x.columns ? gram(x) : gram(transposed(x)));
    std::ranges::reverse(values);
    for (double& value : values) value = std::sqrt(std::max(0.0, value));
    return values;
}

Matrix solve(const Matrix& a, const Matrix& b)
{
    const ::Eigen::LLT<Columns> cholesky{Columns(view(a))};
    if (cholesky.info() != ::Eigen::Success) {
        throw Error{"linear system", "the matrix is singular or not positive definite",
                    "add a ridge, or take more examples"};
    }
    return matrix(cholesky.solve(view(b)));
}

Matrix pseudoInverse(const Matrix& symmetric, int64_t rank)
{
    const Eigen parts = eigen(symmetric);
    std::vector<int64_t> order(parts.values.size());
    std::iota(order.begin(), order.end(), int64_t(0));
    const auto size = [&](int64_t i) { return std::abs(parts.values[size_t(i)]); };
    std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return size(a) > size(b); });
    Matrix scaled(symmetric.rows, symmetric.rows);
    for (int64_t k = 0; k < std::min<int64_t>(rank, symmetric.rows); ++k) {
        const int64_t i = order[size_t(k)];
        if (size(i) <= 1e-12 * size(order[0])) break;
        for (int64_t row = 0; row < symmetric.rows; ++row)
            scaled(row, i) = parts.vectors(row, i) / parts.values[size_t(i)];
    }
    return product(scaled, transposed(parts.vectors));
}

} // namespace core::numeric
