// Kernels of infinitely wide networks: closed forms, quadrature, and networks that are only wide.
#include "core/instruments/derivatives.h"
#include "core/instruments/gram.h"
#include "core/instruments/limit.h"
#include "core/instruments/widelayers.h"
#include "core/numeric/linear.h"
#include "tests/core/instruments/cases.h"

#include <QtTest>

#include <cmath>
#include <numbers>

using namespace cases;

namespace
{

language::Expression formula(const char* text)
{
    static const std::string x[] = {"x"};
    return language::parseFormula(text, x);
}

constexpr double kernels[][3] = {{1, 0, 1},     {1, 0.5, 1},   {1, -0.9, 1},   {2, 0.3, 0.5},
                                 {1, 0.999, 1}, {0.1, 0.2, 3}, {1.5, 1.5, 1.5}};

/// Inputs of 12 examples with 32 features, mean square 1.
std::shared_ptr<const Dataset> inputs()
{
    return dataOf(normal({{"example", 12}, {"feature", 32}}, 11), normal({{"example", 12}}, 12));
}

/// data -> weights n -> f(x sqrt(2/32)) -> weights n -> x/sqrt(width): every weight is standard normal, as
/// the parametrisation of the tangent kernel wants it. With two hidden layers, "bend2.y" is behind the
/// second.
Document wide(int64_t width, const std::string& activation, uint64_t seed, int hidden = 1)
{
    Document document;
    const auto scaled = [&](double variance, int64_t fanIn) {
        return "x*" + QString::number(std::sqrt(variance / double(fanIn)), 'g', 17).toStdString();
    };
    document.diagram.blocks = {
        {"data", "data", {}, {}, {}},
        {"hidden",
         "linear",
         {{"to", text("channel: " + std::to_string(width))}, {"init", text("n")}, {"bias", flag(false)}},
         {},
         {}},
        {"scale", "activation", {{"formula", text(scaled(2, 32))}}, {}, {}},
        {"bend", "activation", {{"formula", text(activation)}}, {}, {}},
        {"output", "linear", {{"to", text("output: 1")}, {"init", text("n")}, {"bias", flag(false)}}, {}, {}},
        {"answer", "activation", {{"formula", text(scaled(1, width))}}, {}, {}},
        {"loss", "mse", {}, {}, {}},
    };
    document.diagram.wires = {{{"data", "x"}, {"hidden", "x"}},   {{"hidden", "y"}, {"scale", "x"}},
                              {{"scale", "y"}, {"bend", "x"}},    {{"bend", "y"}, {"output", "x"}},
                              {{"output", "y"}, {"answer", "x"}}, {{"answer", "y"}, {"loss", "prediction"}},
                              {{"data", "y"}, {"loss", "target"}}};
    if (hidden == 2) {
        auto& blocks = document.diagram.blocks;
        Block second = blocks[1], scale = blocks[2], bend = blocks[3];
        second.id = "hidden2", scale.id = "scale2", bend.id = "bend2";
        second.settings["to"] = text("unit: " + std::to_string(width));
        scale.settings["formula"] = text(scaled(2, width));
        blocks.insert(blocks.begin() + 4, {second, scale, bend});
        auto& wires = document.diagram.wires;
        wires[3].from = {"bend2", "y"};
        wires.insert(wires.begin(), {{{"bend", "y"}, {"hidden2", "x"}},
                                     {{"hidden2", "y"}, {"scale2", "x"}},
                                     {{"scale2", "y"}, {"bend2", "x"}}});
    }
    document.train.seed = seed;
    return document;
}

numeric::Matrix measuredKernel(Lab& lab, const std::string& wire)
{
    const numeric::Matrix x =
        numeric::rowsAlong(valuesOf(lab.network, lab.now, {wire}, lab.all).at(wire), "batch");
    numeric::Matrix k = numeric::gram(x);
    for (double& value : k.values) value /= double(x.columns);
    return k;
}

numeric::Matrix inputKernel(const Dataset& data)
{
    numeric::Matrix k = numeric::gram(numeric::rowsAlong(data.x, "example"));
    for (double& value : k.values) value /= 32;
    return k;
}

} // namespace

