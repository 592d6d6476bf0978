// What can be asked of a network: values, derivatives and products, against differences and identities.
#include "core/instruments/derivatives.h"
#include "core/instruments/flat.h"
#include "core/instruments/taps.h"
#include "core/instruments/wires.h"
#include "core/numeric/krylov.h"
#include "core/numeric/linear.h"
#include "tests/core/instruments/cases.h"

#include <QtTest>

#include <cmath>

using namespace cases;
using numeric::Matrix;

namespace
{

/// Three classes of four features through six tanh units, on the backend that defines results.
Lab smooth(const char* backend = "reference")
{
    std::vector<int32_t> labels;
    for (int i = 0; i < 7; ++i) labels.push_back(i % 3);
    return Lab(network("iris", 6),
               dataOf(normal({{"example", 7}, {"feature", 4}}, 1), Array::integer({{"example", 7}}, labels),
                      {"a", "b", "c"}),
               backend);
}

double inner(const Arrays& a, const Arrays& b)
{
    double sum = 0;
    for (const auto& [name, array] : a)
        for (size_t i = 0; i < array.reals().size(); ++i)
            sum += double(array.reals()[i]) * double(b.at(name).reals()[i]);
    return sum;
}

Arrays along(const Flat& flat, unsigned seed)
{
    return flat.unpack(numeric::normalVector(flat.size(), seed));
}

Moment moved(const Flat& flat, const Moment& from, const Arrays& direction, double t)
{
    std::vector<double> at = flat.pack(*from.values);
    const std::vector<double> d = flat.pack(direction);
    for (size_t i = 0; i < at.size(); ++i) at[i] += t * d[i];
    return flat.moment(from, at);
}

} // namespace

class TestDerivatives : public QObject
{
    Q_OBJECT

private slots:
    void theGradientIsTheSlopeOfTheLoss()
    {
        Lab lab = smooth();
        const Flat flat(lab.network);
        const Arrays d = along(flat, 1);
        const LossGradient at = lossGradient(lab.network, lab.now, lab.all);
        QVERIFY(std::abs(at.loss - lossOf(lab.network, lab.now, lab.all)) < 1e-6);
        const double h = 1e-2, slope = (lossOf(lab.network, moved(flat, lab.now, d, h), lab.all) -
                                        lossOf(lab.network, moved(flat, lab.now, d, -h), lab.all)) /
                                       (2 * h);
        QVERIFY(std::abs(inner(at.gradient, d) - slope) < 1e-3 * std::abs(slope) + 1e-4);
    }

    void theHessianIsTheSlopeOfTheGradient()
    {
        Lab lab = smooth();
        const Flat flat(lab.network);
        const Arrays d = along(flat, 2);
        const std::vector<double> product = flat.pack(hessianTimes(lab.network, lab.now, lab.all, d));
        const double h = 1e-2;
        const auto gradientAt = [&](double t) {
            return flat.pack(lossGradient(lab.network, moved(flat, lab.now, d, t), lab.all).gradient);
        };
        std::vector<double> slope = gradientAt(h);
        const std::vector<double> before = gradientAt(-h);
        double error = 0;
        for (size_t i = 0; i < slope.size(); ++i)
            error = std::max(error, std::abs((slope[i] - before[i]) / (2 * h) - product[i]));
        QVERIFY2(error < 2e-3 * numeric::norm(product), qPrintable(QString::number(error)));
        // Symmetric: <d, H e> = <e, H d>.
        const Arrays e = along(flat, 3);
        const double one = inner(d, hessianTimes(lab.network, lab.now, lab.all, e)),
                     other = inner(e, hessianTimes(lab.network, lab.now, lab.all, d));
        QVERIFY(std::abs(one - other) < 1e-4 * (std::abs(one) + 1));
    }

    void gradientsOfExamplesAverageToTheGradient()
    {
        Lab lab = smooth();
        const Arrays each = exampleGradients(lab.network, lab.now, lab.all);
        const Arrays whole = lossGradient(lab.network, lab.now, lab.all).gradient;
        for (const auto& [name, gradient] : whole) {
            const Matrix own = numeric::rowsAlong(each.at(name), "batch");
            QCOMPARE(own.rows, int64_t(7));
            const std::vector<double> means = numeric::columnMeans(own);
            for (size_t i = 0; i < means.size(); ++i)
                QVERIFY(std::abs(means[i] - double(gradient.reals()[i])) < 1e-6);
        }
        // And one of them is the gradient of that example alone.
        const int64_t third[] = {2};
        const Arrays alone = lossGradient(lab.network, lab.now, third).gradient;
        const Matrix own = numeric::rowsAlong(each.at("hidden.weight"), "batch");
        for (int64_t i = 0; i < own.columns; ++i)
            QVERIFY(std::abs(own(2, i) - double(alone.at("hidden.weight").reals()[size_t(i)])) < 1e-6);
    }

