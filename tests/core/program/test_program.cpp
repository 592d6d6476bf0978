// Facts about programs: value numbering, derivatives with known values, what simplification leaves, error
// texts.
#include "core/backend/backend.h"
#include "core/backend/reference/interpret.h"
#include "core/ops/build.h"
#include "core/program/analysis.h"
#include "core/program/check.h"
#include "core/program/initialise.h"
#include "core/program/transform.h"
#include "tests/core/program/draw.h"

#include <QtTest>
#include <algorithm>

using namespace core;
namespace b = core::build;

namespace
{

Type real(std::vector<Axis> axes) { return {Element::Real, std::move(axes)}; }

std::map<std::string, Tensor> drawn(const Program& program, uint64_t seed)
{
    draw::Generator generator{seed};
    std::map<std::string, Tensor> sources;
    for (const Instruction& instruction : program.code)
        if (!instruction.op->evaluate)
            sources[instruction.attributes.name] = draw::tensor(generator, instruction.type, -1, 1);
    return sources;
}

int count(const Program& program, std::string_view op)
{
    return int(std::count_if(program.code.begin(), program.code.end(),
                             [&](const Instruction& i) { return i.op->name == op; }));
}

template<class Make> Error errorOf(Make make)
{
    try {
        make();
    } catch (const Error& error) {
        return error;
    }
    return {"", "no error", ""};
}

bool close(const std::vector<double>& a, const std::vector<double>& b, double tolerance = 1e-10)
{
    bool same = a.size() == b.size();
    for (size_t i = 0; same && i < a.size(); ++i)
        same = std::abs(a[i] - b[i]) <= tolerance * (1 + std::abs(b[i]));
    return same;
}

struct Convolution {
    Program program;
    ValueId x, w, y;
};

/// pad -> window -> contract over two axes, as diagrams write it.
Convolution convolution(int64_t kernel, int64_t stride, int64_t dilation, int64_t padding)
{
    Convolution result;
    Program& p = result.program;
    result.x = b::input(p, "x", real({{"batch", 2}, {"row", 7}, {"column", 6}, {"channel", 3}}));
    result.w = b::parameter(p, "w", real({{"kr", kernel}, {"kc", kernel}, {"channel", 3}, {"out", 4}}), 0.0);
    ValueId v = b::pad(p, b::pad(p, result.x, "row", padding, padding), "column", padding, padding);
    v = b::window(p, v, "row", "row", "kr", kernel, stride, dilation);
    v = b::window(p, v, "column", "column", "kc", kernel, stride, dilation);
    result.y = b::contract(p, v, result.w, {"kr", "kc", "channel"});
    return result;
}

} // namespace

