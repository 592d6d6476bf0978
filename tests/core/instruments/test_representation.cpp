// Measures of representations against what their definitions give in closed form: nothing is trained here.
#include "core/error.h"
#include "core/instruments/calibration.h"
#include "core/instruments/cka.h"
#include "core/instruments/collapse.h"
#include "core/instruments/gram.h"
#include "core/instruments/probe.h"
#include "core/instruments/projection.h"
#include "core/instruments/sparsity.h"
#include "core/instruments/tangent.h"
#include "core/numeric/linear.h"
#include "tests/core/numeric/drawn.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace core;
using namespace core::instruments;
using numeric::Matrix;
using test::drawn;

namespace
{

/// An orthogonal matrix: the left singular vectors of a random one.
Matrix rotation(int64_t n, unsigned seed) { return numeric::svd(drawn(n, n, seed)).u; }

/// Rows i % classes at the corners of a simplex: unit vectors less their mean, turned into `width` axes.
Matrix simplex(int classes, int64_t examples, int64_t width)
{
    Matrix corners(examples, width);
    for (int64_t i = 0; i < examples; ++i) {
        for (int c = 0; c < classes; ++c) corners(i, c) = (i % classes == c) - 1.0 / classes;
    }
    return numeric::product(corners, rotation(width, 5));
}

std::vector<int> labelsInTurn(int64_t examples, int classes)
{
    std::vector<int> labels;
    for (int64_t i = 0; i < examples; ++i) labels.push_back(int(i % classes));
    return labels;
}

} // namespace

class TestRepresentation : public QObject
{
    Q_OBJECT

private slots:
    void theIdentityIsIsometric()
    {
        const std::vector<double> ones(7, 1.0);
        QCOMPARE(isometry(ones), 1.0);
        QCOMPARE(isometryGap(ones), 0.0);
        QVERIFY(std::abs(orthogonalityGap(numeric::identity(7))) < 1e-15);
        // Two eigenvalues a, b: sqrt(ab) / ((a + b)/2).
        QVERIFY(std::abs(isometry(std::vector<double>{1, 3}) - std::sqrt(3.0) / 2) < 1e-15);
        QVERIFY(std::abs(isometryGap(std::vector<double>{1, 3}) - std::log(2 / std::sqrt(3.0))) < 1e-15);
    }

    void aSingularGramMatrixHasNoIsometry()
    {
        const std::vector<double> spectrum = gramSpectrum(drawn(6, 3, 1)); // six rows in three dimensions
        QCOMPARE(spectrum.size(), size_t(6));
        QVERIFY(singular(spectrum));
        QCOMPARE(isometry(spectrum), 0.0);
        QVERIFY(std::isinf(isometryGap(spectrum)));
        QVERIFY(!singular(gramSpectrum(drawn(3, 6, 1))));
    }

    void theSmallerSideGivesTheSameSpectrum()
    {
        const Matrix x = drawn(9, 4, 2);
        const std::vector<double> all = numeric::eigenvalues(numeric::gram(x)), some = gramSpectrum(x);
        for (size_t i = 0; i < 9; ++i) QVERIFY(std::abs(all[i] - some[i]) < 1e-12 * all.back());
    }

    void ranksCountDirections()
    {
        // k equal singular values of n: p = 1/k + 1e-7 and 1e-7; the entropy is log k to about 1e-6.
        const std::vector<double> s{2, 2, 2, 0, 0};
        QVERIFY(std::abs(effectiveRank(s) - 3) < 2e-5);
        QCOMPARE(participationRatio(std::vector<double>{4, 4, 4, 0, 0}), 3.0);
        QCOMPARE(participationRatio(std::vector<double>{5, 0, 0}), 1.0);
        Matrix equal(4, 3, 1.5);
        QCOMPARE(rankCollapse(equal), 0.0);
        QCOMPARE(rankCollapse(numeric::withoutColumnMeans(drawn(6, 3, 3))), 1.0);
    }

    void ckaOfKernelsIsThatOfFeatures()
    {
        const Matrix x = drawn(30, 8, 1), y = drawn(30, 5, 2);
        const double kernels = alignment(centred(numeric::gram(x)), centred(numeric::gram(y)));
        QVERIFY(std::abs(kernels - ckaOfFeatures(x, y)) < 1e-6);
        QVERIFY(kernels > 0 && kernels < 0.9);
    }

