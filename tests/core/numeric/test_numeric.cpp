// Linear algebra, quadrature, assignment and Krylov methods against what is known in closed form.
#include "core/error.h"
#include "core/numeric/assignment.h"
#include "core/numeric/centring.h"
#include "core/numeric/krylov.h"
#include "core/numeric/linear.h"
#include "core/numeric/logistic.h"
#include "core/numeric/quadrature.h"
#include "core/numeric/tridiagonal.h"
#include "tests/core/numeric/drawn.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace core::numeric;
using core::test::drawn;

namespace
{

Operator times(const Matrix& a)
{
    return [&a](std::span<const double> x) {
        std::vector<double> y;
        for (int64_t i = 0; i < a.rows; ++i) y.push_back(dot(a.row(i), x));
        return y;
    };
}

Matrix diagonal(std::vector<double> values)
{
    Matrix a(int64_t(values.size()), int64_t(values.size()));
    for (int64_t i = 0; i < a.rows; ++i) a(i, i) = values[size_t(i)];
    return a;
}

} // namespace

class TestNumeric : public QObject
{
    Q_OBJECT

private slots:
    void decompositionsGiveBackTheMatrix()
    {
        const Matrix x = drawn(7, 4, 1), g = gram(x);
        QVERIFY(relativeDistance(g, product(x, transposed(x))) < 1e-14);
        const auto parts = eigen(g);
        const Matrix again =
            product(product(parts.vectors, diagonal(parts.values)), transposed(parts.vectors));
        QVERIFY(relativeDistance(again, g) < 1e-13);
        const Svd three = svd(x);
        QVERIFY(relativeDistance(product(product(three.u, diagonal(three.s)), transposed(three.v)), x) <
                1e-13);
        const std::vector<double> s = singularValues(x), l = eigenvalues(g);
        for (size_t i = 0; i < 4; ++i) QVERIFY(std::abs(s[i] * s[i] - l[6 - i]) < 1e-12 * l[6]);
    }

    /// -1, 2, -1 has 2 - 2 cos(pi k / (n + 1)) (strings on beads); without the 2 they lie around zero.
    void tridiagonalMatricesHaveTheirKnownEigenvalues()
    {
        for (const size_t n : {1, 2, 3, 5, 64, 300})
            for (const double middle : {2.0, 0.0}) {
                const auto values =
                    tridiagonalEigenvalues(std::vector<double>(n, middle), std::vector<double>(n - 1, -1));
                QCOMPARE(values.size(), n);
                for (size_t k = 0; k < n; ++k) {
                    const double exact = middle - 2 * std::cos(M_PI * double(k + 1) / double(n + 1));
                    QVERIFY(std::abs(values[k] - exact) < 1e-14);
                }
            }
        QVERIFY(tridiagonalEigenvalues({1, NAN, 1}, {1, 1}).empty());
        QCOMPARE(tridiagonalEigenvalues({3, 0, 1}, {0, 0}), (std::vector<double>{0, 1, 3}));
    }

    void eigenvaluesAloneAreThoseThatComeWithVectors()
    {
        for (const auto& [rows, columns] : {std::pair{200, 300}, {200, 7}, {40, 40}}) {
            const Matrix g = gram(drawn(rows, columns, 9));
            const std::vector<double> alone = eigenvalues(g), with = eigen(g).values;
            for (size_t i = 0; i < with.size(); ++i)
                QVERIFY(std::abs(alone[i] - with[i]) < 1e-13 * with.back());
        }
    }

    /// min(i, j) is the inverse of -1, 2, -1 ending in 1: 1 / (4 sin^2((2 k - 1) pi / (4 n + 2))).
    void denseMatricesHaveTheirKnownEigenvaluesAtAnyScale()
    {
        for (const int n : {1, 2, 3, 7, 8, 9, 16, 31, 100, 257})
            for (const double scale : {1.0, 1e-200, -1e200}) {
                Matrix a(n, n);
                for (int i = 0; i < n; ++i)
                    for (int j = 0; j <= i; ++j) a(i, j) = scale * (j + 1); // the lower half is enough
                std::vector<double> values = eigenvalues(a);
                if (scale < 0) std::reverse(values.begin(), values.end());
                QCOMPARE(int(values.size()), n);
                for (int k = 1; k <= n; ++k) {
                    const double sine = std::sin((2 * k - 1) * M_PI / (4 * n + 2)),
                                 exact = scale / (4 * sine * sine);
                    QVERIFY(std::abs(values[size_t(n - k)] / exact - 1) < 1e-10);
                }
            }
    }

    void aGramMatrixIsTheSameBlockByBlock()
    {
        const Matrix x = drawn(150, 70, 3);
        QVERIFY(relativeDistance(gram(x), product(x, transposed(x))) < 1e-15);
        QVERIFY(relativeDistance(innerGram(x), product(transposed(x), x)) < 1e-15);
    }

    void centringTakesTheMeansAway()
    {
        const Matrix x = drawn(30, 12, 4);
        QVERIFY(relativeDistance(doublyCentred(gram(x)), gram(withoutColumnMeans(x))) < 1e-13);
        const Matrix unbiased =
            doublyCentredUnbiased(gram(x)); // every row sums to zero beside a zero diagonal
        for (int64_t i = 0; i < 30; ++i) {
            QCOMPARE(unbiased(i, i), 0.0);
            const auto row = unbiased.row(i);
            QVERIFY(std::abs(std::accumulate(row.begin(), row.end(), 0.0)) < 1e-11);
        }
    }

