// Formulas: algebra, derivatives against differences, dialects, errors.
#include "core/language/expression.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace core;
using namespace core::language;

namespace
{

const std::vector<std::string> names{"x", "y", "z"};

Expression parse(std::string_view text) { return parseFormula(text, names); }
std::string again(std::string_view text) { return print(parse(text), names); }

/// A call of the function on x, y, z; conditions are x > 0.25.
Expression callOf(const Function& f)
{
    std::vector<Expression> arguments;
    for (int i = 0; i < f.arity; ++i)
        arguments.push_back(i < f.conditions ? parse("x > 0.25") : Expression::variable(i));
    return Expression::call(f, arguments);
}

/// Fourth order: error about h^4 f^(5) / 30 + rounding 1e-16 |f| / h.
double difference(const Expression& e, std::vector<double> at, int variable, double h = 1e-3)
{
    const auto value = [&](double step) {
        auto moved = at;
        moved[size_t(variable)] += step;
        return evaluate(e, moved);
    };
    return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h);
}

/// Whether the expression is smooth around the point: no condition, sign, floor or round changes there.
bool smoothAround(const Expression& slope, const std::vector<double>& at, int variable)
{
    auto left = at, right = at;
    left[size_t(variable)] -= 4e-3;
    right[size_t(variable)] += 4e-3;
    return std::abs(evaluate(slope, left) - evaluate(slope, right)) <
           0.2 * (1 + std::abs(evaluate(slope, at)));
}

Error errorOf(std::string_view text)
{
    try {
        parse(text);
    } catch (const Error& e) {
        return e;
    }
    return {};
}

} // namespace