    void ckaDoesNotSeeRotationsAndScales()
    {
        const Matrix x = drawn(30, 8, 1);
        Matrix turned = numeric::product(x, rotation(8, 4));
        for (double& value : turned.values) value = 3.7 * value + 0;
        for (const bool rbf : {false, true}) {
            const auto kernel = [&](const Matrix& m) { return rbf ? rbfKernel(m, 0.5) : numeric::gram(m); };
            QVERIFY(std::abs(alignment(centred(kernel(x)), centred(kernel(turned))) - 1) < 1e-10);
            QVERIFY(std::abs(alignment(centredUnbiased(kernel(x)), centredUnbiased(kernel(turned))) - 1) <
                    1e-10);
        }
        Matrix bent = x;
        for (int64_t i = 0; i < bent.rows; ++i) bent(i, 0) *= 5; // no rotation
        QVERIFY(alignment(centred(numeric::gram(x)), centred(numeric::gram(bent))) < 0.95);
    }

    void theDebiasedFormIsZeroForIndependentRepresentations()
    {
        double biased = 0, debiased = 0;
        for (unsigned seed = 0; seed < 20; ++seed) {
            const Matrix k = numeric::gram(drawn(20, 50, 2 * seed)),
                         l = numeric::gram(drawn(20, 50, 2 * seed + 1));
            biased += alignment(centred(k), centred(l)) / 20;
            debiased += alignment(centredUnbiased(k), centredUnbiased(l)) / 20;
        }
        QVERIFY2(biased > 0.5, qPrintable(QString::number(biased)));
        QVERIFY2(std::abs(debiased) < 0.05, qPrintable(QString::number(debiased)));
    }

    void oneBatchOfAllIsTheDebiasedForm()
    {
        const Matrix k = numeric::gram(drawn(20, 6, 1)), l = numeric::gram(drawn(20, 4, 2));
        MinibatchCka all;
        all.add(k, l);
        QVERIFY(std::abs(all.value() - alignment(centredUnbiased(k), centredUnbiased(l))) < 1e-12);
        // <K~, L~> of the centred matrices is n (n - 3) times the unbiased HSIC (Szekely, Rizzo 2014).
        QVERIFY(std::abs(numeric::inner(centredUnbiased(k), centredUnbiased(l)) / (20 * 17) -
                         unbiasedHsic(k, l)) < 1e-10);
        QVERIFY_EXCEPTION_THROWN(unbiasedHsic(numeric::gram(drawn(3, 2, 1)), numeric::gram(drawn(3, 2, 2))),
                                 Error);
    }

    void svccaDoesNotSeeInvertibleMaps()
    {
        const Matrix x = drawn(60, 3, 1);
        Matrix map = drawn(3, 3, 2);
        for (int64_t i = 0; i < 3; ++i) map(i, i) += 3;
        const Matrix mapped = numeric::product(x, map);
        for (const double share : {1.0, 0.99}) // each of the three directions holds more than 1 %
            QVERIFY(std::abs(meanCorrelation(leadingDirections(x, share), leadingDirections(mapped, share)) -
                             1) < 1e-9);
        QVERIFY(meanCorrelation(leadingDirections(x), leadingDirections(drawn(60, 3, 9))) < 0.5);
    }

    void halfOfARandomReluLayerIsActive()
    {
        Matrix x = numeric::product(drawn(400, 20, 1), drawn(20, 300, 2));
        for (double& value : x.values) value = std::max(0.0, value);
        QVERIFY(std::abs(activeShare(x) - 0.5) < 0.02);
        QVERIFY(deadUnits(x).empty());
        for (const int64_t unit : {7, 120, 299})
            for (int64_t i = 0; i < x.rows; ++i) x(i, unit) = 0;
        QCOMPARE(deadUnits(x), (std::vector<int64_t>{7, 120, 299}));
        QCOMPARE(firingRates(x)[120], 0.0);
    }

    void anExactSimplexHasCollapsed()
    {
        const int classes = 4;
        const Matrix features = simplex(classes, 40, 7);
        const std::vector<int> labels = labelsInTurn(40, classes);
        Matrix classifier(classes, 7);
        for (int c = 0; c < classes; ++c)
            for (int64_t k = 0; k < 7; ++k) classifier(c, k) = 2.5 * features(c, k);
        const NeuralCollapse n = neuralCollapse(features, labels, classes, classifier, labels);
        QVERIFY(n.variability < 1e-12);
        QVERIFY(n.norms < 1e-12);
        QVERIFY(n.angles < 1e-12);
        QVERIFY(n.duality < 1e-12);
        QCOMPARE(n.disagreement, 0.0);
    }