class TestProgram : public QObject
{
    Q_OBJECT

private slots:
    void equalInstructionsAreOne()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"a", 3}}));
        QCOMPARE(b::formula(p, "a*a", {x}), b::formula(p, "a*a", {x}));
        QVERIFY(b::formula(p, "a*a", {x}) != b::formula(p, "a + a", {x}));
        QVERIFY(b::input(p, "y", real({{"a", 3}})) != x);
        QCOMPARE(b::input(p, "x", real({{"a", 3}})), x);
        QVERIFY(b::scalar(p, 1) != b::scalar(p, 2));
        const ValueId seed = b::input(p, "seed", {Element::Integer, {}});
        QCOMPARE(b::random(p, seed, seed, 1, real({})), b::random(p, seed, seed, 1, real({})));
        QVERIFY(b::random(p, seed, seed, 1, real({})) != b::random(p, seed, seed, 2, real({})));
    }

    void errorsNameOpAxisAndSizes()
    {
        Program p;
        p.here.block = "encoder/1";
        const ValueId x = b::input(p, "x", real({{"channel", 3}, {"batch", 2}}));
        const ValueId y = b::input(p, "y", real({{"channel", 4}}));
        const Error sizes = errorOf([&] { b::formula(p, "a + b", {x, y}); });
        QCOMPARE(sizes.where, std::string("encoder/1: formula"));
        QCOMPARE(sizes.what, std::string("axis 'channel' has size 3 in one operand and 4 in another"));
        QVERIFY(errorOf([&] { b::contract(p, x, y, {"channel"}); }).what.find("3 in one operand and 4") !=
                std::string::npos);
        QVERIFY(errorOf([&] {
                    b::sum(p, x, {"token"});
                }).what.find("no axis 'token' in real[channel=3, batch=2]") != std::string::npos);
        QVERIFY(errorOf([&] {
                    b::rename(p, x, "channel", "batch");
                }).what.find("there is an axis 'batch' already") == 0);
        QVERIFY(errorOf([&] {
                    b::input(p, "x", real({{"channel", 5}}));
                }).what.find("'x' is real[channel=5] here") == 0);
        QVERIFY(errorOf([&] {
                    b::parameter(p, "x", real({{"channel", 3}, {"batch", 2}}), 0.0);
                }).what.find("'x' is") == 0);
        QVERIFY(errorOf([&] {
                    b::split(p, x, "channel", {{"u", 2}, {"v", 2}});
                }).what.find("is not 2*2") != std::string::npos);
        QVERIFY(errorOf([&] {
                    b::window(p, x, "channel", "i", "k", 4);
                }).what.find("does not fit in axis 'channel' of size 3") != std::string::npos);
        QVERIFY(errorOf([&] {
                    b::slice(p, x, "channel", 2, 2);
                }).what.find("are not all in axis 'channel'") != std::string::npos);
        QVERIFY(errorOf([&] {
                    b::input(p, "z", real({{"u", int64_t(1) << 30}, {"v", int64_t(1) << 30}}));
                }).what.find("2^40") != std::string::npos);
        QVERIFY(errorOf([&] {
                    b::input(p, "z", real({{"u", 0}}));
                }).what.find("size 0") != std::string::npos);
        QVERIFY(errorOf([&] { b::pad(p, x, "batch", -1, -1); }).what.find("nothing would be left") == 0);
        const size_t before = p.code.size();
        QCOMPARE(before, size_t(2)); // nothing of the failed ones stayed
    }

    void windowsReadWhatTheirDefinitionSays()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"t", 7}}));
        const ValueId y = b::window(p, x, "t", "i", "k", 3, 2, 2);
        const ValueId back = b::fold(p, y, "i", "k", "t", 7, 2, 2);
        const ValueId turned = b::slice(p, x, "t", 6, 3, -2);
        const ValueId padded = b::pad(p, b::slice(p, x, "t", 0, 3), "t", 1, -1, 1);
        const auto values = interpret(p, {{"x", {real({{"t", 7}}), {1, 2, 3, 4, 5, 6, 7}}}});
        QCOMPARE(values[size_t(y)].data, (std::vector<double>{1, 3, 5, 3, 5, 7}));
        QCOMPARE(values[size_t(back)].data, (std::vector<double>{1, 0, 6, 0, 10, 0, 7}));
        QCOMPARE(values[size_t(turned)].data, (std::vector<double>{7, 5, 3}));
        QCOMPARE(values[size_t(padded)].data, (std::vector<double>{0, 1, 0, 2, 0}));
    }

    void tiesOfMaximaShareTheGradient()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"t", 4}}));
        const ValueId g = gradient(p, b::max(p, x, {"t"}), std::span(&x, 1))[0];
        QCOMPARE(interpret(p, {{"x", {real({{"t", 4}}), {3, 1, 3, 2}}}})[size_t(g)].data,
                 (std::vector<double>{0.5, 0, 0.5, 0}));
    }

    void productHasAGradientWhereFactorsAreZero()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"t", 3}}));
        Attributes product;
        product.name = "product";
        product.axes = {"t"};
        const ValueId g = gradient(p, p.add(*findOp("reduce"), {x}, product), std::span(&x, 1))[0];
        QCOMPARE(interpret(p, {{"x", {real({{"t", 3}}), {2, 0, 5}}}})[size_t(g)].data,
                 (std::vector<double>{0, 10, 0}));
    }

    /// For f = x'Ax / 2 with symmetric A the gradient of <grad f, v> is Av.
    void hessianOfAQuadraticIsItsMatrix()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"i", 3}})), v = b::input(p, "v", real({{"i", 3}}));
        const ValueId a = b::constant(p, real({{"i", 3}, {"j", 3}}), {2, 1, 0, 1, 3, -1, 0, -1, 4});
        const ValueId ax = b::contract(p, a, b::rename(p, x, "i", "j"), {"j"});
        const ValueId f = b::formula(p, "a/2", {b::contract(p, x, ax, {"i"})});
        const ValueId g = gradient(p, f, std::span(&x, 1))[0];
        const ValueId hv = gradient(p, b::contract(p, g, v, {"i"}), std::span(&x, 1))[0];
        const auto values =
            interpret(p, {{"x", {real({{"i", 3}}), {1, -1, 2}}}, {"v", {real({{"i", 3}}), {1, 2, 3}}}});
        QVERIFY(close(values[size_t(g)].data, {1, -4, 9}));
        QVERIFY(close(values[size_t(hv)].data, {4, 4, 10}));
        const ValueId jv = jvp(p, g, std::span(&x, 1), std::span(&v, 1));
        const auto again = interpret(p, drawn(p, 1));
        QVERIFY(close(again[size_t(jv)].data, again[size_t(hv)].data));
    }

    /// The gradient of softmax cross-entropy by the logits is softmax - target (Bridle 1990).
    void gradientOfSoftmaxRegressionIsTheResidual()
    {
        Program p;
        const ValueId z = b::input(p, "z", real({{"batch", 3}, {"class", 4}})),
                      t = b::input(p, "t", real({{"class", 4}}));
        const ValueId e = b::formula(p, "exp(a - b)", {z, b::stopGradient(p, b::max(p, z, {"class"}))});
        const ValueId softmax = b::formula(p, "a/b", {e, b::sum(p, e, {"class"})});
        const ValueId loss = b::sum(p, b::formula(p, "-a*log(b)", {t, softmax}), {"batch", "class"});
        const ValueId g = gradient(p, loss, std::span(&z, 1))[0];
        auto sources = drawn(p, 2);
        sources["t"].data = {0, 0.25, 0.75, 0};
        const auto values = interpret(p, sources);
        std::vector<double> residual = values[size_t(softmax)].data;
        for (size_t i = 0; i < residual.size(); ++i) residual[i] -= sources["t"].data[i % 4];
        QVERIFY(close(values[size_t(g)].data, residual));
    }

    void forwardModeAgreesWithDifferences()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"a", 3}})),
                      w = b::input(p, "w", real({{"a", 3}, {"b", 2}}));
        const ValueId dx = b::input(p, "dx", real({{"a", 3}})),
                      dw = b::input(p, "dw", real({{"a", 3}, {"b", 2}}));
        const ValueId y = b::formula(p, "tanh(a)", {b::contract(p, x, w, {"a"})});
        const ValueId by[] = {x, w}, along[] = {dx, dw};
        const ValueId dy = jvp(p, y, by, along);
        auto sources = drawn(p, 3);
        const std::vector<double> got = interpret(p, sources)[size_t(dy)].data;
        const auto moved = [&](double step) {
            auto at = sources;
            for (const auto& [name, d] : {std::pair("x", "dx"), std::pair("w", "dw")})
                for (size_t i = 0; i < at[name].data.size(); ++i) at[name].data[i] += step * at[d].data[i];
            return interpret(p, at)[size_t(y)].data;
        };
        std::vector<double> differences = moved(1e-5);
        const std::vector<double> before = moved(-1e-5);
        for (size_t i = 0; i < before.size(); ++i) differences[i] = (differences[i] - before[i]) / 2e-5;
        QVERIFY(close(got, differences, 1e-8));
    }

    void mappedProgramIsALoop()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"a", 4}})),
                      w = b::parameter(p, "w", real({{"a", 4}, {"b", 3}}), 0.0);
        const ValueId h = b::formula(p, "tanh(a)", {b::contract(p, b::slice(p, x, "a", 3, 4, -1), w, {"a"})});
        p.results = {{"y", b::permute(p, b::concat(p, {h, b::sum(p, w, {"a"})}, "b"), {"b"})},
                     {"g", gradient(p, b::sum(p, h, {"b"}), std::span(&w, 1))[0]}};
        const std::string names[] = {"w"};
        const Program mapped = vmap(p, names, {"seed", 2});
        check(mapped);
        auto sources = drawn(mapped, 4);
        const auto all = interpret(mapped, sources);
        for (size_t seed = 0; seed < 2; ++seed) {
            auto one = sources;
            one["w"] = {real({{"a", 4}, {"b", 3}}),
                        {sources["w"].data.begin() + ptrdiff_t(12 * seed),
                         sources["w"].data.begin() + ptrdiff_t(12 * seed + 12)}};
            const auto single = interpret(p, one);
            for (size_t r = 0; r < 2; ++r) {
                const Tensor& expected = single[size_t(p.results[r].value)];
                const Tensor& whole = all[size_t(mapped.results[r].value)];
                Type order = expected.type;
                order.axes.insert(order.axes.begin(), {"seed", 2});
                const Tensor got = draw::reordered(whole, order);
                const auto first = got.data.begin() + ptrdiff_t(seed * expected.data.size());
                QVERIFY(close({first, first + ptrdiff_t(expected.data.size())}, expected.data));
            }
        }
    }

    void parametersWithTheBatchAxisGivePerExampleGradients()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"batch", 5}, {"a", 3}})),
                      w = b::parameter(p, "w", real({{"a", 3}}), 0.0);
        const ValueId y = b::formula(p, "a*a", {b::contract(p, x, w, {"a"})});
        p.results = {{"loss", b::sum(p, y, {"batch"})}};
        const std::string names[] = {"w"};
        Program each = vmap(p, names, {"batch", 5});
        const ValueId wide = each.find("parameter", "w");
        const ValueId g = gradient(each, each.results[0].value, std::span(&wide, 1))[0];
        QCOMPARE(each.type(g), real({{"batch", 5}, {"a", 3}}));
        const auto sources = drawn(each, 5);
        const auto values = interpret(each, sources);
        for (size_t n = 0; n < 5; ++n) {
            double product = 0;
            for (size_t a = 0; a < 3; ++a)
                product += sources.at("x").data[3 * n + a] * sources.at("w").data[3 * n + a];
            for (size_t a = 0; a < 3; ++a)
                QVERIFY(std::abs(values[size_t(g)].data[3 * n + a] -
                                 2 * product * sources.at("x").data[3 * n + a]) < 1e-12);
        }
    }

    void inliningBindsSources()
    {
        Program inner;
        inner.results = {
            {"y", b::formula(inner, "a*b",
                             {b::input(inner, "u", real({{"a", 3}})), b::input(inner, "v", real({}))})}};
        Program outer;
        const ValueId x = b::input(outer, "x", real({{"batch", 2}, {"a", 3}}));
        const auto values = inlineProgram(outer, inner, {{"u", x}});
        QCOMPARE(outer.type(values[size_t(inner.results[0].value)]), real({{"batch", 2}, {"a", 3}}));
        QVERIFY(outer.find("input", "v") >= 0 && outer.find("input", "u") < 0);
        const ValueId bad = b::input(outer, "bad", real({{"a", 4}}));
        QVERIFY(errorOf([&] {
                    inlineProgram(outer, inner, {{"u", bad}});
                }).what.find("cannot be real[a=4]") != std::string::npos);
    }

    void simplifyLeavesOnlyWhatIsNeeded()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"a", 3}, {"b", 2}}));
        ValueId v = b::permute(p, b::permute(p, x, {"b", "a"}), {"a", "b"});
        v = b::rename(p, b::rename(p, v, "a", "c"), "c", "a");
        v = b::formula(p, "a + b", {v, b::scalar(p, 0)});
        v = b::formula(p, "a*b", {v, b::broadcast(p, b::scalar(p, 1), {{"b", 2}})});
        v = b::merge(p, b::split(p, v, "a", {{"i", 3}, {"j", 1}}), {"i", "j"}, "a");
        b::formula(p, "exp(a)", {x}); // dead
        p.results = {{"y", v}};
        const Program simple = simplify(p);
        QVERIFY2(simple.code.size() == 1 && simple.code[0].op->name == "input", simple.text().c_str());
        Program folded;
        folded.results = {{"y", b::sum(folded, b::formula(folded, "a*a", {b::iota(folded, "n", 4)}), {"n"})}};
        const Program constant = simplify(folded);
        QCOMPARE(constant.code.size(), size_t(1));
        QCOMPARE(constant.code[0].attributes.values, std::vector<double>{14});
    }

    void fusedChainIsOneFormula()
    {
        Program p;
        const ValueId x = b::input(p, "x", real({{"a", 8}})), bias = b::input(p, "b", real({{"a", 8}}));
        ValueId v = b::formula(p, "a + b", {x, bias});
        v = b::formula(p, "tanh(a)", {b::stopGradient(p, v)});
        p.results = {{"y", b::formula(p, "a*a + b", {v, x})}};
        const Program fused = fuse(p);
        QCOMPARE(count(fused, "formula"), 1);
        QCOMPARE(fused.code.size(), size_t(3));
    }

    void inputGradientOfConvolutionWritesNoWindows_data()
    {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("dilation");
        QTest::addColumn<int>("padding");
        QTest::newRow("3x3 same") << 3 << 1 << 1;
        QTest::newRow("3x3 valid") << 3 << 1 << 0;
        QTest::newRow("2x2 dilated") << 2 << 2 << 1;
        QTest::newRow("1x1") << 1 << 1 << 0;
    }
    void inputGradientOfConvolutionWritesNoWindows()
    {
        QFETCH(int, kernel);
        QFETCH(int, dilation);
        QFETCH(int, padding);
        Convolution c = convolution(kernel, 1, dilation, padding);
        const ValueId g = b::input(c.program, "g", c.program.type(c.y));
        const ValueId by[] = {c.x, c.w};
        const std::vector<ValueId> adjoints = vjp(c.program, c.y, by, g);
        c.program.results = {{"dx", adjoints[0]}, {"dw", adjoints[1]}};
        const Program simple = simplify(c.program);
        check(simple);
        QVERIFY2(count(simple, "fold") == 0 && count(simple, "contract") == 2, simple.text().c_str());
        for (size_t i = 0; i < simple.code.size(); ++i)
            if (simple.code[i].op->kind != Op::Kind::View)
                QVERIFY2(simple.code[i].type.count() <= 2 * 11 * 10 * 4, simple.text().c_str());
        const auto sources = drawn(c.program, 6);
        const auto expected = interpret(c.program, sources), got = interpret(simple, sources);
        for (size_t r = 0; r < 2; ++r)
            QVERIFY(close(got[size_t(simple.results[r].value)].data,
                          expected[size_t(c.program.results[r].value)].data));
    }

    void stridedConvolutionKeepsItsGradient()
    {
        Convolution c = convolution(3, 2, 1, 1);
        const ValueId g = b::input(c.program, "g", c.program.type(c.y));
        c.program.results = {{"dx", vjp(c.program, c.y, std::span(&c.x, 1), g)[0]}};
        const Program simple = fuse(simplify(c.program));
        const auto sources = drawn(c.program, 7);
        QVERIFY(close(interpret(simple, sources)[size_t(simple.results[0].value)].data,
                      interpret(c.program, sources)[size_t(c.program.results[0].value)].data));
    }

    void floatingPointWorkIsCounted()
    {
        const Convolution c = convolution(3, 1, 1, 1);
        QCOMPARE(flops(c.program, c.y), 2.0 * (2 * 7 * 6 * 4) * (3 * 3 * 3));
        Program p;
        const ValueId x = b::input(p, "x", real({{"a", 10}}));
        QCOMPARE(flops(p, b::formula(p, "a*a + tanh(a*a)", {x})), 30.0);
        QCOMPARE(bytes(p, b::sum(p, x, {"a"})), 44.0);
        QCOMPARE(flops(p, b::slice(p, x, "a", 0, 3)), 0.0);
    }

    void updatesHappenTogether()
    {
        Program p;
        const ValueId u = b::state(p, "u", real({}), 1.0), v = b::state(p, "v", real({}), 2.0);
        p.updates = {{u, v}, {v, b::formula(p, "a + b", {u, v})}};
        check(p);
        const auto backend = makeBackend("reference");
        const auto memory = backend->memory();
        const auto executable = backend->compile(simplify(p), memory, 0);
        for (int i = 0; i < 3; ++i) executable->run();
        QCOMPARE(memory->read("u").reals()[0], 5.0f); // Fibonacci: 1 2 3 5 8
        QCOMPARE(memory->read("v").reals()[0], 8.0f);
    }

    void firstValuesDependOnSeedAndNameOnly()
    {
        Program p;
        const std::string names[] = {"n", "u", "fan_in", "fan_out"};
        const auto init = language::parseFormula("n*sqrt(2/fan_in)", names);
        const ValueId a = b::parameter(p, "a", real({{"i", 100}, {"j", 200}}), init, 100, 200);
        const ValueId other = b::parameter(p, "b", real({{"i", 100}, {"j", 200}}), init, 100, 200);
        const auto values = initialValues(p.code[size_t(a)], 1);
        QCOMPARE(values, initialValues(p.code[size_t(a)], 1));
        QVERIFY(values != initialValues(p.code[size_t(a)], 2));
        QVERIFY(values != initialValues(p.code[size_t(other)], 1));
        double mean = 0, square = 0;
        for (float value : values) {
            mean += value / 20000.0;
            square += value * value / 20000.0;
        }
        QVERIFY(std::abs(mean) < 4 * std::sqrt(0.02 / 20000));             // four standard errors
        QVERIFY(std::abs(square / 0.02 - 1) < 4 * std::sqrt(2.0 / 20000)); // of the mean, of the variance
    }

    void integersHaveNoDerivative()
    {
        Program p;
        const ValueId index = b::input(p, "index", {Element::Integer, {{"n", 2}}});
        const ValueId y = b::formula(p, "a*a", {index});
        QVERIFY(errorOf([&] { gradient(p, y, std::span(&index, 1)); }).what.find("integers") !=
                std::string::npos);
        const ValueId x = b::input(p, "x", real({{"n", 2}}));
        const ValueId none = gradient(p, y, std::span(&x, 1))[0];
        QCOMPARE(p.code[size_t(none)].attributes.values, std::vector<double>{0});
    }
};

QTEST_APPLESS_MAIN(TestProgram)
#include "test_program.moc"
