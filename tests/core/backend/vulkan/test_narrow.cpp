// Arrays between kernels in 16 bits: half the memory and traffic, sums in full.
#include "core/backend/vulkan/vulkan.h"
#include "core/ops/build.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/ops/cases.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace core;
using namespace core::vulkan;

namespace
{

/// What one rounding is off by at most, relative to the number.
struct Format {
    Precision precision;
    const char* name;
    double unit;
};
constexpr Format formats[] = {{Precision::Half, "f16", 0x1p-11}, {Precision::BFloat, "bf16", 0x1p-8}};

/// One array is stored, then sorted, surrounded and picked from.
Program moving()
{
    Program p;
    const ValueId x = build::input(p, "x", {Element::Real, {{"a", 12}, {"b", 16}}});
    const ValueId index = build::input(p, "index", {Element::Integer, {{"n", 9}}});
    const ValueId total = build::sum(p, x, {"b"});
    const ValueId stored = build::formula(p, "a/(2 + abs(b))", {x, total});
    const ValueId sorted = build::sort(p, build::concat(p, {stored, stored}, "a"), "b");
    const ValueId picked = build::gather(p, build::pad(p, sorted, "b", 1, 2), index, "a");
    p.results = {{"y", build::formula(p, "2*a", {picked})}};
    return p;
}

} // namespace

class TestNarrow : public QObject
{
    Q_OBJECT

    std::unique_ptr<Backend> m_usual, m_narrow[2];

    void addFormats()
    {
        QTest::addColumn<int>("format");
        for (int i = 0; i < 2; ++i) QTest::newRow(formats[i].name) << i;
    }

private slots:
    void initTestCase()
    {
        try {
            for (int i = 0; i < 2; ++i) {
                Options options = validated::options(true);
                options.precision = formats[i].precision;
                if (!Device(options, "cpu").facts().storage16) QSKIP("no arrays of 16 bits here");
                m_narrow[i] = makeVulkan("cpu", options);
            }
            m_usual = makeVulkan("cpu", validated::options(true));
        } catch (const Error& error) {
            QSKIP(("no Vulkan with validation here: " + error.text()).c_str());
        }
    }
    void cleanup() { validated::expectSilence(); }
    void cleanupTestCase()
    {
        m_usual.reset();
        for (auto& backend : m_narrow) backend.reset();
    }

    /// Half the arena, but for what stays in full; fewer bytes moved.
    void arraysTakeHalfTheMemory_data() { addFormats(); }
    void arraysTakeHalfTheMemory()
    {
        QFETCH(int, format);
        Document document = core::preset("digits-transformer");
        document.train.batch = 16;
        const Cost full = shared::runOf(document, *m_usual).cost(),
                   half = shared::runOf(document, *m_narrow[format]).cost();
        qInfo("arena %lld of %lld, moved %lld of %lld", (long long)half.arenaBytes,
              (long long)full.arenaBytes, (long long)half.bytesMoved, (long long)full.bytesMoved);
        QVERIFY(double(half.arenaBytes) < 0.6 * double(full.arenaBytes));
        QVERIFY(double(half.bytesMoved) < 0.75 * double(full.bytesMoved));
        QCOMPARE(half.kernels, full.kernels);
    }

    void whatIsStoredIsRoundedAndMovedWithoutLoss_data() { addFormats(); }
    void whatIsStoredIsRoundedAndMovedWithoutLoss()
    {
        QFETCH(int, format);
        const Program program = moving();
        draw::Generator generator{3};
        std::map<std::string, Tensor> sources{
            {"x", draw::tensor(generator, {Element::Real, {{"a", 12}, {"b", 16}}}, -2, 2)},
            {"index", draw::tensor(generator, {Element::Integer, {{"n", 9}}}, 0, 0, 24)}};
        const Tensor expected = interpret(program, sources)[size_t(program.results[0].value)];
        const std::vector<float> got = cases::run(*m_narrow[format], program, sources);
        double worst = 0;
        for (size_t i = 0; i < got.size(); ++i)
            worst = std::max(worst, std::abs(double(got[i]) - expected.data[i]) /
                                        (formats[format].unit * std::max(std::abs(expected.data[i]), 1e-4)));
        QVERIFY2(worst < 1.01 + 1e-6 / formats[format].unit, qPrintable(QString::number(worst)));
        QVERIFY2(worst > 0.1, "nothing was rounded");
    }

