// Elaboration: types, numbers, costs and faults of blocks, alone and together.
#include "signatures.h"

#include "core/backend/backend.h"
#include "core/ops/op.h"
#include "core/program/transform.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace core;
using test::flag, test::number, test::text, test::wire;

namespace
{

using Settings = std::map<std::string, Setting>;

struct Net {
    Diagram diagram;
    Net() { diagram.blocks.push_back({"data", "data", {}, {}, ""}); }
    Net& add(const std::string& id, const std::string& kind, const Settings& settings = {})
    {
        diagram.blocks.push_back({id, kind, settings, {}, ""});
        return *this;
    }
    Net& wired(const std::string& from, const std::string& to)
    {
        diagram.wires.push_back(wire(from, to));
        return *this;
    }
};

std::vector<float> values(std::mt19937& random, int64_t count)
{
    std::normal_distribution<float> normal;
    std::vector<float> result;
    for (int64_t i = 0; i < count; ++i) result.push_back(normal(random));
    return result;
}

/// A program in the reference backend, with its parameters in reach.
struct Machine {
    std::unique_ptr<Backend> backend = makeBackend("reference");
    std::shared_ptr<Memory> memory = backend->memory();
    std::unique_ptr<Executable> executable;

    explicit Machine(const Program& program)
        : executable(backend->compile(program, memory, 1))
    {
    }
    void give(const std::string& name, const void* elements)
    {
        const int slot = executable->input(name);
        if (slot >= 0) executable->upload(slot, elements);
    }
    std::vector<float> take(const std::string& name)
    {
        const int slot = executable->result(name);
        std::vector<float> result(size_t(executable->resultType(slot).count()));
        executable->download(slot, result.data());
        return result;
    }
};

bool close(const std::vector<float>& a, const std::vector<float>& b, float tolerance = 1e-5f)
{
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (!(std::abs(a[i] - b[i]) <= tolerance * (1 + std::abs(b[i])))) return false;
    return true;
}

/// Operations of a formula: its distinct calls.
double calls(const language::Expression& root)
{
    std::vector<language::Expression> seen, open{root};
    while (!open.empty()) {
        const language::Expression node = open.back();
        open.pop_back();
        if (node.kind() != language::Expression::Kind::Call) continue;
        if (std::any_of(seen.begin(), seen.end(),
                        [&](const auto& s) { return s.identity() == node.identity(); }))
            continue;
        seen.push_back(node);
        for (const language::Expression& argument : node.arguments()) open.push_back(argument);
    }
    return double(seen.size());
}

double total(const Elaboration& made, double BlockCost::*part)
{
    double sum = 0;
    for (const auto& [id, cost] : made.costs) sum += cost.*part;
    return sum;
}

const Error* errorAt(const Errors& errors, const std::string& where)
{
    for (const Error& error : errors)
        if (error.where == where) return &error;
    return nullptr;
}

bool contains(const std::string& text, std::initializer_list<const char*> parts)
{
    return std::all_of(parts.begin(), parts.end(),
                       [&](const char* part) { return text.find(part) != std::string::npos; });
}

} // namespace

class ElaborateTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    Elaboration make(const Net& net, const DataSignature& data = test::images(),
                     Phase phase = Phase::Training)
    {
        return elaborate(net.diagram, library, data, phase);
    }

