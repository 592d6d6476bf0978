// The ways to contract: tiles of three sizes, subgroups, operands made narrow, cooperative matrices.
#include "core/backend/vulkan/compiler.h"
#include "core/backend/vulkan/source.h"
#include "core/ops/build.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/ops/cases.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

#include <atomic>
#include <cstring>
#include <thread>

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

/// A driver with cooperative matrices.
struct {
    Api real;
    bool khronos = false, nvidia = false;
    uint32_t size = 0;
    PFN_vkEnumerateDeviceExtensionProperties extensions = nullptr;
} pretended;

template<class Kind> VkResult VKAPI_CALL listMatrices(VkPhysicalDevice, uint32_t* count, Kind* kinds)
{
    *count = 1;
    if (!kinds) return VK_SUCCESS;
    kinds->MSize = kinds->NSize = kinds->KSize = pretended.size;
    kinds->AType = kinds->BType = VK_COMPONENT_TYPE_FLOAT16_NV;
    kinds->CType = VK_COMPONENT_TYPE_FLOAT32_NV;
    if constexpr (std::is_same_v<Kind, VkCooperativeMatrixPropertiesKHR>)
        kinds->ResultType = VK_COMPONENT_TYPE_FLOAT32_NV;
    else
        kinds->DType = VK_COMPONENT_TYPE_FLOAT32_NV;
    kinds->scope = VK_SCOPE_SUBGROUP_NV;
    return VK_SUCCESS;
}