class TestLimit : public QObject
{
    Q_OBJECT

private slots:
    void quadratureAgreesWithClosedForms()
    {
        const std::pair<const char*, DualKernel> known[] = {
            {"relu(x)", reluDual}, {"erf(x)", erfDual}, {"gelu(x)", geluDual}};
        for (const auto& [text, closed] : known) {
            FormulaDual any(formula(text));
            QCOMPARE(any.kinks().size(), size_t(closed == reluDual));
            for (const auto& k : kernels) {
                const Dual exact = closed(k[0], k[1], k[2]), found = any(k[0], k[1], k[2]);
                QVERIFY2(std::abs(exact.value - found.value) < 1e-8,
                         qPrintable(QString("%1 %2: %3").arg(text).arg(k[1]).arg(exact.value - found.value)));
                QVERIFY2(
                    std::abs(exact.slope - found.slope) < 1e-8,
                    qPrintable(QString("%1' %2: %3").arg(text).arg(k[1]).arg(exact.slope - found.slope)));
            }
        }
    }

    void wideInputsOfNarrowFormulasAreIntegrated()
    {
        // E z^2 exp(-2 z^2) for variance k is k / (1 + 4k)^1.5.
        FormulaDual bump(formula("x*exp(-x*x)"));
        for (const double k : {0.3, 3.0, 30.0, 300.0})
            QVERIFY2(std::abs(bump(k, k, k).value * std::pow(1 + 4 * k, 1.5) / k - 1) < 1e-8,
                     qPrintable(QString::number(bump(k, k, k).value)));
    }

    void largeInputsThatAreAlikeAreIntegrated()
    {
        FormulaDual any(formula("erf(x)"));
        for (const double k : {4.0, 49.0})
            for (const double rho : {0.5, 0.985, 0.999, 0.99999}) {
                const Dual exact = erfDual(k, k * rho, k), found = any(k, k * rho, k);
                QVERIFY2(std::abs(exact.value - found.value) < 1e-8,
                         qPrintable(QString("%1 %2: %3").arg(k).arg(rho).arg(exact.value - found.value)));
                QVERIFY2(std::abs(exact.slope - found.slope) < 1e-8,
                         qPrintable(QString("%1 %2': %3").arg(k).arg(rho).arg(exact.slope - found.slope)));
            }
    }

    void kinksOfTypedFormulasAreFound()
    {
        FormulaDual hat(formula("max(1 - abs(x), 0)"));
        QCOMPARE(hat.kinks().size(), size_t(3));
        // E max(1 - |z|, 0)^2 = 2 (Phi(1) - Phi(0)) - 4 (phi(0) - phi(1)) + E z^2 [|z| < 1].
        const double phi0 = 1 / std::sqrt(2 * std::numbers::pi), phi1 = phi0 * std::exp(-0.5),
                     mass = std::erf(std::sqrt(0.5));
        const double expected = mass - 4 * (phi0 - phi1) + (mass - 2 * phi1);
        QVERIFY(std::abs(hat(1, 1, 1).value - expected) < 1e-8);
    }

    /// He et al. 2015 keep the variance; cosines go to 1 as Cho and Saul 2009 iterate.
    void heInitialisedReluDrawsInputsTogether()
    {
        const double expected[] = {.318310, .493731, .604826, .680954, .735946};
        std::vector<WideLayer> layers;
        for (int i = 0; i < 5; ++i) {
            layers.push_back({{}, 2, 0});
            layers.push_back({formula("relu(x)"), 1, 0});
        }
        const auto all = limitKernels(layers, numeric::identity(2));
        for (size_t i = 0; i < 5; ++i) {
            const numeric::Matrix& k = all[2 * i + 1].nngp;
            QVERIFY(std::abs(meanBeside(cosines(k)) - expected[i]) < 1e-6);
            QVERIFY(std::abs(k(0, 0) - 1) < 1e-12);
        }
    }

