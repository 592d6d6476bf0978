// Linear algebra, quadrature, assignment and Krylov methods against what is known in closed form.
#include "core/error.h"
#include "core/numeric/assignment.h"
#include "core/numeric/krylov.h"
#include "core/numeric/linear.h"
#include "core/numeric/quadrature.h"
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
