#include "core/numeric/matrix.h"

#include <cassert>
#include <cmath>
#include <string>

namespace core::numeric
{

Matrix identity(int64_t n)
{
    Matrix result(n, n);
    for (int64_t i = 0; i < n; ++i) result(i, i) = 1;
    return result;
}

Matrix transposed(const Matrix& a)
{
    Matrix result(a.columns, a.rows);
    for (int64_t i = 0; i < a.rows; ++i)
        for (int64_t j = 0; j < a.columns; ++j) result(j, i) = a(i, j);
    return result;
}

Matrix rowsAlong(const Array& array, const std::string& axis)
{
    const int at = array.type.find(axis);
    assert(at >= 0);
    int64_t inside = 1, outside = 1;
    for (size_t i = 0; i < array.type.axes.size(); ++i) {
        if (int(i) < at) outside *= array.type.axes[i].size;
        if (int(i) > at) inside *= array.type.axes[i].size;
    }
    const int64_t rows = array.type.axes[size_t(at)].size;
    const float* from = array.reals().data();
    Matrix result;
    if (outside == 1) {
        result.rows = rows;
        result.columns = inside;
        result.values.assign(from, from + rows * inside);
        return result;
    }
    result = Matrix(rows, inside * outside);
    for (int64_t o = 0; o < outside; ++o)
        for (int64_t r = 0; r < rows; ++r)
            for (int64_t i = 0; i < inside; ++i) result(r, o * inside + i) = double(*from++);
    return result;
}

std::vector<double> columnMeans(const Matrix& a)
{
    std::vector<double> means(size_t(a.columns));
    for (int64_t i = 0; i < a.rows; ++i)
        for (int64_t j = 0; j < a.columns; ++j) means[size_t(j)] += a(i, j);
    for (double& mean : means) mean /= double(a.rows);
    return means;
}

Matrix withoutColumnMeans(Matrix a)
{
    const std::vector<double> means = columnMeans(a);
    for (int64_t i = 0; i < a.rows; ++i)
        for (int64_t j = 0; j < a.columns; ++j) a(i, j) -= means[size_t(j)];
    return a;
}

double trace(const Matrix& a)
{
    double sum = 0;
    for (int64_t i = 0; i < a.rows; ++i) sum += a(i, i);
    return sum;
}

double dot(std::span<const double> a, std::span<const double> b)
{
    assert(a.size() == b.size());
    // Eight sums side by side: one alone waits for each addition.
    double sums[8] = {};
    size_t i = 0;
    for (; i + 8 <= a.size(); i += 8)
        for (size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
    for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

double norm(std::span<const double> a) { return std::sqrt(dot(a, a)); }
double inner(const Matrix& a, const Matrix& b) { return dot(a.values, b.values); }
double frobenius(const Matrix& a) { return norm(a.values); }

double relativeDistance(const Matrix& a, const Matrix& b)
{
    assert(a.values.size() == b.values.size());
    double sum = 0;
    for (size_t i = 0; i < a.values.size(); ++i) {
        const double difference = a.values[i] - b.values[i];
        sum += difference * difference;
    }
    return std::sqrt(sum) / frobenius(b);
}

} // namespace core::numeric
