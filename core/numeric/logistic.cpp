#include "core/numeric/logistic.h"

#include "core/numeric/linear.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace core::numeric
{

namespace
{

/// Rows become probabilities minus the label's indicator, over n.
void toResiduals(Matrix& scores, const std::vector<int>& labels)
{
    const double n = double(scores.rows);
    for (int64_t i = 0; i < scores.rows; ++i) {
        const auto row = scores.row(i);
        const double most = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (double& value : row) sum += value = std::exp(value - most);
        for (double& value : row) value /= sum * n;
        row[size_t(labels[size_t(i)])] -= 1 / n;
    }
}

/// a + factor (a - b)
Matrix beyond(const Matrix& a, const Matrix& b, double factor)
{
    Matrix result = a;
    for (size_t i = 0; i < result.values.size(); ++i)
        result.values[i] += factor * (a.values[i] - b.values[i]);
    return result;
}

} // namespace

Logistic logisticRegression(const Matrix& x, const std::vector<int>& labels, int classes, double penalty,
                            int mostIterations, double tolerance)
{
    assert(penalty > 0 && int64_t(labels.size()) <= x.rows);
    const int64_t n = int64_t(labels.size()), d = x.columns;
    Matrix rows(n, d + 1, 1); // the last column is the offset's
    for (int64_t i = 0; i < n; ++i) std::copy_n(x.row(i).begin(), d, rows.row(i).begin());
    Matrix bound = innerGram(rows);
    for (double& value : bound.values) value /= 2 * double(n);
    for (int64_t k = 0; k < d; ++k) bound(k, k) += penalty;
    const Matrix inverse = solve(bound, identity(d + 1));

    Matrix w(d + 1, classes), before = w, ahead = w;
    const auto gradientAt = [&](const Matrix& at) {
        Matrix residuals = product(rows, at);
        toResiduals(residuals, labels);
        Matrix gradient = transposedProduct(rows, residuals);
        for (int64_t i = 0; i < d * classes; ++i)
            gradient.values[size_t(i)] += penalty * at.values[size_t(i)];
        return gradient;
    };
    Logistic result;
    double first = 0, momentum = 1;
    for (; result.iterations < mostIterations; ++result.iterations) {
        const Matrix gradient = gradientAt(ahead);
        const double length = frobenius(gradient);
        if (result.iterations == 0) first = length;
        result.gradient = first > 0 ? length / first : 0;
        if (length <= tolerance * first) break;
        const Matrix step = product(inverse, gradient);
        before = std::exchange(w, ahead);
        for (size_t i = 0; i < w.values.size(); ++i) w.values[i] -= step.values[i];
        // Momentum that leads uphill starts anew (O'Donoghue, Candes 2015).
        double uphill = 0;
        for (size_t i = 0; i < w.values.size(); ++i)
            uphill += gradient.values[i] * (w.values[i] - before.values[i]);
        const double next = uphill > 0 ? 1 : (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
        ahead = beyond(w, before, uphill > 0 ? 0 : (momentum - 1) / next);
        momentum = next;
    }
    w = std::move(ahead);
    result.weights = Matrix(d, classes);
    std::copy_n(w.values.begin(), d * classes, result.weights.values.begin());
    result.offsets.assign(w.values.begin() + d * classes, w.values.end());
    return result;
}

Matrix scoresOf(const Logistic& fitted, const Matrix& x)
{
    Matrix scores = product(x, fitted.weights);
    for (int64_t i = 0; i < scores.rows; ++i)
        for (int64_t c = 0; c < scores.columns; ++c) scores(i, c) += fitted.offsets[size_t(c)];
    return scores;
}

} // namespace core::numeric
