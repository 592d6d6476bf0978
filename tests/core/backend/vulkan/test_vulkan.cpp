// The vulkan backend on a driver that computes on the processor, under the validation layer. AXO_PROGRAMS:
// how many random programs.
#include "core/backend/vulkan/executable.h"
#include "core/trainers/session.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/ops/cases.h"
#include "tests/core/program/differences.h"
#include "tests/core/program/randomprogram.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace core;
using namespace core::vulkan;
using validated::messages, validated::options;

namespace
{

/// Losses step by step.
struct Comparison {
    std::vector<float> losses, expected;
};

Comparison compare(Backend& backend, const Document& document, int steps)
{
    const auto cpu = makeBackend("cpu:1");
    Run run = shared::runOf(document, backend), other = shared::runOf(document, *cpu);
    return {shared::losses(run, steps), shared::losses(other, steps)};
}

} // namespace

class TestVulkan : public QObject
{
    Q_OBJECT

    std::unique_ptr<Backend> m_backend;
    bool m_validates = false;

private slots:
    void initTestCase()
    {
        std::string why;
        m_backend = validated::backend(m_validates, why);
        if (!m_backend) QSKIP(("no Vulkan here: " + why).c_str());
        if (!m_validates) qInfo("no validation layer: %s", why.c_str());
    }

    void cleanup() { validated::expectSilence(); }
    void cleanupTestCase() { m_backend.reset(); }

    void theValidationLayerListens()
    {
        if (!m_validates) QSKIP("there is no validation layer");
        const auto device = std::make_shared<Device>(options(true), "cpu");
        const VkBufferCreateInfo nothing{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                         .usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT};
        VkBuffer buffer = VK_NULL_HANDLE;
        device->api().CreateBuffer(device->handle(), &nothing, nullptr, &buffer);
        device->api().DestroyBuffer(device->handle(), buffer, nullptr);
        QVERIFY(!messages().empty());
        messages().clear();
    }

    void opsAgree_data()
    {
        QTest::addColumn<int>("op");
        QTest::addColumn<int>("sample");
        for (size_t i = 0; i < allOps().size(); ++i)
            for (size_t k = 0; k < allOps()[i]->samples().size(); ++k)
                if (allOps()[i]->evaluate)
                    QTest::addRow("%s %d", allOps()[i]->name.data(), int(k)) << int(i) << int(k);
    }
    void opsAgree()
    {
        QFETCH(int, op);
        QFETCH(int, sample);
        const Op& theOp = *allOps()[size_t(op)];
        for (bool reversed : {false, true})
            for (bool whole : {false, true}) {
                std::string what;
                try {
                    what = cases::disagreement(*m_backend, theOp, theOp.samples()[size_t(sample)], reversed,
                                               whole);
                } catch (const Error& error) {
                    what = error.text();
                }
                QVERIFY2(what.empty(), what.c_str());
            }
    }

    void randomProgramsAgree_data()
    {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("end");
        constexpr int together = 25; // a row is not to take minutes
        const int programs = qEnvironmentVariableIsSet("AXO_PROGRAMS")
                                 ? qEnvironmentVariableIntValue("AXO_PROGRAMS")
                                 : together;
        for (int first = 0; first < programs; first += together)
            QTest::addRow("from %d", first) << first << std::min(first + together, programs);
    }
    void randomProgramsAgree()
    {
        QFETCH(int, first);
        QFETCH(int, end);
        for (int seed = first; seed < end; ++seed) {
            draw::ProgramMaker maker(uint64_t(seed) * 7919 + 1);
            const Program program = maker.make(12);
            std::string what;
            try {
                what = draw::differenceOn(*m_backend, program, maker.sources());
            } catch (const Error& error) {
                what = error.text();
            }
            QVERIFY2(what.empty(), (std::to_string(seed) + ": " + what + "\n" + program.text()).c_str());
        }
    }

    /// What the programs above are to try: formulas that a contraction does to its own result.
    void randomProgramsHaveEpilogues()
    {
        int epilogues = 0;
        for (int seed = 0; seed < 100; ++seed) {
            draw::ProgramMaker maker(uint64_t(seed) * 7919 + 1);
            const Plan plan = makePlan(maker.make(12));
            for (const PlanKernel& kernel : plan.kernels)
                epilogues += kernel.kind == PlanKernel::Kind::Contraction && !kernel.members.empty();
        }
        QVERIFY2(epilogues > 20, qPrintable(QString::number(epilogues)));
    }