    void pushingForwardIsTheAdjointOfPullingBack()
    {
        Lab lab = smooth();
        const Flat flat(lab.network);
        const Arrays d = along(flat, 4);
        const Array forward = pushForward(lab.network, lab.now, "output.y", lab.all, d);
        const Array adjoint = normal(forward.type.axes, 5);
        const Arrays back = pullBack(lab.network, lab.now, "output.y", lab.all, adjoint);
        const double left = inner({{"", forward}}, {{"", adjoint}}), right = inner(back, d);
        QVERIFY(std::abs(left - right) < 1e-5 * (std::abs(left) + 1));
        QVERIFY(std::abs(left) > 1e-3);
    }

    /// Softmax less the label, over the batch (Bridle 1990).
    void theGradientAtTheLogitsIsTheResidual()
    {
        Lab lab = smooth();
        const Array g = gradientsOf(lab.network, lab.now, {"output.y"}, lab.all).at("output.y"),
                    z = valuesOf(lab.network, lab.now, {"output.y"}, lab.all).at("output.y");
        const Matrix gradient = numeric::rowsAlong(g, "batch"), logits = numeric::rowsAlong(z, "batch");
        for (int64_t i = 0; i < 7; ++i) {
            double sum = 0;
            for (int64_t c = 0; c < 3; ++c) sum += std::exp(logits(i, c));
            for (int64_t c = 0; c < 3; ++c)
                QVERIFY(std::abs(gradient(i, c) - (std::exp(logits(i, c)) / sum - (i % 3 == c)) / 7) < 1e-6);
        }
    }

    void theTangentKernelIsTheGramMatrixOfGradients()
    {
        Lab lab = smooth();
        const Matrix kernel =
            numeric::rowsAlong(tangentKernel(lab.network, lab.now, "output.y", lab.all), "batch");
        const Flat flat(lab.network);
        Matrix expected(7, 7);
        const Type type = valuesOf(lab.network, lab.now, {"output.y"}, lab.all).at("output.y").type;
        for (int64_t c = 0; c < 3; ++c) {
            Matrix rows(7, flat.size());
            for (int64_t i = 0; i < 7; ++i) {
                Array adjoint = Array::real(type.axes, std::vector<float>(21));
                const auto strides = type.strides();
                adjoint.reals()[size_t(i * strides[size_t(type.find("batch"))] +
                                       c * strides[size_t(type.find("class"))])] = 1;
                const auto row = flat.pack(pullBack(lab.network, lab.now, "output.y", lab.all, adjoint));
                std::copy(row.begin(), row.end(), rows.row(i).begin());
            }
            const Matrix one = numeric::gram(rows);
            for (size_t k = 0; k < one.values.size(); ++k) expected.values[k] += one.values[k] / 3;
        }
        QVERIFY(numeric::relativeDistance(kernel, expected) < 1e-5);
    }

    /// y = x w + b: gradients are (x, 1), so the kernel is X X' + 1.
    void theTangentKernelOfALinearModelIsThatOfItsInputs()
    {
        for (const char* name : {"cpu", "reference"}) {
            Document document = network("plane", 4, "mse");
            document.diagram.blocks = {{"data", "data", {}, {}, {}},
                                       {"output", "linear", {{"to", text("output: 1")}}, {}, {}},
                                       {"loss", "mse", {}, {}, {}}};
            document.diagram.wires = {{{"data", "x"}, {"output", "x"}},
                                      {{"output", "y"}, {"loss", "prediction"}},
                                      {{"data", "y"}, {"loss", "target"}}};
            Lab lab(document,
                    dataOf(normal({{"example", 9}, {"feature", 5}}, 1), normal({{"example", 9}}, 2)), name);
            Matrix expected = numeric::gram(numeric::rowsAlong(lab.network.data().x, "example"));
            for (double& value : expected.values) value += 1;
            const Matrix kernel =
                numeric::rowsAlong(tangentKernel(lab.network, lab.now, "output.y", lab.all), "batch");
            QVERIFY(numeric::relativeDistance(kernel, expected) < 1e-5);
        }
    }

    void functionsAreCompiledOnceAndFollowTheMoment()
    {
        Lab lab = smooth("cpu");
        const Array first = valuesOf(lab.network, lab.now, {"output.y"}, lab.all).at("output.y");
        const Flat flat(lab.network);
        const Moment other = moved(flat, lab.now, along(flat, 6), 0.5);
        const Array second = valuesOf(lab.network, other, {"output.y"}, lab.all).at("output.y");
        QVERIFY(!(first == second));
        QVERIFY(first == valuesOf(lab.network, lab.now, {"output.y"}, lab.all).at("output.y"));
        QCOMPARE(lab.network.compiled(), int64_t(1));
        Moment lacking = lab.now;
        Arrays values = *lab.now.values;
        values.erase("hidden.weight");
        lacking.values = std::make_shared<const Arrays>(values);
        QVERIFY(errorOf([&] {
                    valuesOf(lab.network, lacking, {"output.y"}, lab.all);
                }).where.find("hidden.weight") != std::string::npos);
    }