    /// What adds up stored numbers, and stores sums again: one rounding each, of sums of magnitudes.
    void sumsOfWhatIsStoredAreInFull_data() { addFormats(); }
    void sumsOfWhatIsStoredAreInFull()
    {
        QFETCH(int, format);
        Program p;
        const ValueId x = build::input(p, "x", {Element::Real, {{"a", 12}, {"b", 16}}});
        const ValueId index = build::input(p, "index", {Element::Integer, {{"a", 12}}});
        const ValueId stored = build::formula(p, "a*b", {x, build::max(p, x, {"b"})});
        const ValueId windows = build::window(p, stored, "b", "b", "k", 3, 2);
        const ValueId folded = build::fold(p, build::formula(p, "2*a", {windows}), "b", "k", "b", 16, 2);
        const ValueId scattered = build::scatter(p, folded, index, "c", 4);
        const ValueId scanned = build::associativeScan(p, build::scalar(p, 1), scattered, "b");
        const ValueId joined = build::contract(p, scanned, stored, {"b"});
        p.results = {{"y", build::formula(p, "a + 1", {joined})}};
        draw::Generator generator{4};
        std::map<std::string, Tensor> sources{
            {"x", draw::tensor(generator, {Element::Real, {{"a", 12}, {"b", 16}}}, -2, 2)},
            {"index", draw::tensor(generator, {Element::Integer, {{"a", 12}}}, 0, 0, 4)}};
        const size_t value = size_t(p.results[0].value);
        const Tensor expected = interpret(p, sources)[value];
        const std::vector<float> got = cases::run(*m_narrow[format], p, sources);
        for (double& element : sources.at("x").data) element = std::abs(element);
        const Tensor magnitude = interpret(p, sources)[value];
        double worst = 0;
        for (size_t i = 0; i < got.size(); ++i)
            worst = std::max(worst, std::abs(double(got[i]) - expected.data[i]) /
                                        (formats[format].unit * magnitude.data[i]));
        QVERIFY2(worst < 8, qPrintable(QString::number(worst))); // arrays between x and y
        QVERIFY2(worst > 0.001, "nothing was rounded");
    }

    /// Losses of training within a hundredth of the first one (f16) or three (bf16), and falling.
    void trainsAlmostAsInFull_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<QString>("preset");
        QTest::addColumn<double>("within");
        QTest::newRow("f16 mlp") << 0 << "digits-mlp" << 0.01;
        QTest::newRow("bf16 mlp") << 1 << "digits-mlp" << 0.03;
        QTest::newRow("f16 transformer") << 0 << "digits-transformer" << 0.01;
        QTest::newRow("bf16 transformer") << 1 << "digits-transformer" << 0.03;
    }
    void trainsAlmostAsInFull()
    {
        QFETCH(int, format);
        QFETCH(QString, preset);
        QFETCH(double, within);
        Document document = core::preset(preset.toStdString());
        document.train.batch = 16;
        const int steps = preset == "digits-mlp" ? 50 : 5;
        const auto cpu = makeBackend("cpu:1");
        Run run = shared::runOf(document, *m_narrow[format]), full = shared::runOf(document, *cpu);
        const std::vector<float> losses = shared::losses(run, steps), expected = shared::losses(full, steps);
        double worst = 0;
        for (size_t i = 0; i < losses.size(); ++i)
            worst = std::max(worst, std::abs(double(losses[i] - expected[i])) / double(expected[0]));
        qInfo("%.2g of the first loss", worst);
        QVERIFY2(worst < within, qPrintable(QString::number(worst)));
        QVERIFY2(worst > 0, "nothing was rounded");
        QVERIFY(losses.back() < losses.front());
    }
};

QTEST_GUILESS_MAIN(TestNarrow)
#include "test_narrow.moc"