class TestExpression : public QObject
{
    Q_OBJECT

private slots:
    void algebra_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("simplified");
        const char* const rows[][2] = {
            {"x*1 + 0", "x"},
            {"--x", "x"},
            {"x*0", "0"},
            {"2*3 + x", "6 + x"},
            {"x^2", "x*x"},
            {"x - x", "0"},
            {"x + -y", "x - y"},
            {"-x*-y", "x*y"},
            {"2*(3*x)", "6*x"},
            {"x/4", "x*0.25"},
            {"x*(1/y)", "x/y"},
            {"where((x < y) != 0, x, y)", "where(x < y, x, y)"},
            {"abs(-x)", "abs(x)"},
            {"where(1 < 2, x, y)", "x"},
            {"x^0.5", "sqrt(x)"},
            {"not not (x < y)", "x < y"},
            {"max(x, x)", "x"},
            {"x + x", "2*x"},
            {"-(x - y)", "y - x"},
            {"where(x > 0, 1, 0)*y", "where(x > 0, y, 0)"},
            {"where(x > 0, y, 0) + where(x > 0, 0, z)", "where(x > 0, y, z)"},
        };
        for (const auto& row : rows) QTest::newRow(row[0]) << row[0] << row[1];
    }
    void algebra()
    {
        QFETCH(QString, text);
        QFETCH(QString, simplified);
        QCOMPARE(QString::fromStdString(again(text.toStdString())), simplified);
    }

    void printingIsTheInverseOfParsing()
    {
        for (const Function& f : functions()) {
            const Expression e = callOf(f);
            QVERIFY2(parse(print(e, names)) == e, std::string(f.name).c_str());
            const Expression slope = derivative(e, 0);
            QVERIFY2(parse(print(slope, names)) == slope, print(slope, names).c_str());
        }
    }

    void equalTreesAreEqualAndHashEqual()
    {
        const Expression a = parse("exp(x*y) + sin(x*y)"), b = parse("exp(x*y)+sin(x*y)");
        QVERIFY(a == b);
        QCOMPARE(a.hash(), b.hash());
        QVERIFY(!(a == parse("exp(x*y) + sin(y*x)")));
        QCOMPARE(a.nodes(), 9);
    }

    void everyFunctionIsDifferentiatedRightTwice_data()
    {
        QTest::addColumn<QString>("name");
        for (const Function& f : functions())
            QTest::newRow(std::string(f.name).c_str()) << QString::fromStdString(std::string(f.name));
    }
    void everyFunctionIsDifferentiatedRightTwice()
    {
        QFETCH(QString, name);
        const Function& f = *findFunction(name.toStdString());
        std::mt19937 random(11);
        const bool positive = f.name == "log" || f.name == "sqrt" || f.name == "rsqrt" || f.name == "power" ||
                              f.name == "log1p" || f.name == "reciprocal" || f.name == "divide" ||
                              f.name == "tan";
        std::uniform_real_distribution<double> draw(positive ? 0.4 : -3.0, positive ? 1.2 : 3.0);
        int compared = 0;
        for (int variable = 0; variable < f.arity; ++variable) {
            const Expression e = callOf(f), slope = derivative(e, variable);
            for (int other = 0; other < f.arity; ++other) {
                const Expression curvature = derivative(slope, other);
                for (int trial = 0; trial < 40; ++trial) {
                    const std::vector<double> at{draw(random), draw(random), draw(random)};
                    if (!smoothAround(e, at, variable) || !smoothAround(slope, at, variable) ||
                        !smoothAround(slope, at, other))
                        continue;
                    const double first = evaluate(slope, at), second = evaluate(curvature, at);
                    const double wantFirst = difference(e, at, variable),
                                 wantSecond = difference(slope, at, other);
                    QVERIFY2(std::abs(first - wantFirst) < 1e-6 * (1 + std::abs(first)),
                             qPrintable(QString("d%1 at %2 %3 %4: %5, difference %6")
                                            .arg(variable)
                                            .arg(at[0])
                                            .arg(at[1])
                                            .arg(at[2])
                                            .arg(first)
                                            .arg(wantFirst)));
                    QVERIFY2(std::abs(second - wantSecond) < 1e-6 * (1 + std::abs(second)),
                             qPrintable(QString("d%1%2 at %3: %4, difference %5")
                                            .arg(variable)
                                            .arg(other)
                                            .arg(at[0])
                                            .arg(second)
                                            .arg(wantSecond)));
                    ++compared;
                }
            }
        }
        QVERIFY(compared > 20);
    }

    void activationsHaveFiniteSlopesFarOut()
    {
        for (const char* text :
             {"softplus(x)", "elu(x)", "selu(x)", "gelu(x)", "gelu_tanh(x)", "silu(x)", "mish(x)",
              "sigmoid(x)", "tanh(x)", "log_sigmoid(x)", "softsign(x)", "relu(x)", "leaky_relu(x, 0.1)",
              "hard_swish(x)", "where(x > 0, sqrt(x), 0)", "where(x > 0, x*log(x), 0)"}) {
            const Expression slope = derivative(parse(text), 0), curvature = derivative(slope, 0);
            for (double x : {-1e4, -800.0, -90.0, -1.0, 0.0, 1.0, 90.0, 800.0, 1e4}) {
                QVERIFY2(std::isfinite(evaluate(slope, {&x, 1})), text);
                QVERIFY2(std::isfinite(evaluate(curvature, {&x, 1})), text);
            }
        }
    }

    void slopesAtKinks()
    {
        const double zero = 0;
        QCOMPARE(evaluate(derivative(parse("relu(x)"), 0), {&zero, 1}), 0.0);
        QCOMPARE(evaluate(derivative(parse("abs(x)"), 0), {&zero, 1}), 0.0);
        QCOMPARE(evaluate(derivative(parse("softplus(x)"), 0), {&zero, 1}), 0.5);
        QCOMPARE(evaluate(derivative(derivative(parse("softplus(x)"), 0), 0), {&zero, 1}), 0.25);
        const double at[] = {0.0, 2.0};
        QCOMPARE(evaluate(derivative(parse("x^y"), 0), at), 0.0);
    }

    void substitutionAndUse()
    {
        const Expression e = parse("x*exp(y)");
        const Expression replacements[] = {parse("y + 1"), parse("2")};
        QVERIFY(substitute(e, replacements) == parse("(y + 1)*exp(2)"));
        QVERIFY(uses(e, 1) && !uses(e, 2) && !uses(derivative(e, 0), 0));
        QCOMPARE(variableCount(e), 2);
        QCOMPARE(variableCount(Expression(3.0)), 0);
    }

    void conditionsAreTyped()
    {
        QVERIFY(parse("x < y").type() == Scalar::Boolean);
        QVERIFY(errorOf("where(x, 1, 2)").where == "formula:1:7");
        QVERIFY(errorOf("x and y").where == "formula:1:1");
        const double at[] = {1.0, 2.0};
        QCOMPARE(evaluate(parse("3*(x < y)"), at), 3.0);
    }

    void errorsNameWhatThereIs()
    {
        QVERIFY(errorOf("x + w").hint.find("x, y, z, pi, e, inf") != std::string::npos);
        QVERIFY(errorOf("relo(x)").hint.find("relu") != std::string::npos);
        QVERIFY(errorOf("min(x)").what.find("'min' has 1") != std::string::npos);
        QVERIFY(errorOf("x*\n tanh").where.starts_with("formula:1:"));
        QVERIFY(!errorOf("[x]").what.empty() && !errorOf("f(a = x)").what.empty() &&
                !errorOf("x -> y").what.empty());
    }

    void sharedTreesStaySmall()
    {
        Expression e = Expression::variable(0);
        for (int i = 0; i < 100; ++i) e = e * e + e;
        QCOMPARE(e.nodes(), 201);
        QVERIFY(derivative(e, 0).nodes() < 1000);
        QVERIFY(derivative(derivative(e, 0), 0).nodes() < 5000);
        QVERIFY_THROWS_EXCEPTION(Error, print(e, names));
        Expression twin = Expression::variable(0);
        for (int i = 0; i < 100; ++i) twin = twin * twin + twin;
        QVERIFY(e == twin);
    }

    void deepTreesDoNotEndTheStack()
    {
        Expression e = Expression::variable(0);
        for (int i = 0; i < 300'000; ++i) e = Expression::call(*findFunction("sin"), {e});
        const double x = 1;
        QVERIFY(std::isfinite(evaluate(e, {&x, 1})));
        QVERIFY(derivative(e, 0).depth() > 300'000);
    }

    void evaluatorRepeats()
    {
        const Expression e = parse("x*exp(y) + 2");
        Evaluator evaluator(e);
        for (double x : {0.0, 1.0, -2.5}) {
            const double at[] = {x, 0.5};
            QCOMPARE(evaluator(at), evaluate(e, at));
        }
    }

    void dialects()
    {
        const Expression e = parse("where(x > 0 and not (y < 1), x - (y - z), -x^2/(x*y))");
        QCOMPARE(print(e, names, Dialect::Glsl),
                 std::string("x > 0.0 && !(y < 1.0) ? x - (y - z) : -(x * x / (x * y))"));
        QCOMPARE(print(e, names, Dialect::Pytorch),
                 std::string("torch.where(torch.logical_and(x > 0, torch.logical_not(y < 1)), x - (y - z), "
                             "-(x * x / (x * y)))"));
        QCOMPARE(print(parse("x^(y + 1)/sqrt(z)"), names, Dialect::Latex),
                 std::string("\\frac{x^{y + 1}}{\\sqrt{z}}"));
        QCOMPARE(print(parse("2*(x < y)"), names, Dialect::Glsl), std::string("2.0 * float(x < y)"));
        QCOMPARE(print(parse("(x + y)*tanh(z)"), names, Dialect::Glsl), std::string("(x + y) * axo_tanh(z)"));
        QCOMPARE(print(parse("(x + y)^z"), names, Dialect::Pytorch), std::string("(x + y) ** z"));
    }
};

QTEST_APPLESS_MAIN(TestExpression)
#include "test_expression.moc"