    /// Long sums are divided among workgroups, tiles have rests.
    void contractionsOfAllSizesAgree_data()
    {
        QTest::addColumn<int>("m");
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("k");
        for (const auto& [m, n, k] : {std::array{1, 1, 1},
                                      {5, 7, 3},
                                      {16, 16, 16},
                                      {64, 64, 64},
                                      {33, 65, 17},
                                      {3, 5, 1000},
                                      {300, 257, 20},
                                      {1, 64, 64}})
            QTest::addRow("%d x %d x %d", m, n, k) << m << n << k;
    }
    void contractionsOfAllSizesAgree()
    {
        QFETCH(int, m);
        QFETCH(int, n);
        QFETCH(int, k);
        for (bool batched : {false, true}) {
            Type a{Element::Real, {{"m", m}, {"k", k}}}, b{Element::Real, {{"k", k}, {"n", n}}};
            if (batched && m * n * k > 100000) continue;
            if (batched) a.axes.push_back({"batch", 3}), b.axes.insert(b.axes.begin(), {"batch", 3});
            Sample sample;
            sample.inputs = {a, b};
            sample.attributes.axes = {"k"};
            for (bool whole : {false, true}) {
                const std::string what =
                    cases::disagreement(*m_backend, *findOp("contract"), sample, false, whole);
                QVERIFY2(what.empty(), what.c_str());
            }
        }
    }