private slots:
    void linearReluSoftmaxEqualsHandComputation()
    {
        Net net;
        net.add("l", "linear", {{"to", text("channel: 3")}, {"bias_init", text("n")}})
            .add("r", "activation", {{"formula", text("relu(x)")}})
            .add("s", "softmax")
            .wired("data.x", "l.x")
            .wired("l.y", "r.x")
            .wired("r.y", "s.x");
        const Elaboration made = make(net, test::points(4));
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        QCOMPARE(made.types.at("s.y").type.text(), std::string("real[batch=4, channel=3]"));
        std::mt19937 random(1);
        const std::vector<float> x = values(random, 8);
        Machine machine(made.program);
        machine.give("x", x.data());
        machine.executable->run();
        const auto w = machine.memory->read("l.weight").reals(), b = machine.memory->read("l.bias").reals();
        std::vector<float> expected;
        for (int i = 0; i < 4; ++i) {
            float row[3], sum = 0;
            for (int k = 0; k < 3; ++k) {
                const float z =
                    b[size_t(k)] + x[size_t(2 * i)] * w[size_t(k)] + x[size_t(2 * i + 1)] * w[size_t(3 + k)];
                sum += row[k] = std::exp(std::max(z, 0.f));
            }
            for (const float e : row) expected.push_back(e / sum);
        }
        QVERIFY(close(machine.take("s.y"), expected));
    }

    void attentionEqualsPlainLoops()
    {
        for (const bool causal : {false, true}) {
            Net net;
            net.add("a", "attention", {{"heads", number(2)}, {"causal", flag(causal)}})
                .wired("data.x", "a.x");
            const int B = 2, T = 3, C = 4, H = 2, K = 2; // batch, tokens, channels, heads, keys
            const DataSignature data{{Element::Real, {{"batch", B}, {"token", T}, {"channel", C}}},
                                     {Element::Integer, {{"batch", B}}},
                                     10,
                                     0};
            const Elaboration made = make(net, data);
            QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
            std::mt19937 random(2);
            const std::vector<float> x = values(random, B * T * C);
            Machine machine(made.program);
            machine.give("x", x.data());
            machine.executable->run();
            const auto weight = [&](const std::string& name) { return machine.memory->read(name).reals(); };
            const auto q = weight("a/q.weight"), k = weight("a/k.weight"), v = weight("a/v.weight"),
                       o = weight("a/y.weight");
            const auto project = [&](const std::vector<float>& w, int b, int t, int h, int j) {
                float sum = 0;
                for (int c = 0; c < C; ++c)
                    sum += x[size_t((b * T + t) * C + c)] * w[size_t((c * H + h) * K + j)];
                return sum;
            };
            std::vector<float> expected(size_t(B * T * C), 0.f);
            for (int b = 0; b < B; ++b)
                for (int t = 0; t < T; ++t)
                    for (int h = 0; h < H; ++h) {
                        std::vector<float> share;
                        float sum = 0;
                        for (int s = 0; s < T; ++s) {
                            float score = 0;
                            for (int j = 0; j < K; ++j)
                                score += project(q, b, t, h, j) * project(k, b, s, h, j);
                            share.push_back(causal && s > t ? 0 : std::exp(score / std::sqrt(float(K))));
                            sum += share.back();
                        }
                        for (int j = 0; j < K; ++j) {
                            float mixed = 0;
                            for (int s = 0; s < T; ++s)
                                mixed += share[size_t(s)] / sum * project(v, b, s, h, j);
                            for (int c = 0; c < C; ++c)
                                expected[size_t((b * T + t) * C + c)] +=
                                    mixed * o[size_t((h * K + j) * C + c)];
                        }
                    }
            Type type = made.types.at("a.y").type;
            QCOMPARE(type.count(), int64_t(B * T * C));
            QCOMPARE(type.axes.back().name, std::string("channel"));
            QVERIFY(close(machine.take("a.y"), expected));
        }
    }

    void batchNormKeepsRunningStatisticsAsTorchDoes()
    {
        Net net;
        net.add("n", "batch_norm", {{"keep", text("feature")}}).wired("data.x", "n.x");
        const Elaboration made = make(net, test::points(4));
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        QCOMPARE(made.program.updates.size(), size_t(2));
        const std::vector<float> x{1, 10, 2, 20, 3, 30, 6, 40};
        Machine machine(made.program);
        machine.give("x", x.data());
        machine.executable->run();
        // Means 3 and 25, unbiased variances 14/3 and 500/3, momentum 0.1 from 0 and 1.
        QVERIFY(close(machine.memory->read("n.running_mean").reals(), {0.3f, 2.5f}));
        QVERIFY(
            close(machine.memory->read("n.running_variance").reals(), {0.9f + 1.4f / 3, 0.9f + 50.f / 3}));
        const auto y = machine.take("n.y");
        QVERIFY(std::abs(y[0] + y[2] + y[4] + y[6]) < 1e-5f);
        QVERIFY(make(net, test::points(4), Phase::Evaluation).program.updates.empty());
    }

    void dropoutDrawsOnlyInTrainingAndDifferentlyInEachBlock()
    {
        Net net;
        net.add("a", "dropout", {{"rate", number(0.5)}}).add("b", "dropout", {{"rate", number(0.5)}});
        net.wired("data.x", "a.x").wired("data.x", "b.x");
        const DataSignature data{
            {Element::Real, {{"batch", 1000}}}, {Element::Real, {{"batch", 1000}}}, 0, 0};
        const Elaboration made = make(net, data);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        const std::vector<float> ones(1000, 1);
        const int32_t seed = 3, step = 5;
        Machine machine(made.program);
        machine.give("x", ones.data());
        machine.give("seed", &seed);
        machine.give("step", &step);
        machine.executable->run();
        const auto a = machine.take("a.y"), b = machine.take("b.y");
        for (const float value : a) QVERIFY(value == 0 || value == 2);
        const auto kept = std::count(a.begin(), a.end(), 2.f);
        QVERIFY(kept > 420 && kept < 580); // 5 standard deviations
        QVERIFY(a != b);
        const Elaboration used = make(net, data, Phase::Evaluation);
        QCOMPARE(used.wires.at("a.y"), used.wires.at("data.x"));
    }

    void crossEntropyCountsFirstMaxima()
    {
        Net net;
        net.add("loss", "cross_entropy", {{"over", text("feature")}});
        net.wired("data.x", "loss.logits").wired("data.y", "loss.target");
        const DataSignature data{
            {Element::Real, {{"batch", 3}, {"feature", 2}}}, {Element::Integer, {{"batch", 3}}}, 2, 0};
        const Elaboration made = make(net, data);
        QVERIFY2(made.trainable(), test::textOf(made.errors).c_str());
        const std::vector<float> x{1, 1, 0, 2, 5, 0};
        const std::vector<int32_t> y{0, 1, 1};
        Machine machine(made.program);
        machine.give("x", x.data());
        machine.give("y", y.data());
        machine.executable->run();
        QCOMPARE(machine.take("correct")[0], 2.f); // the tie counts for class 0
        const double expected =
            (std::log(2.) + std::log1p(std::exp(-2.)) + 5 + std::log1p(std::exp(-5.))) / 3;
        QVERIFY(std::abs(machine.take("loss")[0] - expected) < 1e-6);
        net.diagram.find("loss")->settings["smoothing"] = number(0.2);
        Machine smooth(make(net, data).program);
        smooth.give("x", x.data());
        smooth.give("y", y.data());
        smooth.executable->run();
        // Smoothing moves 0.1 of the target from the right class to the wrong one: (0 + 2 - 5) / 3 times 0.1.
        QVERIFY(std::abs(smooth.take("loss")[0] - (expected + 0.1 * (0 + 2 - 5) / 3)) < 1e-5);
    }

    void shapesOfBlocks_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("settings"); // name=text, ...
        QTest::addColumn<QString>("type");
        QTest::addColumn<double>("parameters");
        const auto row = [](const char* kind, const char* settings, const char* type, double parameters) {
            QTest::newRow(qPrintable(QString("%1 %2").arg(kind, settings)))
                << kind << settings << type << parameters;
        };
        row("linear", "to=class: classes", "real[batch=32, class=10]", 650);
        row("linear", "from=column|to=column: 5", "real[batch=32, row=8, colour=1, column=5]", 45);
        row("linear", "to=head: 2, key: 3|bias=no", "real[batch=32, head=2, key=3]", 384);
        row("conv2d", "", "real[batch=32, row=8, column=8, channel=16]", 9 * 16 + 16);
        row("conv2d", "padding=valid|stride=2", "real[batch=32, row=3, column=3, channel=16]", 160);
        row("conv2d", "padding=2|dilation=2|kernel=5|to=colour: 4",
            "real[batch=32, row=4, column=4, colour=4]", 104);
        row("max_pool", "", "real[batch=32, row=4, column=4, colour=1]", 0);
        row("average_pool", "kernel=3|stride=2", "real[batch=32, row=3, column=3, colour=1]", 0);
        row("global_average_pool", "", "real[batch=32, colour=1]", 0);
        row("layer_norm", "over=row, column", "real[batch=32, row=8, column=8, colour=1]", 128);
        row("rms_norm", "over=row", "real[batch=32, row=8, column=8, colour=1]", 8);
        row("batch_norm", "keep=colour", "real[batch=32, row=8, column=8, colour=1]", 2);
        row("dropout", "", "real[batch=32, row=8, column=8, colour=1]", 0);
        row("activation", "formula=x*sigmoid(a*x)|learned=a = 1.5",
            "real[batch=32, row=8, column=8, colour=1]", 1);
        row("flatten", "", "real[batch=32, channel=64]", 0);
        row("merge_axes", "", "real[batch=32, token=64, colour=1]", 0);
        row("split_axis", "axis=row|into=patch: 4, row", "real[batch=32, patch=4, row=2, column=8, colour=1]",
            0);
        row("rename_axis", "from=row|to=token", "real[batch=32, token=8, column=8, colour=1]", 0);
        row("softmax", "over=row", "real[batch=32, row=8, column=8, colour=1]", 0);
        row("mlp", "over=row|expansion=2", "real[batch=32, row=8, column=8, colour=1]",
            8 * 16 + 16 + 16 * 8 + 8);
        row("attention", "over=row|channel=column|heads=2", "real[batch=32, row=8, column=8, colour=1]",
            4 * 72);
        row("transformer_block", "over=row|channel=column|heads=2|expansion=2",
            "real[batch=32, row=8, column=8, colour=1]", 4 * 72 + 32 + 2 * 128 + 24);
        row("mixer_block", "token=row|channel=column|token_expansion=1|expansion=2",
            "real[batch=32, row=8, column=8, colour=1]", 32 + 2 * 72 + 2 * 128 + 24);
        row("repeat", "of=mlp(row, expansion = 2)|count=3", "real[batch=32, row=8, column=8, colour=1]",
            3 * (2 * 128 + 24));
        row("position", "over=row|to=column", "real[batch=32, row=8, column=8, colour=1]", 64);
        row("add", "", "real[batch=32, row=8, column=8, colour=1]", 0);
        row("multiply", "", "real[batch=32, row=8, column=8, colour=1]", 0);
        row("concatenate", "along=row", "real[batch=32, row=8, column=8, colour=1]", 0);
    }

    void shapesOfBlocks()
    {
        QFETCH(QString, kind);
        QFETCH(QString, settings);
        QFETCH(QString, type);
        QFETCH(double, parameters);
        Settings all;
        for (const QString& item : settings.split('|', Qt::SkipEmptyParts)) {
            const qsizetype equals = item.indexOf('=');
            all[item.left(equals).toStdString()] = text(item.mid(equals + 1).toStdString());
        }
        for (const Phase phase : {Phase::Training, Phase::Evaluation}) {
            Net net;
            net.add("b", kind.toStdString(), all).wired("data.x", "b.x");
            const Elaboration made = make(net, test::images(), phase);
            QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
            Type found = made.types.at("b.y").type;
            const auto sorted = [](const QString& t) {
                QStringList axes = t.mid(t.indexOf('[') + 1).chopped(1).split(", ");
                axes.sort();
                return axes;
            };
            QCOMPARE(sorted(QString::fromStdString(found.text())), sorted(type));
            QCOMPARE(made.costs.count("b") ? made.costs.at("b").parameters : 0., parameters);
        }
    }

    void costsAreTheSameCountedAndAsFormulas()
    {
        Net net;
        net.diagram.sizes = {{"d", "24"}, {"wide", "2*d"}};
        net.add("c", "conv2d", {{"to", text("channel: d")}, {"padding", text("valid")}})
            .add("r", "activation", {{"formula", text("gelu(x)")}})
            .add("t", "merge_axes")
            .add("m", "transformer_block", {{"expansion", number(2)}})
            .add("l", "linear", {{"to", text("class: wide")}})
            .add("loss", "cross_entropy");
        net.wired("data.x", "c.x")
            .wired("c.y", "r.x")
            .wired("r.y", "t.x")
            .wired("t.y", "m.x")
            .wired("m.y", "l.x");
        net.wired("l.y", "loss.logits").wired("data.y", "loss.target");
        const Elaboration made = make(net);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        QCOMPARE(made.types.at("l.y").sizes, (std::vector<std::string>{"batch", "wide"}));
        const std::vector<std::string> symbols{"batch", "d", "wide"};
        const std::vector<double> numbers{32, 24, 48};
        for (const auto& [id, cost] : made.costs)
            for (const auto& [formula, value] :
                 {std::pair(cost.parametersFormula, cost.parameters),
                  std::pair(cost.flopsFormula, cost.flops), std::pair(cost.bytesFormula, cost.bytes)})
                QCOMPARE(language::evaluate(language::parseFormula(formula.text(), symbols), numbers), value);
        QCOMPARE(made.costs.at("c").parametersFormula.text(), std::string("10*d"));
        // Counted here once more, from the instructions.
        double flops = 0, parameters = 0, bytes = 0;
        for (const Instruction& of : made.program.code) {
            const auto count = double(of.type.count());
            if (of.op->name == "parameter") parameters += count;
            if (of.op->kind == Op::Kind::Contraction) {
                double summed = 2 * count;
                for (const std::string& axis : of.attributes.axes)
                    summed *= double(made.program.type(of.inputs[0]).size(axis));
                flops += summed;
            }
            if (of.op->kind == Op::Kind::Reduction) flops += double(made.program.type(of.inputs[0]).count());
            if (of.op->kind == Op::Kind::Elementwise) flops += count * calls(of.attributes.formula);
            if (of.op->kind != Op::Kind::Source && of.op->kind != Op::Kind::View) bytes += 4 * count;
        }
        QCOMPARE(total(made, &BlockCost::parameters), parameters);
        QCOMPARE(total(made, &BlockCost::bytes), bytes);
        QCOMPARE(total(made, &BlockCost::flops), flops);
    }

    void everyFaultIsReportedOnceWithItsPlace()
    {
        Net net;
        net.diagram.sizes = {{"a", "b"}, {"b", "a"}, {"c", "2.5"}};
        net.add("unknown", "no_such_kind")
            .add("lonely", "linear")
            .add("bad", "linear", {{"to", text("channel: -3")}})
            .add("odd", "linear", {{"width", number(3)}})
            .add("after", "softmax")
            .add("p", "linear")
            .add("q", "linear")
            .add("norm", "layer_norm")
            .add("f", "activation", {{"formula", text("relu(z")}})
            .add("u", "linear", {{"to", text("unit: 64")}})
            .add("v", "linear", {{"to", text("unit: 128")}})
            .add("sum", "add");
        net.wired("data.x", "bad.x")
            .wired("data.x", "odd.x")
            .wired("bad.y", "after.x")
            .wired("p.y", "q.x")
            .wired("q.y", "p.x");
        net.wired("data.x", "norm.x").wired("data.x", "f.x").wired("data.x", "u.x").wired("data.x", "v.x");
        net.wired("u.y", "sum.x")
            .wired("v.y", "sum.x")
            .wired("data.z", "sum.x")
            .wired("data.x", "u.w")
            .wired("data.y", "v.x");
        Elaboration made = make(net);
        const auto fault = [&](const char* where, std::initializer_list<const char*> parts) {
            const Error* error = errorAt(made.errors, where);
            return error && contains(error->text(), parts);
        };
        QVERIFY(fault("sizes.c", {"2.5"}));
        QVERIFY(fault("unknown", {"no_such_kind"}));
        QVERIFY(fault("lonely.x", {"nothing is wired"}));
        QVERIFY(fault("bad", {"channel", "-3"}));
        QVERIFY(fault("odd.width", {"no such setting", "bias"}));
        QVERIFY(fault("p", {"cycle", "p", "q"}));
        QVERIFY(fault("norm.x", {"no axis channel", "row=8", "data.x"}));
        QVERIFY(errorAt(made.errors, "after.x") == nullptr && errorAt(made.errors, "after") == nullptr);
        QVERIFY(fault("u.w", {"no input w"}));
        QVERIFY(fault("data.z", {"no output z", "x, y"}));
        QVERIFY(fault("v.x", {"more than one wire"}));
        QVERIFY(std::any_of(made.errors.begin(), made.errors.end(),
                            [](const Error& e) { return e.where.starts_with("f.formula"); }));
        QVERIFY(!made.trainable());
        std::erase_if(net.diagram.wires, [](const Wire& w) {
            return w.from.port == "z" || w.to.port == "w" || w == wire("data.y", "v.x");
        });
        made = make(net);
        QVERIFY2(fault("sum", {"axis unit", "64", "128", "u.y", "v.y"}), test::textOf(made.errors).c_str());
        QVERIFY(made.types.count("u.y") && !made.types.count("sum.y"));
    }

    void columnsOfASettingAreThoseOfItsText()
    {
        Net net;
        net.add("hidden", "linear", {{"to", text("channel: 2 ) 3")}}).wired("data.x", "hidden.x");
        const Elaboration result =
            elaborate(net.diagram, BlockLibrary::builtIn(), test::points(), Phase::Training);
        QCOMPARE(result.errors.size(), size_t(1));
        QVERIFY2(QString::fromStdString(result.errors.front().where).endsWith(":1:12"),
                 result.errors.front().text().c_str());
    }

    void theMaximumOfASoftmaxHasNoGradient()
    {
        // Shares and losses do not depend on what is subtracted, so nothing is computed for it: a
        // gradient through a maximum would compare the input with it, here it is behind a stopGradient.
        Net net;
        net.add("hidden", "linear", {{"to", text("class: 10")}})
            .add("share", "softmax", {{"over", text("class")}})
            .add("loss", "cross_entropy", {{"smoothing", number(0.1)}})
            .wired("data.x", "hidden.x")
            .wired("hidden.y", "share.x")
            .wired("share.y", "loss.logits")
            .wired("data.y", "loss.target");
        DataSignature data = test::points();
        data.y.element = Element::Integer;
        data.classes = 10;
        const Elaboration result = elaborate(net.diagram, BlockLibrary::builtIn(), data, Phase::Training);
        QVERIFY2(result.errors.empty(), test::textOf(result.errors).c_str());
        Program program = result.program;
        ValueId loss = -1, weight = -1;
        for (const Result& r : program.results)
            if (r.name == "loss") loss = r.value;
        for (size_t i = 0; i < program.code.size(); ++i)
            if (program.code[i].attributes.name == "hidden.weight") weight = ValueId(i);
        QVERIFY(loss >= 0 && weight >= 0);
        const size_t forward = program.code.size();
        gradient(program, loss, std::vector{weight});
        int maximaUsed = 0;
        for (size_t i = forward; i < program.code.size(); ++i) {
            for (const ValueId input : program.code[i].inputs) {
                const Instruction& from = program.code[size_t(input)];
                maximaUsed += from.op == findOp("reduce") && from.attributes.name == "max";
            }
        }
        QCOMPARE(maximaUsed, 0);
    }

    void parametersKeepTheirNamesWhenBlocksAreAdded()
    {
        Net net;
        net.add("m", "repeat", {{"of", text("mlp(row)")}}).wired("data.x", "m.x");
        const auto names = [&] {
            std::set<std::string> all;
            const Elaboration made = make(net);
            for (const Instruction& of : made.program.code)
                if (of.op->name == "parameter") all.insert(of.attributes.name);
            return all;
        };
        const auto before = names();
        QVERIFY(before.count("m/1/up.weight") && before.count("m/2/down.bias"));
        net.diagram.blocks.insert(net.diagram.blocks.begin(),
                                  Block{"z", "mlp", {{"over", text("row")}}, {}, ""});
        net.wired("data.x", "z.x");
        const auto after = names();
        QVERIFY(std::includes(after.begin(), after.end(), before.begin(), before.end()));
        QCOMPARE(after.size(), before.size() + 4);
    }

    void aWireThatCannotBeDrawnSaysWhy()
    {
        Net net;
        net.add("l", "linear", {{"to", text("unit: 64")}})
            .add("m", "linear", {{"to", text("unit: 128")}})
            .add("s", "add")
            .add("e", "embedding")
            .add("after", "softmax", {{"over", text("unit")}});
        net.wired("data.x", "l.x").wired("data.x", "m.x").wired("l.y", "s.x").wired("s.y", "after.x");
        const auto why = [&](const char* from, const char* to) {
            const auto error = wouldConnect(net.diagram, library, test::images(), wire(from, to));
            return error ? error->text() : std::string();
        };
        QCOMPARE(why("data.x", "s.x").empty(), false);
        QVERIFY(contains(why("m.y", "s.x"), {"unit", "64", "128"}));
        QVERIFY(contains(why("after.y", "l.x"), {"cycle"}));
        QVERIFY(contains(why("data.x", "e.x"), {"real numbers"}));
        QVERIFY(contains(why("l.q", "s.x"), {"no such output"}));
        QCOMPARE(why("m.y", "after.x"), std::string()); // replaces the wire from s
        QCOMPARE(why("l.y", "m.x"), std::string());
    }

    void aWireThatCannotBeDrawnSaysWhyAfterManyBlocksAlike()
    {
        Net net;
        net.add("a", "linear", {{"to", text("unit: 64")}});
        net.wired("data.x", "a.x");
        std::string last = "a";
        for (const char* id : {"b", "c", "d"}) { // c and d are like b
            net.add(id, "linear", {{"to", text("unit: 64")}});
            net.wired(last + ".y", id + std::string(".x"));
            last = id;
        }
        net.add("e", "linear", {{"to", text("unit: 32")}}).add("s", "add");
        net.wired("d.y", "e.x").wired("d.y", "s.x");
        const auto error = wouldConnect(net.diagram, library, test::images(), wire("e.y", "s.x"));
        QVERIFY(error);
        QVERIFY(contains(error->text(), {"unit", "64", "d.y", "32", "e.y"}));
        QVERIFY(!wouldConnect(net.diagram, library, test::images(), wire("b.y", "s.x")));
    }
};

QTEST_APPLESS_MAIN(ElaborateTest)
#include "test_elaborate.moc"
