// The ways to contract: tiles of three sizes, subgroups, operands made narrow, cooperative matrices.
#include "core/backend/vulkan/compiler.h"
#include "core/backend/vulkan/source.h"
#include "core/ops/build.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/ops/cases.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace core;
using namespace core::vulkan;

namespace
{

struct Shape {
    int64_t m, n, k, batch;
};
const Shape shapes[] = {{16, 64, 32, 1}, {64, 64, 48, 1}, {33, 65, 17, 1}, {20, 35, 70, 3}, {3, 40, 1000, 1}};

Sample sampleOf(const Shape& shape)
{
    Sample sample;
    Type a{Element::Real, {{"m", shape.m}, {"k", shape.k}}},
        b{Element::Real, {{"k", shape.k}, {"n", shape.n}}};
    if (shape.batch > 1) a.axes.push_back({"batch", shape.batch}), b.axes.push_back({"batch", shape.batch});
    sample.inputs = {a, b};
    sample.attributes.axes = {"k"};
    return sample;
}

/// A product, and its row sums through softmax, so that rows are handed round as well.
std::vector<float> resultOf(Backend& backend, const Shape& shape)
{
    cases::Case made = cases::makeCase(*findOp("contract"), sampleOf(shape), 3);
    Program& p = made.program;
    const ValueId bent = build::formula(p, "tanh(a/9)", {made.value});
    const ValueId top = build::max(p, bent, {"n"}), sum = build::sum(p, bent, {"n"});
    p.results = {{"y", build::formula(p, "a - b + c/7", {bent, top, sum})}};
    return cases::run(backend, p, made.sources);
}

} // namespace

class TestContraction : public QObject
{
    Q_OBJECT

    std::unique_ptr<Backend> m_usual;

    static Options with(int leastLanes, size_t way, Precision precision = Precision::Single)
    {
        Options options = validated::options(true);
        options.leastLanes = leastLanes;
        options.way = way;
        options.precision = precision;
        return options;
    }

private slots:
    void initTestCase()
    {
        try {
            m_usual = makeVulkan("cpu", with(1000, 0));
        } catch (const Error& error) {
            QSKIP(("no Vulkan with validation here: " + error.text()).c_str());
        }
    }
    void cleanup()
    {
        for (const std::string& message : validated::messages()) qWarning("%s", message.c_str());
        const bool clean = validated::messages().empty();
        validated::messages().clear();
        QVERIFY2(clean, "the validation layer has something to say");
    }
    void cleanupTestCase() { m_usual.reset(); }

    void allWaysGiveTheSameBits_data()
    {
        QTest::addColumn<int>("lanes");
        QTest::addColumn<int>("way");
        QTest::newRow("other tiles") << 1000 << 1;
        QTest::newRow("tiles that are left") << 1000 << 2;
        QTest::newRow("subgroups where they are wanted") << 1 << 0;
        QTest::newRow("subgroups where they are possible") << 1 << 3;
    }
    void allWaysGiveTheSameBits()
    {
        QFETCH(int, lanes);
        QFETCH(int, way);
        const auto other = makeVulkan("cpu", with(lanes, size_t(way)));
        for (const Shape& shape : shapes) {
            const std::vector<float> expected = resultOf(*m_usual, shape);
            QVERIFY(std::abs(expected[0]) > 0);
            QVERIFY2(resultOf(*other, shape) == expected,
                     qPrintable(QString("%1 x %2 x %3").arg(shape.m).arg(shape.n).arg(shape.k)));
        }
    }

    /// While it is found out which way is fastest, and with what was found, a run goes on as it would have.
    void measuringChangesNoBits()
    {
        QTemporaryDir folder;
        Options measuring = with(1, 0);
        measuring.tune = Options::Tune::Always;
        measuring.cacheFolder = folder.path().toStdString();
        const auto found = [&] { return QDir(folder.path()).entryInfoList({"ways-*"}, QDir::Files); };
        std::vector<float> losses;
        {
            const auto backend = makeVulkan("cpu", measuring);
            Run run = shared::runOf(shared::network("digits", 32), *backend);
            for (int i = 0; i < 3000 && found().isEmpty(); ++i) losses.push_back(run.step());
            for (int i = 0; i < 5; ++i) losses.push_back(run.step()); // in the way that was found
        }
        QCOMPARE(found().size(), qsizetype(1));
        const QDateTime when = found()[0].lastModified();
        const qint64 size = found()[0].size();
        QVERIFY(size > 0);

        const auto knowing = makeVulkan("cpu", measuring);
        Run again = shared::runOf(shared::network("digits", 32), *knowing);
        Run usual = shared::runOf(shared::network("digits", 32), *m_usual);
        for (size_t i = 0; i < losses.size(); ++i) {
            const float expected = usual.step();
            QCOMPARE(losses[i], expected);
            if (i < 40) QCOMPARE(again.step(), expected);
        }
        QCOMPARE(found()[0].lastModified(), when); // nothing was left to be measured
        QCOMPARE(found()[0].size(), size);
    }

