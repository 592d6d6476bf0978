// The figures of Abbott, Neural Circuit Diagrams (TMLR 2024), as presets: they learn, their costs are what
// the engine counts, and at the published sizes their blocks have the published numbers of parameters.
#include "signatures.h"

#include "core/data/dataset.h"
#include "core/diagram/costs.h"
#include "core/program/analysis.h"
#include "core/trainers/run.h"

#include <QtTest>

#include <cmath>

using namespace core;
using test::flag, test::number, test::text, test::wire;

namespace
{

const std::vector<const char*> figures{"two-layer-perceptron",
                                       "softmax-attention",
                                       "multi-head-attention",
                                       "transformer-encoder-block",
                                       "transformer",
                                       "convolution",
                                       "identity-resnet",
                                       "u-net",
                                       "vision-transformer",
                                       "mlp-mixer",
                                       "lstm-cell",
                                       "gated-linear-unit"};

Elaboration elaborated(const Document& document, Phase phase = Phase::Evaluation)
{
    const Dataset data = loadDataset(document.data);
    return elaborate(document.diagram, BlockLibrary::builtIn(), data.signature(document.train.batch), phase);
}

double valueOf(const diagram::Polynomial& formula, const Document& document)
{
    std::vector<std::string> names{"batch"};
    std::vector<double> values{double(document.train.batch)};
    for (int pass = 0; pass < 2; ++pass) // sizes may name sizes
        for (const auto& [name, size] : document.diagram.sizes) try {
                const auto parsed = language::parseFormula(size, names);
                const double value = language::evaluate(parsed, values);
                if (std::find(names.begin(), names.end(), name) == names.end()) {
                    names.push_back(name);
                    values.push_back(value);
                }
            } catch (const Error&) {
            }
    return language::evaluate(language::parseFormula(formula.text(), names), values);
}

struct Net {
    Diagram diagram;
    std::string last = "data.x";
    Net() { diagram.blocks.push_back({"data", "data", {}, {}, ""}); }
    Net& then(const std::string& id, const std::string& kind,
              const std::map<std::string, Setting>& settings = {})
    {
        diagram.blocks.push_back({id, kind, settings, {}, ""});
        diagram.wires.push_back(wire(last, id + ".x"));
        last = id + ".y";
        return *this;
    }
    double parameters(int64_t side, int64_t classes)
    {
        const DataSignature data{
            {Element::Real, {{"batch", 1}, {"row", side}, {"column", side}, {"colour", 3}}},
            {Element::Integer, {{"batch", 1}}},
            classes,
            0};
        const Elaboration made = elaborate(diagram, BlockLibrary::builtIn(), data, Phase::Evaluation);
        for (const Error& error : made.errors) qWarning("%s", error.text().c_str());
        return made.errors.empty() ? totalCost(made).parameters : -1;
    }
};

} // namespace

class ExamplesTest : public QObject
{
    Q_OBJECT

    static void rows()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : figures) QTest::newRow(name) << name;
    }

