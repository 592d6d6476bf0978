// Strips in float against the double definition; sharing, fusing, lengths.
#include "core/language/strip.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace core::language;

namespace
{

const std::vector<std::string> names{"x", "y", "z"};

std::vector<std::vector<float>> runStrip(std::span<const Expression> outputs,
                                         const std::vector<std::vector<float>>& inputs)
{
    StripMachine machine(compileStrip(outputs, int(inputs.size())));
    std::vector<std::vector<float>> results(outputs.size(), std::vector<float>(inputs[0].size()));
    std::vector<const float*> in;
    std::vector<float*> out;
    for (const auto& i : inputs) in.push_back(i.data());
    for (auto& r : results) out.push_back(r.data());
    machine.run(in.data(), out.data(), int64_t(inputs[0].size()));
    return results;
}

std::vector<std::vector<float>> draw(unsigned seed, size_t n, float low, float high)
{
    std::mt19937 random(seed);
    std::vector<std::vector<float>> inputs(3, std::vector<float>(n));
    std::uniform_real_distribution<float> uniform(low, high);
    for (auto& input : inputs)
        for (float& x : input) x = uniform(random);
    return inputs;
}

/// What rounding may do: every node may be off by `ulps` of its value, and hands on the errors of its
/// operands by its slopes. Infinite where a comparison, floor or round could tip over.
double tolerance(const Expression& e, const std::vector<double>& at, double ulps)
{
    if (e.kind() == Expression::Kind::Variable) return 0;
    if (e.kind() == Expression::Kind::Number) return std::abs(e.number()) * 0x1p-24;
    double error = 0, values[4] = {0, 0, 0, 0}, errors[3] = {0, 0, 0};
    for (size_t i = 0; i < e.arguments().size(); ++i) {
        values[i] = evaluate(e.arguments()[i], at);
        errors[i] = tolerance(e.arguments()[i], at, ulps);
    }
    const Function& f = e.function();
    const double y = f.evaluate(values[0], values[1], values[2]);
    if (f.name == "power")
        error += std::abs(y) * std::abs(values[1] * std::log(std::abs(values[0]))) * 0x1p-22;
    for (size_t i = 0; i < e.arguments().size(); ++i) {
        if (errors[i] == 0) continue;
        double moved[2][3];
        for (int side = 0; side < 2; ++side) {
            std::copy(values, values + 3, moved[side]);
            moved[side][i] += (side ? 1 : -1) * errors[i];
        }
        const auto value = [&](const double* v) { return f.evaluate(v[0], v[1], v[2]); };
        const double low = value(moved[0]), high = value(moved[1]);
        error += std::max(std::abs(low - y), std::abs(high - y));
        if (std::isnan(low) || std::isnan(high)) return INFINITY;
    }
    return error + std::abs(y) * ulps * 0x1p-23 + 1e-37;
}

void compare(const Expression& e, const std::vector<std::vector<float>>& inputs, int& compared)
{
    const auto results = runStrip({&e, 1}, inputs);
    for (size_t i = 0; i < inputs[0].size(); ++i) {
        const std::vector<double> at{inputs[0][i], inputs[1][i], inputs[2][i]};
        const double want = evaluate(e, at), allowed = tolerance(e, at, 4);
        if (!std::isfinite(allowed) || std::abs(want) > 1e37) continue;
        if (std::isnan(want) && std::isnan(results[0][i])) continue;
        QVERIFY2(std::abs(results[0][i] - want) <= allowed,
                 qPrintable(QString("%1 at %2 %3 %4: %5, not %6 within %7")
                                .arg(QString::fromStdString(print(e, names)))
                                .arg(at[0])
                                .arg(at[1])
                                .arg(at[2])
                                .arg(results[0][i], 0, 'g', 9)
                                .arg(want, 0, 'g', 12)
                                .arg(allowed)));
        ++compared;
    }
}

/// Random expressions over the smooth and the bounded part of the table.
Expression randomExpression(std::mt19937& random, int depth)
{
    if (depth == 0)
        return random() % 4 ? Expression::variable(int(random() % 3))
                            : Expression(double(random() % 9) / 4 - 1);
    const auto sub = [&] { return randomExpression(random, depth - 1); };
    static const char* const unary[] = {"tanh", "sigmoid", "sin", "cos",    "erf", "softplus",
                                        "abs",  "gelu",    "elu", "square", "silu"};
    static const char* const binary[] = {"add", "subtract", "multiply", "min", "max"};
    if (random() % 3 == 0)
        return Expression::call(*findFunction(unary[random() % std::size(unary)]), {sub()});
    if (random() % 8 == 0)
        return Expression::call(*findFunction("where"),
                                {Expression::call(*findFunction("less"), {sub(), sub()}), sub(), sub()});
    return Expression::call(*findFunction(binary[random() % std::size(binary)]), {sub(), sub()});
}

} // namespace