VkResult VKAPI_CALL listExtensions(VkPhysicalDevice device, const char* layer, uint32_t* count,
                                   VkExtensionProperties* found)
{
    uint32_t real = 0;
    pretended.extensions(device, layer, &real, nullptr);
    std::vector<VkExtensionProperties> all(real);
    pretended.extensions(device, layer, &real, all.data());
    const auto add = [&](const char* name) {
        std::strncpy(all.emplace_back().extensionName, name, VK_MAX_EXTENSION_NAME_SIZE - 1);
    };
    if (pretended.khronos) add(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
    if (pretended.nvidia) add(VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME);
    if (found) std::copy(all.begin(), all.end(), found);
    *count = uint32_t(all.size());
    return VK_SUCCESS;
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
    void cleanup() { validated::expectSilence(); }
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
            const QDeadlineTimer patience(200'000); // shaders are compiled beside it
            while (found().isEmpty() && !patience.hasExpired()) {
                losses.push_back(run.step());
                QTest::qSleep(2); // the fewer steps there are to be repeated
            }
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

    /// Every way is measured three times, or as often as there is time for; in tests, never.
    void theTunerKeepsItsLimits_data()
    {
        QTest::addColumn<int>("tune");
        QTest::addColumn<int>("milliseconds");
        QTest::newRow("as usual") << int(Options::Tune::Always) << 1'000'000;
        QTest::newRow("no time") << int(Options::Tune::Always) << 0;
        QTest::newRow("off") << int(Options().tune) << 1'000'000;
        QTest::newRow("a processor") << int(Options::Tune::GraphicsProcessors) << 1'000'000;
    }
    void theTunerKeepsItsLimits()
    {
        QFETCH(int, tune);
        QFETCH(int, milliseconds);
        QTemporaryDir folder;
        Options measuring = with(1, 0);
        measuring.tune = Options::Tune(tune);
        measuring.tuneAtMost = std::chrono::milliseconds(milliseconds);
        measuring.cacheFolder = folder.path().toStdString();
        static Api real;
        static int measured;
        static std::atomic<int> pipelines;
        measured = pipelines = 0;
        measuring.alterDevice = [](Api& api) {
            real = api;
            api.GetQueryPoolResults = [](VkDevice device, VkQueryPool pool, uint32_t first, uint32_t count,
                                         size_t size, void* data, VkDeviceSize stride,
                                         VkQueryResultFlags flags) -> VkResult {
                const VkResult result =
                    real.GetQueryPoolResults(device, pool, first, count, size, data, stride, flags);
                measured += result == VK_SUCCESS;
                return result;
            };
            api.CreateComputePipelines = [](VkDevice device, VkPipelineCache cache, uint32_t count,
                                            const VkComputePipelineCreateInfo* info,
                                            const VkAllocationCallbacks* own, VkPipeline* made) -> VkResult {
                ++pipelines;
                return real.CreateComputePipelines(device, cache, count, info, own, made);
            };
        };
        const auto found = [&] { return !QDir(folder.path()).entryInfoList({"ways-*"}).isEmpty(); };
        {
            const auto backend = makeVulkan("cpu", measuring);
            Run run = shared::runOf(shared::network("digits", 32), *backend);
            const bool tunes = Options::Tune(tune) == Options::Tune::Always;
            const QDeadlineTimer patience(200'000);
            for (int i = 0; tunes ? !found() && !patience.hasExpired() : i < 50; ++i) {
                run.step();
                QTest::qSleep(tunes ? 2 : 0);
            }
            QCOMPARE(found(), tunes);
            if (!tunes) QCOMPARE(measured, 0);
            if (tunes && milliseconds == 0) QCOMPARE(measured, 1);
            if (tunes && milliseconds > 0)
                QVERIFY(measured % 3 == 0 && measured >= 3 * 3 && measured <= 3 * 5);
            QVERIFY2(pipelines < 100, qPrintable(QString::number(pipelines)));
        }
        real = Api();
    }

    /// Variants that a driver takes its time for keep no step waiting.
    void stepsGoOnWhileVariantsAreCompiled()
    {
        QTemporaryDir folder;
        Options measuring = with(1, 0);
        measuring.tune = Options::Tune::Always;
        measuring.cacheFolder = folder.path().toStdString();
        static Api real;
        static std::thread::id trains;
        static std::atomic<bool> slow, begun;
        trains = std::this_thread::get_id();
        slow = true;
        begun = false;
        measuring.alterDevice = [](Api& api) {
            real = api;
            api.CreateComputePipelines = [](VkDevice device, VkPipelineCache cache, uint32_t count,
                                            const VkComputePipelineCreateInfo* info,
                                            const VkAllocationCallbacks* own, VkPipeline* made) -> VkResult {
                if (std::this_thread::get_id() != trains) {
                    begun = true;
                    while (slow) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
                return real.CreateComputePipelines(device, cache, count, info, own, made);
            };
        };
        Document document = shared::network("digits", 32);
        document.train.clip = 1e6; // else gradients are looked for in the first step, by another program
        {
            const auto backend = makeVulkan("cpu", measuring);
            Run run = shared::runOf(document, *backend), usual = shared::runOf(document, *m_usual);
            const auto release = qScopeGuard([] { slow = false; });
            QTRY_VERIFY_WITH_TIMEOUT(begun, 60'000);
            const std::vector<float> losses = shared::losses(run, 30);
            QVERIFY(slow); // still
            QCOMPARE(losses, shared::losses(usual, 30));
        }
        real = Api();
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

    /// A driver that says so is believed; one whose matrices are of other kinds is not.
    void cooperativeMatricesAreFound_data()
    {
        QTest::addColumn<bool>("khronos");
        QTest::addColumn<bool>("nvidia");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("expected");
        QTest::newRow("both") << true << true << 16 << int(Matrices::Khronos);
        QTest::newRow("KHR") << true << false << 16 << int(Matrices::Khronos);
        QTest::newRow("NV") << false << true << 16 << int(Matrices::Nvidia);
        QTest::newRow("other sizes") << true << true << 8 << int(Matrices::None);
        QTest::newRow("none") << false << false << 16 << int(Matrices::None);
    }
    void cooperativeMatricesAreFound()
    {
        QFETCH(bool, khronos);
        QFETCH(bool, nvidia);
        QFETCH(int, size);
        QFETCH(int, expected);
        pretended = {validated::options(false).api, khronos, nvidia, uint32_t(size)};
        Options options = validated::options(false);
        options.api.getInstanceProcAddr = [](VkInstance instance, const char* name) {
            const std::string_view wanted(name);
            if (wanted == "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR")
                return PFN_vkVoidFunction(listMatrices<VkCooperativeMatrixPropertiesKHR>);
            if (wanted == "vkGetPhysicalDeviceCooperativeMatrixPropertiesNV")
                return PFN_vkVoidFunction(listMatrices<VkCooperativeMatrixPropertiesNV>);
            const PFN_vkVoidFunction found = pretended.real.getInstanceProcAddr(instance, name);
            if (wanted == "vkEnumerateDeviceExtensionProperties") {
                pretended.extensions = PFN_vkEnumerateDeviceExtensionProperties(found);
                return PFN_vkVoidFunction(listExtensions);
            }
            return found;
        };
        const Instance instance(options);
        const DeviceFacts& facts = instance.devices()[instance.choose("cpu")];
        pretended = {};
        if (!facts.float16) QSKIP("no f16 here");
        QCOMPARE(int(facts.cooperative), expected);
    }

    /// What is made of a contraction, by its size and by what the device can do.
    void waysAreAsShapeAndDeviceAllow()
    {
        DeviceFacts facts;
        facts.maxInvocations = 1024;
        facts.sharedBytes = 32768;
        facts.maxGroups = 65535;
        facts.maxBindings = 16;
        const auto ways = [&](int64_t m, int64_t n, int64_t k) {
            Program program; // both operands lie the other way round, and a formula follows
            const ValueId a = build::input(program, "a", {Element::Real, {{"k", k}, {"m", m}}});
            const ValueId b = build::input(program, "b", {Element::Real, {{"n", n}, {"k", k}}});
            const ValueId c = build::contract(program, a, b, {"k"});
            program.results = {{"c", build::formula(program, "tanh(a)", {c})}};
            const Plan plan = makePlan(program);
            if (plan.kernels.size() != 1) qFatal("operands are copied, or the formula is apart");
            return contractionVariants(plan.kernels[0], plan, facts);
        };
        const auto tiles = [](const std::vector<Shader>& all) {
            std::vector<uint32_t> sizes;
            for (const Shader& way : all) sizes.push_back(way.constants[1]);
            std::sort(sizes.begin(), sizes.end());
            return sizes;
        };
        const auto handsRound = [](const Shader& way) {
            return way.text.find("subgroupShuffle(a[i], from)") != std::string::npos;
        };
        const std::vector<Shader> square = ways(512, 512, 512), edges = ways(500, 510, 512);
        QCOMPARE(tiles(square), (std::vector<uint32_t>{16, 32, 64}));
        QVERIFY(square[0].constants[6] == 1 && edges[0].constants[6] == 0); // aligned, or with edges
        QVERIFY(square[0].partials == 0 && square[0].groups[2] == 1);
        const std::vector<Shader> deep = ways(16, 32, 4096); // few elements, long sums: divided
        QVERIFY(deep[0].partials > 0 && deep[0].groups[2] > 8);
        QVERIFY(std::none_of(square.begin(), square.end(), handsRound));
        facts.subgroupShuffle = true;
        facts.subgroupSize = facts.subgroupLanes = 32;
        QVERIFY(handsRound(ways(512, 512, 512)[0]));
        QCOMPARE(ways(512, 512, 512).size(), square.size() + 1);
        facts.sharedBytes = 4000; // the largest tiles do not fit
        facts.subgroupLanes = 0;
        QCOMPARE(tiles(ways(512, 512, 512)), (std::vector<uint32_t>{16}));
    }

    /// No device here has them: what can be known is that the shader is right by the rules of SPIR-V.
    void cooperativeMatricesAreValid_data()
    {
        QTest::addColumn<int>("matrices");
        QTest::newRow("NV") << int(Matrices::Nvidia);
        QTest::newRow("KHR") << int(Matrices::Khronos);
    }
    void cooperativeMatricesAreValid()
    {
        QFETCH(int, matrices);
        const bool khronos = Matrices(matrices) == Matrices::Khronos;
        const QString validator = QStandardPaths::findExecutable("spirv-val");
        if (validator.isEmpty()) QSKIP("spirv-val is not installed");
        DeviceFacts facts;
        facts.cooperative = Matrices(matrices);
        facts.subgroupShuffle = true;
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
        // Types of a, b and sums by their use, and what they are loaded, multiplied and stored by.
        std::map<uint32_t, int> found;
        for (size_t at = 5; at < spirv.size(); at += spirv[at] >> 16) ++found[spirv[at] & 0xFFFF];
        const uint32_t first = khronos ? 4456 : 5358, other = khronos ? 5358 : 4456;
        QCOMPARE(found[first], khronos ? 3 : 2);
        QVERIFY(found[first + 1] == 2 && found[first + 2] == 1 && found[first + 3] == 1);
        for (uint32_t i = 0; i < 4; ++i) QCOMPARE(found[other + i], 0);
        file.write(reinterpret_cast<const char*>(spirv.data()), qint64(spirv.size() * 4));
        file.close();
        QProcess process;
        process.start(validator, {"--target-env", "vulkan1.2", file.fileName()});
        QVERIFY(process.waitForFinished(20'000));
        const QByteArray verdict = process.readAllStandardError();
        if (khronos && verdict.contains("Invalid capability operand: 6022"))
            QSKIP("this spirv-val does not know them yet");
        QVERIFY2(process.exitCode() == 0, verdict);
    }
};

QTEST_GUILESS_MAIN(TestContraction)
#include "test_contraction.moc"