    void unknownWiresComeWithTheNearestNames()
    {
        Lab lab = smooth();
        const Error error = errorOf([&] { valuesOf(lab.network, lab.now, {"hiden.y"}, lab.all); });
        QVERIFY(error.where == "wire hiden.y");
        QVERIFY2(error.hint.find("hidden.y") != std::string::npos, error.hint.c_str());
        const Error none = errorOf([&] { gradientsOf(lab.network, lab.now, {"loss.nothing"}, lab.all); });
        QVERIFY(!none.what.empty());
        QVERIFY(errorOf([&] {
                    gradientsOf(lab.network, lab.now, {"data.y"}, lab.all);
                }).what.find("no gradient") != std::string::npos);
    }

    void wiresComeByDepth()
    {
        Lab lab = smooth();
        const Elaboration& made = lab.network.elaboration();
        QCOMPARE(wiresOf(made, ""), (std::vector<std::string>{"data.x", "hidden.y", "bend.y", "output.y"}));
        QCOMPARE(wiresOf(made, "out*, hid*.y"), (std::vector<std::string>{"hidden.y", "output.y"}));
        QCOMPARE(wiresOf(made, "output.y,data.x"), (std::vector<std::string>{"data.x", "output.y"}));
        QVERIFY_EXCEPTION_THROWN(wiresOf(made, "tower.*"), Error);
    }

    void wiresInsideBlocksAreWiresToo()
    {
        Lab lab(preset("digits-mixer"));
        const Elaboration& made = lab.network.elaboration();
        const auto wires = wiresOf(made, "blocks/1.y, blocks/2.y, blocks/2/*");
        QCOMPARE(wires.front(), std::string("blocks/1.y"));
        QCOMPARE(wires.back(), std::string("blocks/2.y"));
        QVERIFY(wires.size() > 5);
        const auto few = std::span<const int64_t>(lab.all).first(3);
        const Arrays inside = valuesOf(lab.network, lab.now, wires, few),
                     outside = valuesOf(lab.network, lab.now, {"blocks.y"}, few);
        QVERIFY(inside.at("blocks/2.y").reals() == outside.at("blocks.y").reals());
        QVERIFY(inside.at("blocks/1.y").reals() != outside.at("blocks.y").reals());
        QVERIFY(errorOf([&] { wireNamed(made, "blocks/3.y"); }).hint.find("blocks/") != std::string::npos);
    }

    void tapsReduceWhatGoesBy()
    {
        Lab lab = smooth();
        Taps taps({{"bend.y"},
                   {"output.y", Tap::Of::Gradient},
                   {"bend.y", Tap::Of::Value, 2},
                   {"bend.y", Tap::Of::Value, 1, "channel", 3, {0, 6}}});
        const std::vector<int64_t> first{0, 1, 2}, second{3, 4, 5, 6};
        Moment now = lab.now;
        taps.see(lab.network, now, first);
        now.step = 1;
        taps.see(lab.network, now, second);
        const Array all = valuesOf(lab.network, lab.now, {"bend.y"}, lab.all).at("bend.y");
        double mean = 0, squares = 0;
        for (const float value : all.reals()) mean += double(value) / 42;
        for (const float value : all.reals()) squares += (double(value) - mean) * (double(value) - mean);
        const Heard& heard = taps.heard()[0];
        QCOMPARE(heard.fired, int64_t(2));
        QCOMPARE(heard.count, int64_t(42));
        QVERIFY(std::abs(heard.mean - mean) < 1e-6);
        QVERIFY(std::abs(heard.variance() - squares / 41) < 1e-6);
        QCOMPARE(taps.heard()[1].fired, int64_t(2));
        QVERIFY(std::abs(taps.heard()[1].mean) < 1e-6); // residuals sum to zero over classes
        QCOMPARE(taps.heard()[2].fired, int64_t(1));
        QCOMPARE(taps.heard()[3].count, int64_t(2)); // one unit of two examples
        taps.expectFired();
    }

    void aTapThatNeverFiresIsAnError()
    {
        Lab lab = smooth();
        Taps taps({{"bend.y", Tap::Of::Value, 10}});
        Moment now = lab.now;
        now.step = 3;
        taps.see(lab.network, now, lab.all);
        QVERIFY(errorOf([&] { taps.expectFired(); }).where.find("bend.y") != std::string::npos);
        Taps wrong({{"bend.y", Tap::Of::Value, 1, "token", 0}});
        QVERIFY_EXCEPTION_THROWN(wrong.see(lab.network, lab.now, lab.all), Error);
    }
};

QTEST_APPLESS_MAIN(TestDerivatives)
#include "test_derivatives.moc"