    void variabilityIsItsDefinition()
    {
        const int classes = 3;
        const Matrix x = drawn(30, 5, 4);
        const std::vector<int> labels = labelsInTurn(30, classes);
        const std::vector<double> mean = numeric::columnMeans(x);
        Matrix means(classes, 5), within(5, 5);
        for (int64_t i = 0; i < 30; ++i)
            for (int64_t k = 0; k < 5; ++k) means(labels[size_t(i)], k) += x(i, k) / 10;
        for (int64_t i = 0; i < 30; ++i)
            for (int64_t a = 0; a < 5; ++a)
                for (int64_t b = 0; b < 5; ++b)
                    within(a, b) += (x(i, a) - means(labels[size_t(i)], a)) *
                                    (x(i, b) - means(labels[size_t(i)], b)) / 30;
        for (int c = 0; c < classes; ++c)
            for (int64_t k = 0; k < 5; ++k) means(c, k) -= mean[size_t(k)];
        Matrix between = numeric::transposedProduct(means, means);
        for (double& value : between.values) value /= classes;
        const double expected =
            numeric::trace(numeric::product(within, numeric::pseudoInverse(between, classes - 1)));
        const NeuralCollapse n = neuralCollapse(x, labels, classes, {}, {});
        QVERIFY(std::abs(n.variability - expected) < 1e-9 * expected);
        QVERIFY(std::isnan(n.duality) && std::isnan(n.disagreement));
    }

    void aClassWithoutExamplesIsAnError()
    {
        try {
            neuralCollapse(drawn(6, 4, 1), {0, 1, 0, 1, 0, 1}, 3, {}, {});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.what.find("class 2") != std::string::npos);
            QVERIFY(error.hint.find("12") != std::string::npos);
        }
    }

    void aProbeReadsWhatIsThereAndNotWhatIsNot()
    {
        const int classes = 4;
        for (const int64_t width : {6, 300}) { // both forms of the system
            Matrix x = simplex(classes, 200, width);
            const Matrix noise = drawn(200, width, 3);
            for (size_t i = 0; i < x.values.size(); ++i) x.values[i] += 0.02 * noise.values[i];
            const std::vector<int> labels = labelsInTurn(200, classes);
            for (const ProbeForm form : {ProbeForm::Ridge, ProbeForm::Logistic}) {
                const ProbeResult found = linearProbe(x, labels, classes, 150, 0.01, form);
                QCOMPARE(found.heldOut, 1.0);
                QVERIFY(found.shuffled < 0.6);
                const ProbeResult nothing = linearProbe(noise, labels, classes, 150, 0.01, form);
                QVERIFY(nothing.heldOut < 0.5);
            }
        }
        QVERIFY_EXCEPTION_THROWN(linearProbe(drawn(4, 2, 1), {0, 1, 0, 1}, 2, 4, 0.1), Error);
    }

    void calibrationErrorIsTheMeanGap()
    {
        // Ten times sure by 0.95 and right nine times; ten times by 0.55 and right seven times.
        std::vector<double> confidence(10, 0.95);
        confidence.resize(20, 0.55);
        std::vector<bool> right(20, true);
        right[0] = right[10] = right[11] = right[12] = false;
        const Calibration found = calibrationOf(confidence, right, 10);
        QVERIFY(std::abs(found.expectedError - (0.5 * 0.05 + 0.5 * 0.15)) < 1e-12);
        QCOMPARE(found.accuracy, (std::vector<double>{0.7, 0.9}));
        // Probability 1 belongs to the last bin, and so does nothing above it.
        QCOMPARE(calibrationOf(std::vector<double>{1.0}, {true}, 15).expectedError, 0.0);
    }

    void componentsAreTheWidestDirections()
    {
        Matrix x = drawn(50, 4, 1);
        for (int64_t i = 0; i < 50; ++i) x(i, 2) *= 30;
        const Projection found = principalComponents(x, 2);
        QVERIFY(found.shares[0] > 0.95);
        double mean = 0;
        for (int64_t i = 0; i < 50; ++i) mean += x(i, 2) / 50;
        for (int64_t i = 0; i < 50; ++i)
            QVERIFY(std::abs(std::abs(found.points(i, 0)) - std::abs(x(i, 2) - mean)) < 3);
        Matrix wide(50, 100); // more columns than rows: the same cloud
        for (int64_t i = 0; i < 50; ++i)
            for (int64_t k = 0; k < 4; ++k) wide(i, 20 * k) = x(i, k);
        const Projection same = principalComponents(wide, 2);
        QVERIFY(numeric::relativeDistance(same.points, found.points) < 1e-9);
    }

    void aKernelOfTheTargetsIsAligned()
    {
        Matrix y(6, 1);
        for (int64_t i = 0; i < 6; ++i) y(i, 0) = i % 2 ? 1 : -1;
        QVERIFY(std::abs(targetAlignment(numeric::gram(y), y) - 1) < 1e-12);
        QVERIFY(std::abs(targetAlignment(numeric::identity(6), y) - (1 / std::sqrt(5.0))) <
                1e-12); // <H, yy'> = 6, ||H|| = sqrt(5), ||yy'|| = 6
        QVERIFY(std::abs(kernelDistance(numeric::identity(6), numeric::identity(6))) < 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestRepresentation)
#include "test_representation.moc"