private slots:
    void learns_data() { rows(); }
    void learns()
    {
        QFETCH(QString, name);
        const Document document = preset(name.toStdString());
        const auto backend = makeBackend("cpu:1");
        Run run(document, BlockLibrary::builtIn(),
                std::make_shared<const Dataset>(loadDataset(document.data)), *backend);
        const auto mean = [&](int steps) {
            double sum = 0;
            for (int i = 0; i < steps; ++i) {
                const float loss = run.step();
                if (!std::isfinite(loss)) return NAN + 0.0;
                sum += double(loss);
            }
            return sum / steps;
        };
        const double before = mean(3);
        mean(25);
        const double after = mean(3);
        QVERIFY2(after < 0.97 * before, qPrintable(QString("%1 then %2").arg(before).arg(after)));
        QVERIFY(!run.failure());
    }

    void costsAreWhatTheEngineCounts_data() { rows(); }
    void costsAreWhatTheEngineCounts()
    {
        QFETCH(QString, name);
        const Document document = preset(name.toStdString());
        const Elaboration made = elaborated(document);
        QVERIFY(made.errors.empty());
        double counted = 0;
        for (size_t i = 0; i < made.program.code.size(); ++i) counted += flops(made.program, ValueId(i));
        const BlockCost total = totalCost(made);
        QCOMPARE(total.flops, counted);
        for (const auto& [formula, value] :
             {std::pair(total.flopsFormula, total.flops), std::pair(total.bytesFormula, total.bytes),
              std::pair(total.parametersFormula, total.parameters)})
            QCOMPARE(valueOf(formula, document), value);
        const auto nested = nestedCosts(made);
        for (const auto& [block, cost] : made.costs) {
            QCOMPARE(nested.at(block).flops, cost.flops);
            QCOMPARE(nested.at(block).parameters, cost.parameters);
            QCOMPARE(costAt(made, {block, -1}).bytes, cost.bytes);
        }
        std::vector<std::vector<CostPlace>> columns;
        for (const Block& block : document.diagram.blocks) columns.push_back({{block.id, -1}});
        BlockCost sum;
        const std::vector<ColumnCost> costs = columnCosts(made, columns);
        for (const ColumnCost& column : costs) {
            sum += column.cost;
            QCOMPARE(valueOf(column.liveFormula, document), column.live);
            QVERIFY(column.live >= column.cost.bytes);
        }
        QCOMPARE(sum.flops, total.flops);
        QCOMPARE(sum.bytes, total.bytes);
        QVERIFY(peakColumn(costs) >= 0);
    }

    void liveBytesOfColumnsAreThoseOfArraysThatCross()
    {
        // hidden: contraction and sum, [4, 3] each; its result skips over `bend` to `add`.
        Net net;
        net.then("hidden", "linear", {{"to", text("channel: 3")}, {"bias", flag(false)}})
            .then("bend", "activation", {{"formula", text("tanh(x)")}})
            .then("again", "activation", {{"formula", text("tanh(x)")}});
        net.diagram.blocks.push_back({"add", "add", {}, {}, ""});
        net.diagram.wires.push_back(wire("hidden.y", "add.x"));
        net.diagram.wires.push_back(wire("again.y", "add.x"));
        const Elaboration made =
            elaborate(net.diagram, BlockLibrary::builtIn(), test::points(4), Phase::Evaluation);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        const std::vector<std::vector<CostPlace>> columns{
            {{"hidden", -1}}, {{"bend", -1}}, {{"again", -1}}, {{"add", -1}}};
        const auto costs = columnCosts(made, columns);
        const double array = 4 * 4 * 3;
        const double live[] = {array, 2 * array, 3 * array, 3 * array};
        for (size_t i = 0; i < 4; ++i) QCOMPARE(costs[i].live, live[i]);
        QCOMPARE(costs[0].cost.flops, 2. * 4 * 2 * 3);
        QCOMPARE(costs[3].liveFormula.text(), std::string("36*batch"));
        QCOMPARE(peakColumn(costs), 2);
    }

    void statementsOfABodyShareItsCost()
    {
        Net net;
        net.then("hidden", "linear", {{"to", text("channel: 3")}});
        const Elaboration made =
            elaborate(net.diagram, BlockLibrary::builtIn(), test::points(4), Phase::Evaluation);
        double flops = 0, parameters = 0;
        const size_t statements = BlockLibrary::builtIn().find("linear")->body.size();
        for (size_t i = 0; i < statements; ++i) {
            const BlockCost cost = costAt(made, {"hidden", int(i)});
            flops += cost.flops;
            parameters += cost.parameters;
        }
        QCOMPARE(flops, made.costs.at("hidden").flops);
        QCOMPARE(parameters, 2. * 3 + 3);
    }

    void publishedSizesHaveThePublishedNumberOfParameters()
    {
        // torchvision 0.14, vit_b_16: 86567656.
        Net vision;
        vision.then("patches", "patches", {{"size", number(16)}, {"to", text("channel: 768")}})
            .then("token", "class_token")
            .then("position", "position")
            .then("blocks", "repeat", {{"of", text("transformer_block(heads = 12)")}, {"count", number(12)}})
            .then("norm", "layer_norm")
            .then("pick", "pick")
            .then("output", "linear", {{"to", text("class: classes")}});
        QCOMPARE(vision.parameters(224, 1000), 86567656.);
        // He et al. 2016, ResNet-164 with identity shortcuts on CIFAR-10: 1.7 million.
        Net residual;
        residual.then("start", "conv2d", {{"to", text("channel: 16")}, {"bias", flag(false)}});
        for (int stage = 0; stage < 3; ++stage)
            residual.then("stage" + std::to_string(stage), "identity_stage",
                          {{"to", text("channel: " + std::to_string(64 << stage))},
                           {"stride", number(stage ? 2 : 1)},
                           {"count", number(18)}});
        residual.then("norm", "norm_activate")
            .then("pool", "global_average_pool")
            .then("output", "linear", {{"to", text("class: classes")}});
        const double millions = residual.parameters(32, 10) / 1e6;
        QVERIFY2(std::abs(millions - 1.7) < 0.05, qPrintable(QString::number(millions)));
    }
};

QTEST_APPLESS_MAIN(ExamplesTest)
#include "test_examples.moc"
