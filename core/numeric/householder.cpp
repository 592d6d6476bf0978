#include "core/numeric/tridiagonal.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

namespace core::numeric
{

namespace
{

#ifdef __AVX512F__
constexpr int64_t lanes = 8;
#else
constexpr int64_t lanes = 4;
#endif

struct alignas(lanes * sizeof(double)) Strip {
    typedef double Values __attribute__((vector_size(lanes * sizeof(double))));
    Values values{};
};

double sumOf(const Strip& strip)
{
    double sums[lanes];
    std::memcpy(sums, &strip, sizeof sums);
    for (int64_t half = lanes / 2; half > 0; half /= 2)
        for (int64_t k = 0; k < half; ++k) sums[k] += sums[k + half];
    return sums[0];
}

/// A symmetric matrix whose lower half is kept, and a change A - v w' - w v' that is not made yet.
class Reduction
{
public:
    Reduction(const Matrix& symmetric, double scale)
        : m_strips(stripsOf(symmetric.rows))
        , m_matrix(std::make_unique_for_overwrite<Strip[]>(size_t(m_strips * lanes * m_strips)))
        , m_v(size_t(m_strips))
        , m_w(m_v)
        , m_x(m_v)
        , m_y(m_v)
    {
        const int64_t n = symmetric.rows;
        for (int64_t i = 0; i < m_strips * lanes; ++i) {
            double* const to = numbers(row(i));
            for (int64_t j = 0; j <= i; ++j) to[j] = i < n ? scale * symmetric(i, j) : 0;
            // On the diagonal a strip is whole, so that no pass ends within one.
            for (int64_t j = i + 1; j < (i / lanes + 1) * lanes; ++j)
                to[j] = j < n ? scale * symmetric(j, i) : 0;
        }
    }

    /// Takes row and column `m`, the last that are left, out of the matrix by a reflection of those before.
    void take(int64_t m, double& diagonal, double& beside)
    {
        double* const last = numbers(row(m));
        const double v = numbers(m_v.data())[m], w = numbers(m_w.data())[m];
        const double *const vs = numbers(m_v.data()), *const ws = numbers(m_w.data());
        for (int64_t j = 0; j <= m; ++j) last[j] -= v * ws[j] + w * vs[j];
        diagonal = last[m];
        if (m == 0) return;
        const double scale = reflect(last, m, beside);
        multiply(m);
        finish(m, scale);
    }

private:
    static double* numbers(Strip* strips) { return reinterpret_cast<double*>(strips); }
    Strip* row(int64_t i) { return m_matrix.get() + i * m_strips; }
    static int64_t stripsOf(int64_t count) { return (count + lanes - 1) / lanes; }
    static void clearBehind(std::vector<Strip>& strips, int64_t count)
    {
        for (int64_t j = count; j < stripsOf(count) * lanes; ++j) numbers(strips.data())[j] = 0;
    }

    /// x of the reflection 1 - scale x x' that leaves nothing of a row but its last number, x ending in 1.
    /// Golub, Van Loan: Matrix Computations, algorithm 5.1.1.
    double reflect(const double* from, int64_t m, double& beside)
    {
        double squares = 0;
        for (int64_t j = 0; j + 1 < m; ++j) squares += from[j] * from[j];
        const double corner = from[m - 1];
        const bool anything = squares > std::numeric_limits<double>::min();
        beside = anything ? -std::copysign(std::sqrt(corner * corner + squares), corner) : corner;
        double* const x = numbers(m_x.data());
        for (int64_t j = 0; j + 1 < m; ++j) x[j] = anything ? from[j] / (corner - beside) : 0;
        x[m - 1] = 1;
        for (std::vector<Strip>* strips : {&m_v, &m_w, &m_x}) clearBehind(*strips, m);
        return anything ? (beside - corner) / beside : 0;
    }

    /// Makes the change, and y = A x: each number of the half is read and written once for both.
    void multiply(int64_t m)
    {
        const double *const vs = numbers(m_v.data()), *const ws = numbers(m_w.data()),
                            *const xs = numbers(m_x.data());
        double* const ys = numbers(m_y.data());
        std::memset(ys, 0, size_t(stripsOf(m)) * sizeof(Strip));
        for (int64_t i = 0; i < m; i += lanes) {
            Strip* rows[lanes];
            Strip::Values sums[lanes] = {};
            for (int64_t k = 0; k < lanes; ++k) rows[k] = row(i + k);
            for (int64_t c = 0; c <= i / lanes; ++c) {
                const Strip::Values v = m_v[size_t(c)].values, w = m_w[size_t(c)].values,
                                    x = m_x[size_t(c)].values;
                Strip::Values onto{};
                for (int64_t k = 0; k < lanes; ++k) {
                    const Strip::Values a = rows[k][c].values - vs[i + k] * w - ws[i + k] * v;
                    rows[k][c].values = a;
                    sums[k] += a * x;
                    onto += a * xs[i + k];
                }
                if (c < i / lanes) m_y[size_t(c)].values += onto; // else it is in the sums
            }
            for (int64_t k = 0; k < lanes; ++k) ys[i + k] += sumOf({sums[k]});
        }
        clearBehind(m_y, m);
    }

    /// v = x and w = scale y + ... : what A - v w' - w v' is the reflected matrix with.
    void finish(int64_t m, double scale)
    {
        Strip between;
        for (int64_t c = 0; c < stripsOf(m); ++c) {
            m_y[size_t(c)].values *= scale;
            between.values += m_y[size_t(c)].values * m_x[size_t(c)].values;
        }
        const double along = -scale / 2 * sumOf(between);
        for (int64_t c = 0; c < stripsOf(m); ++c) m_y[size_t(c)].values += along * m_x[size_t(c)].values;
        m_v.swap(m_x);
        m_w.swap(m_y);
    }

    const int64_t m_strips;
    const std::unique_ptr<Strip[]> m_matrix;
    std::vector<Strip> m_v, m_w, m_x, m_y;
};

} // namespace

Tridiagonal tridiagonalForm(const Matrix& symmetric)
{
    double largest = 0;
    for (int64_t i = 0; i < symmetric.rows; ++i)
        for (int64_t j = 0; j <= i; ++j) largest = std::max(largest, std::abs(symmetric(i, j)));
    // A power of two changes no digit.
    const int exponent = std::isfinite(largest) && largest > 0 ? std::ilogb(largest) : 0;
    Tridiagonal result{std::vector<double>(size_t(symmetric.rows)),
                       std::vector<double>(size_t(symmetric.rows - 1))};
    Reduction reduction(symmetric, std::ldexp(1, -exponent));
    double none = 0;
    for (int64_t m = symmetric.rows - 1; m >= 0; --m)
        reduction.take(m, result.diagonal[size_t(m)], m > 0 ? result.beside[size_t(m - 1)] : none);
    for (std::vector<double>* part : {&result.diagonal, &result.beside})
        for (double& value : *part) value = std::ldexp(value, exponent);
    return result;
}

} // namespace core::numeric
