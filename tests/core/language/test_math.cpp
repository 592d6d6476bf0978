// shaders/math.glsl as C++: greatest errors against double, whose own are 2^-28 of these, and the special
// values.
#include "core/language/expression.h"
#include "core/language/simd.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <vector>

using namespace core::language;
using simd::Floats;
using simd::lanes;

namespace
{

struct Row {
    const char* name;
    Floats (*function)(Floats);
    double (*truth)(double);
    double bound; ///< as the comment in math.glsl states
};

const Row rows[] = {
    {"exp", [](Floats x) { return simd::axo_exp(x); }, [](double x) { return std::exp(x); }, 1.5},
    {"expm1", [](Floats x) { return simd::axo_expm1(x); }, [](double x) { return std::expm1(x); }, 2},
    {"log", [](Floats x) { return simd::axo_log(x); }, [](double x) { return std::log(x); }, 1.5},
    {"log1p", [](Floats x) { return simd::axo_log1p(x); }, [](double x) { return std::log1p(x); }, 2},
    {"tanh", [](Floats x) { return simd::axo_tanh(x); }, [](double x) { return std::tanh(x); }, 3},
    {"sigmoid", [](Floats x) { return simd::axo_sigmoid(x); },
     [](double x) { return 1 / (1 + std::exp(-x)); }, 2.5},
    {"softplus", [](Floats x) { return simd::axo_softplus(x); },
     [](double x) { return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }, 2.5},
    {"erf", [](Floats x) { return simd::axo_erf(x); }, [](double x) { return std::erf(x); }, 1.5},
    {"sin", [](Floats x) { return simd::axo_sin(x); }, [](double x) { return std::sin(x); }, 3},
    {"cos", [](Floats x) { return simd::axo_cos(x); }, [](double x) { return std::cos(x); }, 3},
};

float one(Floats (*function)(Floats), float x) { return function(simd::splat(x))[0]; }

/// Distance in units of the last place of the true value; below the normal numbers in those of 2^-126.
double errorInUlp(float value, double truth)
{
    int exponent = 0;
    std::frexp(truth, &exponent);
    if (std::fabs(truth) < 0x1p-126) return double(std::fabs(value - truth) / 0x1p-126);
    return double(std::fabs(value - truth) / std::ldexp(1.0, exponent - 24));
}

bool agrees(float value, float truth) { return std::isnan(truth) ? std::isnan(value) : value == truth; }

} // namespace

class TestMath : public QObject
{
    Q_OBJECT

private slots:
    void errorsStayBelowTheStatedBounds_data()
    {
        QTest::addColumn<int>("row");
        for (size_t i = 0; i < std::size(rows); ++i) QTest::newRow(rows[i].name) << int(i);
    }

    /// Every 4201st of all floats (1.02 million a function, 10.2 million in all), of both signs and every
    /// exponent.
    void errorsStayBelowTheStatedBounds()
    {
        QFETCH(int, row);
        const Row& r = rows[row];
        constexpr uint64_t step = 4201;
        double worst = 0;
        float at = 0;
        for (uint64_t bits = 0; bits + lanes * step < (uint64_t(1) << 32); bits += lanes * step) {
            Floats x{};
            for (int lane = 0; lane < lanes; ++lane)
                x[lane] = std::bit_cast<float>(uint32_t(bits + uint64_t(lane) * step));
            const Floats y = r.function(x);
            for (int lane = 0; lane < lanes; ++lane) {
                const double truth = r.truth(x[lane]);
                const float nearest = float(truth);
                if (!std::isfinite(nearest)) {
                    if (!agrees(y[lane], nearest))
                        QFAIL(qPrintable(QString("at %1: %2").arg(x[lane]).arg(y[lane])));
                    continue;
                }
                const double error = errorInUlp(y[lane], truth);
                if (!(error <= worst)) worst = error, at = x[lane];
            }
        }
        qInfo("%-8s greatest error %.2f ulp at %.9g", r.name, worst, double(at));
        QVERIFY(worst <= r.bound);
    }

    void specialValues()
    {
        const float inf = INFINITY, nan = NAN, least = 1e-45f;
        for (const Row& r : rows)
            for (float x : {0.0f, -0.0f, inf, -inf, nan, least, -least, 1.0f, -1.0f, 3e38f, -3e38f, 1e-38f})
                if (const float want = float(r.truth(x));
                    std::fabs(want) >= 0x1p-126f || !std::isfinite(want) || want == 0) {
                    const float got = one(r.function, x);
                    const bool close =
                        agrees(got, want) || (std::isfinite(want) && errorInUlp(got, r.truth(x)) <= r.bound);
                    QVERIFY2(
                        close,
                        qPrintable(QString("%1(%2) = %3, not %4").arg(r.name).arg(x).arg(got).arg(want)));
                }
        for (float x : {9.5f, 20.0f, 1e30f, inf}) QCOMPARE(one(rows[4].function, x), 1.0f);
    }

    void oddFunctionsAreExactlyOdd()
    {
        for (const Row& r : {rows[4], rows[7], rows[8]})
            for (float x = 1e-8f; x < 1e6f; x *= 1.37f) QCOMPARE(one(r.function, -x), -one(r.function, x));
    }

    void powerOfNegativeBases()
    {
        const auto power = [](float a, float b) { return simd::axo_pow(simd::splat(a), simd::splat(b))[0]; };
        QVERIFY(std::fabs(power(-2, 3) + 8) < 1e-5f);
        QVERIFY(std::fabs(power(-2, 4) - 16) < 1e-5f);
        QVERIFY(std::isnan(power(-2, 0.5f)));
        QCOMPARE(power(0, 0), 1.0f);
        QCOMPARE(power(0, 2), 0.0f);
        QCOMPARE(power(0, -1), INFINITY);
    }
};

QTEST_APPLESS_MAIN(TestMath)
#include "test_math.moc"
