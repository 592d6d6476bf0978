// A dense f64 matrix, row by row: what spectra and small systems are computed on. Definitions of instruments
// take and give these; engines work on Arrays.
#pragma once

#include "core/array.h"

#include <cstdint>
#include <span>
#include <vector>

namespace core::numeric
{

struct Matrix {
    int64_t rows = 0, columns = 0;
    std::vector<double> values; ///< rows * columns, the last index contiguous

    Matrix() = default;
    Matrix(int64_t r, int64_t c, double value = 0)
        : rows(r)
        , columns(c)
        , values(size_t(r * c), value)
    {
    }
    double& operator()(int64_t i, int64_t j) { return values[size_t(i * columns + j)]; }
    double operator()(int64_t i, int64_t j) const { return values[size_t(i * columns + j)]; }
    std::span<double> row(int64_t i) { return {values.data() + i * columns, size_t(columns)}; }
    std::span<const double> row(int64_t i) const { return {values.data() + i * columns, size_t(columns)}; }
    friend bool operator==(const Matrix&, const Matrix&) = default;
};

Matrix identity(int64_t n);
Matrix transposed(const Matrix&);
/// One row an index of `axis`, one column for all the others together, in their order.
Matrix rowsAlong(const Array&, const std::string& axis);
std::vector<double> columnMeans(const Matrix&);
Matrix withoutColumnMeans(Matrix);
double trace(const Matrix&);
double dot(std::span<const double>, std::span<const double>);
double norm(std::span<const double>);
/// <A, B> = sum of products, and ||A|| of Frobenius.
double inner(const Matrix&, const Matrix&);
double frobenius(const Matrix&);
/// ||a - b|| / ||b||
double relativeDistance(const Matrix& a, const Matrix& b);

} // namespace core::numeric
