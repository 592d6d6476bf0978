// The loss around a network: curvature, slices, ways to other networks, units in another order.
#include "core/instruments/curvature.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/landscape.h"
#include "core/instruments/matching.h"
#include "core/numeric/linear.h"
#include "tests/core/instruments/cases.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace cases;
using numeric::Matrix;

namespace
{

/// y = x w, mean squared error: the Hessian is 2 X'X / n.
Lab leastSquares(const char* backend)
{
    Document document = network("plane", 4, "mse");
    document.diagram.blocks = {
        {"data", "data", {}, {}, {}},
        {"output", "linear", {{"to", text("output: 1")}, {"bias", flag(false)}}, {}, {}},
        {"loss", "mse", {}, {}, {}}};
    document.diagram.wires = {{{"data", "x"}, {"output", "x"}},
                              {{"output", "y"}, {"loss", "prediction"}},
                              {{"data", "y"}, {"loss", "target"}}};
    return Lab(document, dataOf(normal({{"example", 40}, {"feature", 6}}, 1), normal({{"example", 40}}, 2)),
               backend);
}

Document deep(int layers = 2)
{
    Document document = network("digits", 12, "cross_entropy", "relu(x)");
    if (layers == 1) return document;
    auto& blocks = document.diagram.blocks;
    blocks.insert(blocks.begin() + 3, {{"second", "linear", {{"to", text("channel: 9")}}, {}, {}},
                                       {"bend2", "activation", {{"formula", text("tanh(x)")}}, {}, {}}});
    document.diagram.wires = {{{"data", "x"}, {"hidden", "x"}},   {{"hidden", "y"}, {"bend", "x"}},
                              {{"bend", "y"}, {"second", "x"}},   {{"second", "y"}, {"bend2", "x"}},
                              {{"bend2", "y"}, {"output", "x"}},  {{"output", "y"}, {"loss", "logits"}},
                              {{"data", "y"}, {"loss", "target"}}};
    return document;
}

std::vector<std::vector<int64_t>> shuffledOrders(const Matching& matching)
{
    std::mt19937 random(5);
    std::vector<std::vector<int64_t>> orders;
    for (const UnitGroup& group : matching.groups()) {
        orders.emplace_back(size_t(group.size));
        std::iota(orders.back().begin(), orders.back().end(), 0);
        std::shuffle(orders.back().begin(), orders.back().end(), random);
    }
    return orders;
}

} // namespace

class TestLoss : public QObject
{
    Q_OBJECT

private slots:
    void curvatureOfLeastSquares_data()
    {
        QTest::addColumn<QString>("backend");
        QTest::newRow("cpu") << "cpu";
        QTest::newRow("reference") << "reference";
    }
    void curvatureOfLeastSquares()
    {
        QFETCH(QString, backend);
        Lab lab = leastSquares(backend.toUtf8());
        const Flat flat(lab.network);
        QCOMPARE(flat.size(), int64_t(6));
        const double s = numeric::singularValues(numeric::rowsAlong(lab.network.data().x, "example")).front();
        const double exact = 2 * s * s / 40;
        const numeric::Operator times = hessianOf(lab.network, lab.now, flat, lab.all);
        const auto found = numeric::extremeEigenvalues(times, numeric::normalVector(6, 1), 1000, 1e-7);
        QVERIFY2(std::abs(found.maximum / exact - 1) < 1e-3,
                 qPrintable(QString::number(found.maximum / exact)));
        const auto density = numeric::lanczos(times, numeric::normalVector(6, 2));
        QVERIFY(std::abs(density.values.back() / exact - 1) < 1e-4);
        const Density curve = densityOf(density);
        double mass = 0;
        for (size_t i = 1; i < curve.at.size(); ++i)
            mass += (curve.at[i] - curve.at[i - 1]) * (curve.density[i] + curve.density[i - 1]) / 2;
        QVERIFY(std::abs(mass - 1) < 1e-3);
    }

    void directionsHaveTheLengthsOfTheFilters()
    {
        Lab lab(deep());
        const Flat flat(lab.network);
        const std::vector<double> weights = flat.pack(*lab.now.values),
                                  d = filterNormalised(flat, weights, 3);
        for (const Flat::Part& part : flat.parts()) {
            const auto piece = [&](const std::vector<double>& of) {
                const auto begin = of.begin() + part.begin;
                return Array::real(part.type.axes, std::vector<float>(begin, begin + part.type.count()));
            };
            if (part.type.axes.size() < 2) {
                const Array still = piece(d);
                for (const float value : still.reals()) QCOMPARE(value, 0.0f);
                continue;
            }
            std::string units;
            for (const Axis& axis : part.type.axes)
                if (std::find(part.inputs.begin(), part.inputs.end(), axis.name) == part.inputs.end())
                    units = axis.name;
            const Matrix own = numeric::rowsAlong(piece(weights), units),
                         drawn = numeric::rowsAlong(piece(d), units);
            QVERIFY(own.rows > 1 && own.columns > 1);
            for (int64_t i = 0; i < own.rows; ++i)
                QVERIFY(std::abs(numeric::norm(own.row(i)) - numeric::norm(drawn.row(i))) <
                        1e-5 * numeric::norm(own.row(i)));
        }
    }