class TestStrip : public QObject
{
    Q_OBJECT

private slots:
    void everyFunctionAgreesWithItsDefinition()
    {
        for (const Function& f : functions())
            for (int constants = 0; constants < 1 << f.arity; ++constants) {
                std::vector<Expression> arguments;
                for (int i = 0; i < f.arity; ++i)
                    arguments.push_back(i < f.conditions
                                            ? parseFormula(constants >> i & 1 ? "x < y" : "y > 0.25*z", names)
                                        : constants >> i & 1 ? Expression(0.75 + i)
                                                             : Expression::variable(i));
                int compared = 0;
                compare(Expression::call(f, arguments), draw(5, 100, -3, 3), compared);
                compare(Expression::call(f, arguments), draw(6, 100, 0.1f, 30), compared);
                if (QTest::currentTestFailed()) return;
                QVERIFY2(compared > 50, std::string(f.name).c_str());
            }
    }

    void randomExpressionsAgreeWithTheirDefinition()
    {
        std::mt19937 random(17);
        int compared = 0;
        for (int i = 0; i < 400; ++i) {
            compare(randomExpression(random, 4), draw(unsigned(i), 40, -2, 2), compared);
            if (QTest::currentTestFailed()) return;
        }
        QVERIFY(compared > 10'000);
    }

    void derivativesAgreeWithTheirDefinition()
    {
        int compared = 0;
        for (const char* text :
             {"gelu(x)", "silu(x)*y", "mish(x)", "softplus(x*y)", "elu(x)", "tanh(x + y*z)", "x*exp(-x*x)"}) {
            compare(derivative(parseFormula(text, names), 0), draw(9, 300, -4, 4), compared);
            if (QTest::currentTestFailed()) return;
        }
        QVERIFY(compared > 1500);
    }

    void equalPartsAreComputedOnce()
    {
        const Expression outputs[] = {parseFormula("exp(x*y) + exp(y*x)*z", names),
                                      parseFormula("exp(x*y) - z", names)};
        const StripCode code = compileStrip(outputs, 3);
        QCOMPARE(code.code.size(), size_t(4)); // multiply, exp, multiply_add, subtract
        QCOMPARE(compileStrip(std::array{parseFormula("where(x > 0, 1, 0)", names)}, 3).code.size(),
                 size_t(1));
    }

    void productsMergeIntoSums()
    {
        for (const char* text : {"x*y + z", "z + x*y", "x*y - z", "z - x*y"}) {
            const Expression e = parseFormula(text, names);
            QCOMPARE(compileStrip({&e, 1}, 3).code.size(), size_t(1));
            int compared = 0;
            compare(e, draw(2, 100, -2, 2), compared);
            QCOMPARE(compared, 100);
        }
    }

    void selectionsTakeTheirComparisonsIn()
    {
        for (const char* text : {"where(x > y, z, 0)", "where(abs(x) <= z, x, y)", "max(x + y, z)"}) {
            const Expression e = parseFormula(text, names);
            QCOMPARE(compileStrip({&e, 1}, 3).code.size(), size_t(1));
            int compared = 0;
            compare(e, draw(4, 100, -2, 2), compared);
            QCOMPARE(compared, 100);
        }
        // What else is wanted of a comparison stays.
        const Expression outputs[] = {parseFormula("where(x > y, z, 0)", names),
                                      parseFormula("where(x > y, 1, 0)", names)};
        QCOMPARE(compileStrip(outputs, 3).code.size(), size_t(2));
    }

    void registersAreReused()
    {
        std::string text = "x";
        for (int i = 0; i < 30; ++i) text = "sin(" + text + " + y)";
        const Expression e = parseFormula(text, names);
        const StripCode code = compileStrip({&e, 1}, 3);
        QCOMPARE(code.code.size(), size_t(60));
        QCOMPARE(code.registers, 4);
        for (const StripInstruction& step : code.code) QVERIFY(step.dst >= code.inputs);
    }

    void outputsMayBeInputsOrConstants()
    {
        const Expression outputs[] = {Expression::variable(1), Expression(2.5), Expression::variable(1)};
        const auto inputs = draw(1, 19, -1, 1);
        const auto results = runStrip(outputs, inputs);
        QCOMPARE(results[0], inputs[1]);
        QCOMPARE(results[1], std::vector<float>(19, 2.5f));
        QCOMPARE(results[2], inputs[1]);
    }

    void anyLengthAndAlignmentGivesTheSameBits()
    {
        const Expression e = parseFormula("gelu(x)*y + where(x > z, sin(x), 0.5)", names);
        const auto inputs = draw(3, 1200, -2, 2);
        const auto all = runStrip({&e, 1}, inputs)[0];
        StripMachine machine(compileStrip({&e, 1}, 3));
        for (const int64_t n : {1, 7, 15, 16, 17, 255, 256, 257, 600, 1111})
            for (const size_t offset : {0, 1, 3, 16}) {
                std::vector<float> out(size_t(n) + 2, -7.0f);
                const float* in[] = {inputs[0].data() + offset, inputs[1].data() + offset,
                                     inputs[2].data() + offset};
                float* const place = out.data() + 1;
                machine.run(in, &place, n);
                QCOMPARE(out.front(), -7.0f);
                QCOMPARE(out.back(), -7.0f);
                QVERIFY(std::equal(out.begin() + 1, out.end() - 1, all.begin() + long(offset)));
            }
    }

    void outputsMayOverwriteInputs()
    {
        const Expression e = parseFormula("x*2 + 1", names);
        StripMachine machine(compileStrip({&e, 1}, 1));
        std::vector<float> x(700);
        for (size_t i = 0; i < x.size(); ++i) x[i] = float(i);
        const float* in = x.data();
        float* out = x.data();
        machine.run(&in, &out, int64_t(x.size()));
        for (size_t i = 0; i < x.size(); ++i) QCOMPARE(x[i], float(2 * i + 1));
    }

    void brokenNumbersAreHandedOn()
    {
        for (const char* text : {"relu(x)", "min(0, x)", "gelu(x)", "softplus(x)", "tanh(x)", "elu(x)",
                                 "sign(x)", "clamp(x, 0, 1)"}) {
            const Expression e = parseFormula(text, names);
            const auto result = runStrip({&e, 1}, {{NAN}, {0}, {0}});
            QVERIFY2(std::isnan(result[0][0]), text);
            const double nan = NAN;
            QVERIFY2(std::isnan(evaluate(e, {&nan, 1})), text);
        }
    }

    void compilingIsDeterministic()
    {
        std::mt19937 random(23);
        for (int i = 0; i < 50; ++i) {
            const Expression e = randomExpression(random, 6);
            const StripCode a = compileStrip({&e, 1}, 3), b = compileStrip({&e, 1}, 3);
            QCOMPARE(a.constants, b.constants);
            QCOMPARE(a.results, b.results);
            QCOMPARE(a.code.size(), b.code.size());
            for (size_t k = 0; k < a.code.size(); ++k) {
                const auto &p = a.code[k], &q = b.code[k];
                QVERIFY(p.kernel == q.kernel && p.dst == q.dst && p.a == q.a && p.b == q.b && p.c == q.c);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestStrip)
#include "test_strip.moc"