    /// Rows shorter and longer than a workgroup, columns of few and of many rows.
    void reductionsOfAllSizesAgree_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const auto& [rows, columns] :
             {std::array{1, 1}, {3, 10}, {70, 300}, {2, 3000}, {20000, 3}, {1, 70000}})
            QTest::addRow("%d x %d", rows, columns) << rows << columns;
    }
    void reductionsOfAllSizesAgree()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        for (const build::Axes& over : {build::Axes{"a"}, build::Axes{"b"}, build::Axes{"a", "b"}})
            for (const char* kind : {"sum", "max"}) {
                Sample sample;
                sample.inputs = {{Element::Real, {{"a", rows}, {"b", columns}}}};
                sample.attributes.axes = over;
                sample.attributes.name = kind;
                for (bool whole : {false, true}) {
                    const std::string what =
                        cases::disagreement(*m_backend, *findOp("reduce"), sample, false, whole);
                    QVERIFY2(what.empty(), what.c_str());
                }
            }
    }

    /// One place of an axis, read backwards, in a kernel whose rows have all places of it.
    void onePlaceOfAnAxisStandsBesideTheWholeAxis()
    {
        Program p;
        const ValueId x = build::input(p, "x", {Element::Real, {{"d", 4}, {"b", 3}}});
        Attributes product;
        product.name = "product";
        product.axes = {"d"};
        const ValueId last = build::slice(p, x, "b", 2, 1, -1);
        p.results = {{"product", p.add(*findOp("reduce"), {x}, product)},
                     {"bent", build::formula(p, "1 - tanh(a)*tanh(a)", {last})}};
        draw::Generator generator{1};
        const std::map<std::string, Tensor> sources{{"x", draw::tensor(generator, p.type(x))}};
        for (const char* name : {"vulkan", "cpu"}) {
            const auto cpu = makeBackend("cpu");
            const std::string what =
                draw::differenceOn(std::string_view(name) == "cpu" ? *cpu : *m_backend, p, sources);
            QVERIFY2(what.empty(), what.c_str());
        }
    }

    void trainsAsTheCpuDoes_data()
    {
        QTest::addColumn<QString>("preset");
        for (const char* name : {"digits-mlp", "digits-mixer", "digits-transformer"})
            QTest::newRow(name) << name;
    }
    void trainsAsTheCpuDoes()
    {
        QFETCH(QString, preset);
        Document document = core::preset(preset.toStdString());
        document.train.batch = 16;
        const int steps = preset == "digits-mlp" ? 50 : 3;
        const Comparison both = compare(*m_backend, document, steps);
        for (int i = 0; i < steps; ++i)
            QVERIFY2(std::abs(both.losses[size_t(i)] - both.expected[size_t(i)]) < 1e-3f,
                     qPrintable(QString("step %1: %2 against %3")
                                    .arg(i)
                                    .arg(both.losses[size_t(i)])
                                    .arg(both.expected[size_t(i)])));
        QVERIFY(both.losses.back() < both.losses.front());
    }

    void theSameRunGivesTheSameBits()
    {
        const Document document = shared::network("digits", 32);
        Run first = shared::runOf(document, *m_backend), second = shared::runOf(document, *m_backend);
        QCOMPARE(shared::losses(first, 20), shared::losses(second, 20));
        for (const std::string& name : first.parameterNames())
            QCOMPARE(first.parameter(name), second.parameter(name));
    }

    void statesAreReadAndWritten()
    {
        const Document document = shared::network("digits", 8);
        Run run = shared::runOf(document, *m_backend);
        const Checkpoint start = run.checkpoint();
        const std::vector<float> once = shared::losses(run, 5);
        run.restore(start);
        QCOMPARE(shared::losses(run, 5), once);
    }

    void stepsTogetherAreThoseOneByOne()
    {
        const Document document = shared::network("digits", 32);
        Run together = shared::runOf(document, *m_backend), single = shared::runOf(document, *m_backend);
        QCOMPARE(together.step(), single.step()); // the first is looked at more closely
        const int64_t before = together.cost().submits;
        const auto losses = together.advance(40);
        QVERIFY(together.cost().submits - before <= 4); // one for ten steps
        QCOMPARE(std::vector<float>(losses.begin(), losses.end()), shared::losses(single, 40));
        QCOMPARE(together.steps(), single.steps());
        for (const std::string& name : single.parameterNames())
            QCOMPARE(together.parameter(name), single.parameter(name));
    }

    void stepsTogetherEndWhereOneFails()
    {
        Document document = shared::spiral();
        document.train = {"sgd", {}, "1e12", 10, 5, 0, 3};
        Run together = shared::runOf(document, *m_backend), single = shared::runOf(document, *m_backend);
        int steps = 0;
        while (std::isfinite(single.step())) QVERIFY(++steps < 30);
        QVERIFY(steps > 0);
        QCOMPARE(int(together.advance(30).size()), steps + 1);
        QCOMPARE(together.steps(), single.steps());
        QVERIFY(together.failure() == single.failure());
        for (const std::string& name : single.parameterNames())
            QCOMPARE(together.parameter(name), single.parameter(name));
    }

    /// What is uploaded for one step is not what the next one finds, though many wait to be submitted.
    void stepsThatWaitKeepTheirInputs()
    {
        Program program;
        const ValueId x = build::input(program, "x", {Element::Real, {}});
        Attributes attributes;
        attributes.name = "total";
        attributes.type = {Element::Real, {}};
        const ValueId total = program.add(*findOp("state"), {}, attributes);
        const ValueId next = build::formula(program, "10*a + b", {total, x});
        program.updates.push_back({total, next});
        program.results.push_back({"next", next});
        const auto memory = m_backend->memory();
        const auto executable = m_backend->compile(program, memory, 1);
        const int64_t before = executable->cost().submits;
        for (float digit : {1.0f, 2.0f, 3.0f, 4.0f}) {
            executable->upload(0, &digit);
            executable->run();
        }
        float result = 0;
        executable->download(0, &result);
        QCOMPARE(result, 1234.0f);
        QCOMPARE(memory->read("total").reals()[0], 1234.0f);
        QCOMPARE(executable->cost().submits - before, int64_t(2)); // the steps, the reading
    }

    void onlyOverlappingBytesConflict()
    {
        const auto buffer = reinterpret_cast<VkBuffer>(uintptr_t(8)),
                   other = reinterpret_cast<VkBuffer>(uintptr_t(16));
        const std::vector<Access> write{{{buffer, 64, 64}, true}};
        QVERIFY(conflicts(write, {{{buffer, 100, 4}, false}}));
        QVERIFY(conflicts({{{buffer, 100, 4}, false}}, write));
        QVERIFY(!conflicts(write, {{{buffer, 128, 4}, false}}));
        QVERIFY(!conflicts(write, {{{buffer, 0, 64}, true}}));
        QVERIFY(!conflicts(write, {{{other, 64, 64}, true}}));
        QVERIFY(!conflicts({{{buffer, 0, 64}, false}}, {{{buffer, 0, 64}, false}}));
    }

    /// The function works some times and then no more: at the start, or in the middle of a run.
    void failuresOfTheMachineAreErrors_data()
    {
        QTest::addColumn<QString>("function");
        QTest::addColumn<int>("good");
        QTest::addColumn<QString>("word");
        QTest::newRow("memory") << "AllocateMemory" << 0 << "memory";
        QTest::newRow("memory later") << "AllocateMemory" << 4 << "memory";
        QTest::newRow("pipeline") << "CreateComputePipelines" << 2 << "compiling";
        QTest::newRow("submit") << "QueueSubmit" << 0 << "lost";
        QTest::newRow("submit later") << "QueueSubmit" << 40 << "lost";
        QTest::newRow("wait") << "WaitSemaphores" << 0 << "lost";
        QTest::newRow("wait later") << "WaitSemaphores" << 40 << "lost";
    }
    void failuresOfTheMachineAreErrors()
    {
        QFETCH(QString, function);
        QFETCH(int, good);
        QFETCH(QString, word);
        static Api real;
        static int left;
        left = good;
        Options broken = options(false);
        broken.alterDevice = [&](Api& api) {
            real = api;
            if (function == "AllocateMemory")
                api.AllocateMemory = [](VkDevice device, const VkMemoryAllocateInfo* info,
                                        const VkAllocationCallbacks* own,
                                        VkDeviceMemory* memory) -> VkResult {
                    return left-- > 0 ? real.AllocateMemory(device, info, own, memory)
                                      : VK_ERROR_OUT_OF_DEVICE_MEMORY;
                };
            if (function == "CreateComputePipelines")
                api.CreateComputePipelines = [](VkDevice device, VkPipelineCache cache, uint32_t count,
                                                const VkComputePipelineCreateInfo* info,
                                                const VkAllocationCallbacks* own,
                                                VkPipeline* pipelines) -> VkResult {
                    return left-- > 0
                               ? real.CreateComputePipelines(device, cache, count, info, own, pipelines)
                               : VK_ERROR_UNKNOWN;
                };
            if (function == "QueueSubmit")
                api.QueueSubmit = [](VkQueue queue, uint32_t count, const VkSubmitInfo* info,
                                     VkFence fence) -> VkResult {
                    return left-- > 0 ? real.QueueSubmit(queue, count, info, fence) : VK_ERROR_DEVICE_LOST;
                };
            if (function == "WaitSemaphores") {
                api.GetSemaphoreCounterValue = [](VkDevice, VkSemaphore, uint64_t* value) -> VkResult {
                    *value = 0; // however fast the device is, it is waited for
                    return VK_SUCCESS;
                };
                api.WaitSemaphores = [](VkDevice device, const VkSemaphoreWaitInfo* info,
                                        uint64_t timeout) -> VkResult {
                    const VkResult result = real.WaitSemaphores(device, info, timeout);
                    return left-- > 0 ? result : VK_ERROR_DEVICE_LOST;
                };
            }
        };
        std::string what;
        {
            const auto backend = makeVulkan("cpu", broken);
            try {
                Run run = shared::runOf(shared::network("digits", 8), *backend);
                for (int i = 0; i < 60; ++i) run.step();
            } catch (const Error& error) {
                what = error.text();
            }
        }
        real = Api();
        QVERIFY2(what.find(word.toStdString()) != std::string::npos, what.c_str());
    }

    void aSessionGoesOnWithTheCpu_data()
    {
        QTest::addColumn<int>("good"); ///< submits
        QTest::newRow("no device") << -1;
        QTest::newRow("lost while building") << 3;
        QTest::newRow("lost while training") << 300;
    }
    void aSessionGoesOnWithTheCpu()
    {
        QFETCH(int, good);
        static Api real;
        static std::atomic<int> left;
        left = good;
        Document document = shared::network("digits", 8);
        document.train.epochs = 1'000'000;
        {
            Session session("vulkan:cpu", [&](const std::string& name) {
                if (name == "cpu") return makeBackend(name);
                if (good < 0) return makeVulkan("no such device", options(false));
                Options broken = options(false);
                broken.alterDevice = [](Api& api) {
                    real = api;
                    api.QueueSubmit = [](VkQueue queue, uint32_t count, const VkSubmitInfo* info,
                                         VkFence fence) -> VkResult {
                        return left-- > 0 ? real.QueueSubmit(queue, count, info, fence)
                                          : VK_ERROR_DEVICE_LOST;
                    };
                };
                return makeVulkan("cpu", broken);
            });
            session.open(document, true);
            const auto goesOn = [&] {
                const auto now = session.snapshot();
                return now->backend == "cpu" && now->state == SessionState::Running && now->failure &&
                       now->step > 500;
            };
            QTRY_VERIFY_WITH_TIMEOUT(goesOn(), 250000);
            const std::string why = session.snapshot()->failure->text();
            QVERIFY2(why.find("cpu goes on from step") != std::string::npos, why.c_str());
        }
        real = Api();
    }

    void missingLoaderAndDeviceAreErrors()
    {
        QVERIFY_EXCEPTION_THROWN(loadApi("libthere-is-no-vulkan.so"), Error);
        try {
            makeVulkan("no such device", options(false));
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY2(error.what.find("CPU") != std::string::npos,
                     error.text().c_str()); // lists what there is
        }
    }

    void damagedCachesAreMadeAnew()
    {
        QTemporaryDir folder;
        const auto losses = [&] {
            Options cached = options(false);
            cached.cacheFolder = folder.path().toStdString();
            const auto backend = makeVulkan("cpu", cached);
            Run run = shared::runOf(shared::network("digits", 8), *backend);
            return shared::losses(run, 3);
        };
        const std::vector<float> first = losses();
        const QStringList files = QDir(folder.path()).entryList(QDir::Files);
        QVERIFY(files.size() > 3);
        for (int i = 0; i < files.size(); ++i) {
            QFile file(folder.filePath(files[i]));
            QVERIFY(file.open(QIODevice::ReadWrite));
            if (i % 2) {
                file.resize(file.size() / 2);
            } else {
                file.seek(file.size() / 2);
                file.write("?");
            }
        }
        QCOMPARE(losses(), first);
    }
};

QTEST_GUILESS_MAIN(TestVulkan)
#include "test_vulkan.moc"
