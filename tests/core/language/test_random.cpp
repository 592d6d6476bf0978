#include "core/language/random.h"

#include <QTest>

#include <vector>

using namespace core::language;

class TestRandom : public QObject
{
    Q_OBJECT

private slots:
    /// tests/kat_vectors of the Random123 distribution, lines "philox4x32 10".
    void knownAnswers()
    {
        using Words = std::array<uint32_t, 4>;
        QCOMPARE(philox({0, 0}, {0, 0, 0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
        QCOMPARE(philox({~0u, ~0u}, {~0u, ~0u, ~0u, ~0u}),
                 (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
        QCOMPARE(philox({0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
                 (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    }

    void everyElementIsAFunctionOfItsPlace()
    {
        constexpr uint64_t seed = 0x123456789abcdef0;
        for (const uint64_t first : {uint64_t(0), uint64_t(3), uint64_t(61), (uint64_t(1) << 34) - 7})
            for (const int64_t n : {1, 2, 63, 64, 65, 1000}) {
                std::vector<float> out(size_t(n) + 1, -1.0f);
                fillUniform(out.data(), seed, 5, 9, first, n);
                for (int64_t i = 0; i < n; ++i) {
                    const uint64_t e = first + uint64_t(i), block = e / 4;
                    const auto words = philox({uint32_t(seed), uint32_t(seed >> 32)},
                                              {uint32_t(block), uint32_t(block >> 32), 5, 9});
                    QCOMPARE(out[size_t(i)], uniform(words[e % 4]));
                }
                QCOMPARE(out.back(), -1.0f);
            }
    }

    void uniformIsOpenAtBothEnds()
    {
        QCOMPARE(uniform(0), 0x1p-25f);
        QVERIFY(uniform(~0u) < 1.0f);
        QCOMPARE(uniform(0x80000000), 0.5f);
    }

    /// Mean 1/2 and variance 1/12 within five standard errors of 10^6 numbers.
    void momentsOfTheUniformDistribution()
    {
        std::vector<float> x(1'000'000);
        fillUniform(x.data(), 1, 0, 0, 0, int64_t(x.size()));
        double sum = 0, squares = 0;
        for (float v : x) sum += v, squares += double(v) * v;
        const double n = double(x.size()), mean = sum / n;
        QVERIFY(std::abs(mean - 0.5) < 5 * std::sqrt(1 / 12.0 / n));
        QVERIFY(std::abs(squares / n - mean * mean - 1 / 12.0) < 5 * std::sqrt(1 / 180.0 / n));
    }
};

QTEST_APPLESS_MAIN(TestRandom)
#include "test_random.moc"