    void slicesGoThroughTheNetwork()
    {
        Lab lab(deep());
        const Flat flat(lab.network);
        const auto loss = [&](std::span<const double> at) {
            return lossOf(lab.network, flat.moment(lab.now, at), std::span(lab.all).first(64));
        };
        const std::vector<double> here = flat.pack(*lab.now.values), ts = evenly(-1, 1, 51);
        QCOMPARE(ts[25], 0.0);
        const auto losses = lossAlong(loss, here, filterNormalised(flat, here, 1), ts);
        QCOMPARE(losses[25], lossOf(lab.network, lab.now, std::span(lab.all).first(64)));
        QVERIFY(losses.front() != losses[25] && losses.back() != losses[25]);
    }

    void aBarrierIsTheHeightOverTheStraightLine()
    {
        QCOMPARE(barrier(std::vector<double>{1, 4, 3}), 2.0); // 4 - (1 + 3)/2
        QCOMPARE(barrier(std::vector<double>{1, 0, 3}), 0.0);
    }

    void unitsShareTheirOrderAlongTheNetwork()
    {
        Lab lab(deep());
        const Matching matching(lab.network.elaboration());
        QCOMPARE(matching.groups().size(), size_t(2)); // pixels and classes keep theirs
        for (const UnitGroup& group : matching.groups()) {
            QVERIFY(group.size == 12 || group.size == 9);
            QCOMPARE(group.members.size(), size_t(3)); // weight and bias before, weight behind
        }
    }

    void aPermutedCopyIsUndoneExactly()
    {
        Lab lab(deep());
        const Matching matching(lab.network.elaboration());
        const Flat flat(lab.network);
        const Arrays permuted = matching.reordered(*lab.now.values, shuffledOrders(matching));
        QVERIFY(!(permuted == *lab.now.values));
        const auto examples = std::span<const int64_t>(lab.all).first(100);
        const Moment copy{0, std::make_shared<const Arrays>(permuted)};
        // The same function in another order of its units.
        QVERIFY(std::abs(lossOf(lab.network, copy, examples) - lossOf(lab.network, lab.now, examples)) <
                1e-5);
        const auto loss = [&](std::span<const double> at) {
            return lossOf(lab.network, flat.moment(lab.now, at), examples);
        };
        const auto between = [&](const Arrays& other) {
            return lossBetween(loss, flat.pack(*lab.now.values), flat.pack(other), evenly(0, 1, 11));
        };
        const std::vector<double> naive = between(permuted);
        QVERIFY(std::abs(naive[5] - naive[0]) > 1e-3); // the mean of the two is another network
        const Matching::Result found = matching.align(*lab.now.values, permuted, 1);
        QVERIFY(found.values == *lab.now.values);
        QVERIFY(barrier(between(found.values)) < 1e-6);
        QVERIFY(found.sweeps < 100);
    }

    void tooManyUnitsToMatchAreRefused()
    {
        Document document = deep(1);
        document.diagram.blocks[1].settings["to"] = text("channel: 5000");
        Lab lab(document);
        const Matching matching(lab.network.elaboration());
        const Error error = errorOf([&] { matching.align(*lab.now.values, *lab.now.values, 0); });
        QVERIFY(error.what.find("5000 units") != std::string::npos);
        QVERIFY(!error.hint.empty());
    }

    void aCurveGoesAroundAHill()
    {
        // A hill exp(-(x^2 + y^2)) between (-2, 0) and (2, 0), with a slight slope to one side.
        const auto hill = [](std::span<const double> at) {
            return std::exp(-(at[0] * at[0] + (at[1] - 0.1) * (at[1] - 0.1)));
        };
        const auto gradient = [&](std::span<const double> at) {
            const double h = hill(at);
            return std::vector<double>{-2 * at[0] * h, -2 * (at[1] - 0.1) * h};
        };
        const std::vector<double> a{-2, 0}, b{2, 0}, bend = findBend(gradient, a, b, 600, 0.05, 1);
        std::vector<double> around;
        const auto ts = evenly(0, 1, 51);
        for (const double t : ts) around.push_back(hill(bezierPoint(a, bend, b, t)));
        QVERIFY(barrier(lossBetween(hill, a, b, ts)) > 0.9);
        QVERIFY2(barrier(around) < 0.3, qPrintable(QString::number(barrier(around))));
        QCOMPARE(bezierPoint(a, bend, b, 0), a);
        QCOMPARE(bezierPoint(a, bend, b, 1), b);
    }

    void nothingToLearnIsAnError()
    {
        Document document = network("plane", 4, "mse");
        document.diagram.blocks = {{"data", "data", {}, {}, {}},
                                   {"bend", "activation", {{"formula", text("tanh(x)")}}, {}, {}},
                                   {"loss", "mse", {}, {}, {}}};
        document.diagram.wires = {{{"data", "x"}, {"bend", "x"}},
                                  {{"bend", "y"}, {"loss", "prediction"}},
                                  {{"data", "y"}, {"loss", "target"}}};
        Lab lab(document, dataOf(normal({{"example", 8}, {"feature", 1}}, 1), normal({{"example", 8}}, 2)));
        QVERIFY(errorOf([&] { Flat flat(lab.network); }).what.find("nothing to learn") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestLoss)
#include "test_loss.moc"