    /// Without features there are the frequencies; with them the gradient vanishes, which is what a minimum
    /// of a convex function is.
    void logisticRegressionEndsAtItsMinimum()
    {
        const std::vector<int> labels{0, 0, 0, 1, 1, 2, 0, 1};
        const Logistic constant = logisticRegression(Matrix(8, 1), labels, 3, 0.1, 1000, 1e-9);
        const double between = constant.offsets[0] - constant.offsets[2];
        QVERIFY(std::abs(between - std::log(4.0)) < 1e-6);
        const Matrix x = drawn(8, 3, 5);
        const double penalty = 0.03;
        const Logistic found = logisticRegression(x, labels, 3, penalty, 2000, 1e-9);
        QVERIFY(found.gradient <= 1e-9);
        const Matrix scores = scoresOf(found, x);
        for (int c = 0; c < 3; ++c) {
            std::vector<double> gradient(3);
            double offset = 0;
            for (int64_t i = 0; i < 8; ++i) {
                double sum = 0;
                for (const double score : scores.row(i)) sum += std::exp(score);
                const double residual = (std::exp(scores(i, c)) / sum - (labels[size_t(i)] == c ? 1 : 0)) / 8;
                offset += residual;
                for (size_t k = 0; k < 3; ++k) gradient[k] += residual * x(i, int64_t(k));
            }
            QVERIFY(std::abs(offset) < 1e-8);
            for (size_t k = 0; k < 3; ++k)
                QVERIFY(std::abs(gradient[k] + penalty * found.weights(int64_t(k), c)) < 1e-8);
        }
    }

    void systemsAreSolvedAndSingularOnesRefused()
    {
        const Matrix x = drawn(5, 9, 2), a = gram(x), b = drawn(5, 2, 3);
        QVERIFY(relativeDistance(product(a, solve(a, b)), b) < 1e-11);
        QVERIFY_EXCEPTION_THROWN(solve(diagonal({1, 0, 2}), drawn(3, 1, 4)), core::Error);
        const Matrix low = gram(drawn(6, 2, 5)), inverse = pseudoInverse(low, 6);
        QVERIFY(relativeDistance(product(product(low, inverse), low), low) < 1e-11); // Penrose 1955
    }

    void quadratureIsExactForPolynomials()
    {
        const Quadrature q = gaussLegendre(12);
        for (int power = 0; power < 24; ++power) {
            double sum = 0;
            for (size_t i = 0; i < q.nodes.size(); ++i) sum += q.weights[i] * std::pow(q.nodes[i], power);
            QVERIFY(std::abs(sum - (power % 2 ? 0 : 2.0 / (power + 1))) < 1e-14);
        }
    }

    void assignmentIsTheBestOfAllPermutations()
    {
        for (unsigned seed = 0; seed < 20; ++seed) {
            const Matrix gain = drawn(6, 6, seed);
            const auto value = [&](const std::vector<int64_t>& columns) {
                double sum = 0;
                for (int64_t i = 0; i < 6; ++i) sum += gain(i, columns[size_t(i)]);
                return sum;
            };
            std::vector<int64_t> order(6);
            std::iota(order.begin(), order.end(), 0);
            double best = value(order);
            do best = std::max(best, value(order));
            while (std::next_permutation(order.begin(), order.end()));
            QVERIFY(std::abs(value(bestAssignment(gain)) - best) < 1e-12);
        }
    }

    void powerIterationTellsMagnitudeFromMaximum()
    {
        const Matrix a = diagonal({-5, 3});
        const Extremes found = extremeEigenvalues(times(a), {1, 1}, 100, 1e-3);
        QVERIFY(std::abs(found.magnitude + 5) < 5e-3);
        QVERIFY(std::abs(found.maximum - 3) < 3e-3);
        QVERIFY(found.converged);
    }

    void lanczosFindsEveryEigenvalueOfASmallMatrix()
    {
        const Matrix g = gram(drawn(12, 20, 7));
        const std::vector<double> exact = eigenvalues(g);
        const Lanczos found = lanczos(times(g), normalVector(12, 1), 100);
        QCOMPARE(found.steps, 12);
        for (size_t i = 0; i < 12; ++i) QVERIFY(std::abs(found.values[i] - exact[i]) < 1e-9 * exact[11]);
        QVERIFY(std::abs(std::accumulate(found.weights.begin(), found.weights.end(), 0.0) - 1) < 1e-12);
        // A start in an invariant subspace: the Krylov space ends there.
        QCOMPARE(lanczos(times(diagonal({1, 2, 3, 4})), {1, 1, 0, 0}).steps, 2);
    }

    void randomVectorsAreNormal()
    {
        const std::vector<double> x = normalVector(100001, 3);
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / double(x.size());
        QVERIFY(std::abs(mean) < 4 / std::sqrt(double(x.size())));
        QVERIFY(std::abs(dot(x, x) / double(x.size()) - 1) < 4 * std::sqrt(2 / double(x.size())));
        QVERIFY(x != normalVector(100001, 4));
    }
};

QTEST_APPLESS_MAIN(TestNumeric)
#include "test_numeric.moc"
