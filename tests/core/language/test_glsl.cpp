// Formulas as statements of GLSL.
#include "core/language/glsl.h"

#include <QtTest>

using namespace core::language;

namespace
{

const std::string names[] = {"x", "y"};

QString line(const char* formula)
{
    const Expression e = parseFormula(formula, names);
    const GlslCode code = printGlsl(std::span(&e, 1), names, "t");
    return QString::fromStdString(code.statements + "= " + code.results[0]);
}

} // namespace

class TestGlsl : public QObject
{
    Q_OBJECT

private slots:
    void everyNodeIsAStatement()
    {
        QCOMPARE(line("x*y + 1"), QString("float t0 = x * y;\nfloat t1 = t0 + 1.0;\n= t1"));
    }
    void sharedPartsAreWrittenOnce()
    {
        Expression e = Expression::variable(0);
        for (int i = 0; i < 200; ++i) e = e * e + Expression::variable(1); // 2^200 nodes if written out
        const GlslCode code = printGlsl(std::span(&e, 1), names, "t");
        QCOMPARE(std::count(code.statements.begin(), code.statements.end(), '\n'), ptrdiff_t(400));
    }
    void conditionsStayConditionsAndBecomeNumbersWhereOneIsWanted()
    {
        QCOMPARE(line("where(x < y, x, -2*y)"),
                 QString("bool t0 = x < y;\nfloat t1 = (-2.0) * y;\nfloat t2 = t0 ? x : t1;\n= t2"));
        QCOMPARE(line("(x < y)*x"), QString("bool t0 = x < y;\nfloat t1 = float(t0) * x;\n= t1"));
        QCOMPARE(line("x < y"), QString("bool t0 = x < y;\n= float(t0)"));
    }
    void numbersAreFloats()
    {
        QCOMPARE(line("1e-20"), QString("= 1e-20"));
        QCOMPARE(line("-inf"), QString("= (-AXO_INFINITY)"));
        QCOMPARE(line("0.1"), QString("= 0.1"));
    }
    void everyPrimitiveHasText()
    {
        for (const Function& f : functions())
            if (f.definition.empty()) QVERIFY2(!f.glsl.empty(), f.name.data());
    }
};

QTEST_APPLESS_MAIN(TestGlsl)
#include "test_glsl.moc"