    void layersAreReadOffTheDiagram()
    {
        Lab lab(wide(16, "relu(x)", 1), inputs());
        const auto layers = wideLayersTo(lab.network.elaboration(), "bend.y");
        QCOMPARE(layers.size(), size_t(3));
        QVERIFY(!layers[0].formula && std::abs(layers[0].weight - 32) < 1e-12);
        QCOMPARE(limitKernels(layers, inputKernel(lab.network.data())).back().nngp.rows, int64_t(12));
        Document residual = wide(16, "relu(x)", 1);
        residual.diagram.blocks.push_back({"sum", "add", {}, {}, {}});
        residual.diagram.wires.push_back({{"scale", "y"}, {"sum", "x"}});
        residual.diagram.wires.push_back({{"bend", "y"}, {"sum", "x"}});
        Lab other(residual, inputs());
        QVERIFY_EXCEPTION_THROWN(wideLayersTo(other.network.elaboration(), "sum.y"), Error);
    }

    void wideNetworksApproachTheLimit_data()
    {
        QTest::addColumn<QString>("activation");
        QTest::newRow("relu") << "relu(x)";
        QTest::newRow("erf") << "erf(x)";
        QTest::newRow("gelu") << "gelu(x)";
    }
    void wideNetworksApproachTheLimit()
    {
        QFETCH(QString, activation);
        const auto data = inputs();
        const auto distances = [&](int64_t width) {
            double nngp = 0, ntk = 0;
            constexpr int draws = 4;
            for (uint64_t seed = 1; seed <= draws; ++seed) {
                Lab lab(wide(width, activation.toStdString(), seed), data);
                const auto limit = limitKernels(
                    {{{}, 2, 0}, {formula(activation.toUtf8()), 1, 0}, {{}, 1, 0}}, inputKernel(*data));
                const numeric::Matrix theta =
                    numeric::rowsAlong(tangentKernel(lab.network, lab.now, "answer.y", lab.all), "batch");
                nngp += numeric::relativeDistance(measuredKernel(lab, "bend.y"), limit[1].nngp) / draws;
                ntk += numeric::relativeDistance(theta, limit[2].ntk) / draws;
            }
            return std::pair(nngp, ntk);
        };
        const auto narrow = distances(1024), broad = distances(4096);
        QVERIFY2(broad.first < 0.12 && broad.second < 0.12,
                 qPrintable(QString("%1 %2").arg(broad.first).arg(broad.second)));
        // Errors fall as 1/sqrt(width); the mean of four draws knows that to about a quarter.
        for (const double ratio : {narrow.first / broad.first, narrow.second / broad.second})
            QVERIFY2(ratio > 1.4 && ratio < 2.9, qPrintable(QString::number(ratio)));
    }

    void twoHiddenLayersApproachTheLimit()
    {
        const auto data = inputs();
        const auto relu = formula("relu(x)");
        const auto limit = limitKernels({{{}, 2, 0}, {relu, 1, 0}, {{}, 2, 0}, {relu, 1, 0}},
                                        inputKernel(*data), Kernels::NngpOnly);
        const auto distance = [&](int64_t width) {
            constexpr int draws = 3;
            double mean = 0;
            for (uint64_t seed = 1; seed <= draws; ++seed) {
                Lab lab(wide(width, "relu(x)", seed, 2), data);
                mean += numeric::relativeDistance(measuredKernel(lab, "bend2.y"), limit[3].nngp) / draws;
            }
            return mean;
        };
        const double narrow = distance(1024), broad = distance(4096);
        QVERIFY2(broad < 0.12, qPrintable(QString::number(broad)));
        QVERIFY2(narrow / broad > 1.3 && narrow / broad < 3, qPrintable(QString::number(narrow / broad)));
    }
};

QTEST_APPLESS_MAIN(TestLimit)
#include "test_limit.moc"