    /// Whole numbers are exact however narrow; others are off by as much as one rounding of each operand.
    void narrowOperandsAreRoundedOnceAndAddedInFull_data()
    {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("unit");
        QTest::newRow("f16") << int(Precision::Half) << 0x1p-11;
        QTest::newRow("bf16") << int(Precision::BFloat) << 0x1p-8;
    }
    void narrowOperandsAreRoundedOnceAndAddedInFull()
    {
        QFETCH(int, precision);
        QFETCH(double, unit);
        const auto narrow = makeVulkan("cpu", with(1, 0, Precision(precision)));
        for (const Shape& shape : shapes) {
            const std::string what =
                cases::disagreement(*narrow, *findOp("contract"), sampleOf(shape), false, true);
            QVERIFY2(what.empty(), what.c_str());

            cases::Case made = cases::makeCase(*findOp("contract"), sampleOf(shape), 3);
            made.program.results = {{"y", made.value}};
            const std::vector<float> got = cases::run(*narrow, made.program, made.sources);
            const Tensor expected = interpret(made.program, made.sources)[size_t(made.value)];
            auto sizes = made.sources;
            for (auto& [name, tensor] : sizes)
                for (double& value : tensor.data) value = std::abs(value);
            const Tensor magnitude = interpret(made.program, sizes)[size_t(made.value)];
            double worst = 0;
            for (size_t i = 0; i < got.size(); ++i)
                worst =
                    std::max(worst, std::abs(double(got[i]) - expected.data[i]) / (unit * magnitude.data[i]));
            QVERIFY2(worst < 2.1, qPrintable(QString::number(worst)));
            QVERIFY2(worst > 0.01, "nothing was rounded");
        }
    }

    /// No device here has them: what can be known is that the shader is right by the rules of SPIR-V.
    void cooperativeMatricesAreValid()
    {
        const QString validator = QStandardPaths::findExecutable("spirv-val");
        if (validator.isEmpty()) QSKIP("spirv-val is not installed");
        DeviceFacts facts;
        facts.cooperative = facts.subgroupShuffle = true;
        facts.precision = Precision::Half;
        facts.subgroupSize = facts.subgroupLanes = 32;
        facts.maxInvocations = 1024;
        facts.sharedBytes = 32768;
        facts.maxGroups = 65535;
        facts.maxBindings = 16;
        Program program;
        const ValueId a = build::input(program, "a", {Element::Real, {{"m", 80}, {"k", 64}}});
        const ValueId b = build::input(program, "b", {Element::Real, {{"k", 64}, {"n", 50}}});
        program.results = {
            {"c", build::formula(program, "tanh(a)", {build::contract(program, a, b, {"k"})})}};
        const Plan plan = makePlan(program);
        const Shader shader = contractionVariants(plan.kernels[0], plan, facts)[0];
        QVERIFY(shader.text.find("coopMatMulAddNV") != std::string::npos);
        QTemporaryDir folder;
        QFile file(folder.filePath("shader.spv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        Spirv spirv;
        try {
            spirv = Compiler({}, true).compile(shader.text);
        } catch (const Error& error) {
            QFAIL(error.what.c_str());
        }
        file.write(reinterpret_cast<const char*>(spirv.data()), qint64(spirv.size() * 4));
        file.close();
        QProcess process;
        process.start(validator, {"--target-env", "vulkan1.2", file.fileName()});
        QVERIFY(process.waitForFinished(20'000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
    }
};

QTEST_GUILESS_MAIN(TestContraction)
#include "test_contraction.moc"
