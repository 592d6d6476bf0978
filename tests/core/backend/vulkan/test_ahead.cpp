// Looking at a run while the device goes on with it.
#include "core/ops/build.h"
#include "core/ops/op.h"
#include "core/trainers/session.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>
#include <atomic>

using namespace core;
using namespace core::vulkan;

namespace
{

/// What a device was given and waited for.
struct Spy {
    Api real;
    uint64_t submitted = 0, waited = 0;
    int submits = 0;
    bool blind = false; ///< that something is done is seen by waiting only
};
Spy spy;

Options watched()
{
    Options options = validated::options(true);
    options.alterDevice = [](Api& api) {
        spy = {api, 0, 0, 0, false};
        api.QueueSubmit = [](VkQueue queue, uint32_t count, const VkSubmitInfo* info,
                             VkFence fence) -> VkResult {
            ++spy.submits;
            spy.submitted =
                *static_cast<const VkTimelineSemaphoreSubmitInfo*>(info->pNext)->pSignalSemaphoreValues;
            return spy.real.QueueSubmit(queue, count, info, fence);
        };
        api.GetSemaphoreCounterValue = [](VkDevice device, VkSemaphore semaphore,
                                          uint64_t* value) -> VkResult {
            const VkResult result = spy.real.GetSemaphoreCounterValue(device, semaphore, value);
            if (spy.blind) *value = 0;
            return result;
        };
        api.WaitSemaphores = [](VkDevice device, const VkSemaphoreWaitInfo* info,
                                uint64_t timeout) -> VkResult {
            spy.waited = std::max(spy.waited, *info->pValues);
            return spy.real.WaitSemaphores(device, info, timeout);
        };
    };
    return options;
}

Document digits()
{
    Document document = shared::network("digits", 16);
    document.train.batch = 100;
    document.train.rate = "0.01 * 0.98^step";
    return document;
}

Program counting()
{
    Program program;
    Attributes attributes;
    attributes.name = "total";
    attributes.type = {Element::Real, {{"i", 3}}};
    const ValueId total = program.add(*findOp("state"), {}, attributes);
    program.updates.push_back({total, build::formula(program, "a + 1", {total})});
    return program;
}

} // namespace

class TestAhead : public QObject
{
    Q_OBJECT

    std::unique_ptr<Backend> m_backend;

    void same(const Run& a, const Run& b)
    {
        QCOMPARE(a.steps(), b.steps());
        QCOMPARE(a.epoch(), b.epoch());
        const Checkpoint one = a.values(), other = b.values();
        QVERIFY(one.values == other.values);
        QCOMPARE(one.epoch, other.epoch);
        QCOMPARE(one.batch, other.batch);
    }

private slots:
    void initTestCase()
    {
        try {
            m_backend = makeVulkan("cpu", watched());
        } catch (const Error& error) {
            QSKIP(("no Vulkan with validation here: " + error.text()).c_str());
        }
    }
    void cleanup() { validated::expectSilence(); }
    void cleanupTestCase()
    {
        m_backend.reset();
        spy = {};
    }

    /// More of them than there is room for in the ring, read in another order.
    void capturesKeepTheirMoment()
    {
        const auto memory = m_backend->memory();
        const auto executable = m_backend->compile(counting(), memory, 1);
        const float start = memory->read("total").reals()[2];
        std::vector<std::unique_ptr<Capture>> captures;
        for (int i = 0; i < 40; ++i) {
            captures.push_back(memory->capture({"total"}));
            executable->run();
        }
        QCOMPARE(memory->read("total").reals()[2], start + 40);
        for (int i = 39; i >= 0; --i) {
            QVERIFY(captures[size_t(i)]->arrived()); // before what was read
            const auto values = captures[size_t(i)]->take();
            QCOMPARE(values.at("total").reals(), (std::vector<float>(3, start + float(i))));
        }
        const auto dropped = memory->capture({"total"});
        QVERIFY_EXCEPTION_THROWN(memory->capture({"nobody"}), Error);
    }

    void writingTakesItsTurn()
    {
        const auto memory = m_backend->memory();
        const auto executable = m_backend->compile(counting(), memory, 1);
        std::vector<std::unique_ptr<Capture>> captures;
        for (int i = 0; i < 40; ++i) {
            memory->write("total", Array::real({{"i", 3}}, std::vector<float>(3, float(10 * i))));
            executable->run();
            captures.push_back(memory->capture({"total"}));
        }
        for (int i = 0; i < 40; ++i)
            QCOMPARE(captures[size_t(i)]->take().at("total").reals()[1], float(10 * i + 1));
    }

    /// The moment is there while steps that were begun after it are still on their way.
    void aLookDoesNotWaitForStepsBegunAhead()
    {
        Run run = shared::runOf(digits(), *m_backend), other = shared::runOf(digits(), *m_backend);
        run.advance(5);
        other.advance(5);
        spy.waited = 0;
        spy.blind = true;
        QCOMPARE(run.beginAhead(8), int64_t(8));
        const Moment moment = run.moment();
        spy.blind = false;
        QVERIFY(spy.waited > 0);
        QVERIFY2(spy.submitted >= spy.waited + 8,
                 qPrintable(QString("%1 against %2").arg(spy.waited).arg(spy.submitted)));
        QCOMPARE(moment.step, int64_t(5));
        QVERIFY(*moment.values == *other.moment().values);
        QCOMPARE(run.steps(), int64_t(5));
        QCOMPARE(run.epoch(), other.epoch());
        QCOMPARE(run.advance(8).size(), size_t(8));
        other.advance(8);
        same(run, other);
    }

    void stepsBegunAheadGiveTheSameBits()
    {
        Run run = shared::runOf(digits(), *m_backend), other = shared::runOf(digits(), *m_backend);
        std::vector<float> losses, expected;
        const std::vector<int64_t> examples{0, 1, 2};
        for (int64_t count : {5, 16, 3, 1, 16, 8}) {
            run.beginAhead(count);
            QVERIFY(run.observe({"output.y"}, examples) == other.observe({"output.y"}, examples));
            const auto taken = run.advance(count);
            losses.insert(losses.end(), taken.begin(), taken.end());
            const auto single = shared::losses(other, int(count));
            expected.insert(expected.end(), single.begin(), single.end());
        }
        QCOMPARE(losses, expected);
        same(run, other);
    }

    /// Chunks of one size follow each other without being waited for; the score is that of one by one.
    void evaluatingDoesNotWaitForEachChunk()
    {
        Options patient = validated::options(true);
        patient.stepsPerSubmit = 1;
        const auto single = makeVulkan("cpu", patient);
        Run run = shared::runOf(digits(), *m_backend), other = shared::runOf(digits(), *single);
        run.advance(3);
        other.advance(3);
        run.evaluate(Run::Split::Train); // compiles
        const int before = spy.submits;
        const Score score = run.evaluate(Run::Split::Train), expected = other.evaluate(Run::Split::Train);
        QVERIFY(score.examples > 1000); // chunks of 500 and a rest
        QCOMPARE(spy.submits - before, 2);
        QCOMPARE(score.loss, expected.loss);
        QCOMPARE(score.accuracy, expected.accuracy);
    }

    void whatNeedsTheRunAsItIsUndoesThem_data()
    {
        QTest::addColumn<int>("what");
        for (const char* name :
             {"advancing less", "a step", "evaluating", "a checkpoint", "a parameter", "another rate",
              "the latest batch", "going back", "starting over", "an edit"})
            QTest::newRow(name) << m_row++;
    }
    void whatNeedsTheRunAsItIsUndoesThem()
    {
        QFETCH(int, what);
        Run runs[] = {shared::runOf(digits(), *m_backend), shared::runOf(digits(), *m_backend)};
        std::vector<double> seen[2];
        for (int i = 0; i < 2; ++i) {
            Run& run = runs[i];
            std::vector<double>& list = seen[i];
            const Checkpoint start = run.checkpoint();
            run.advance(run.stepsPerEpoch() - 1);
            if (i == 0) QCOMPARE(run.beginAhead(4), int64_t(4));
            if (what == 0) list.push_back(double(run.advance(3).back()));
            if (what == 1) list.push_back(double(run.step()));
            if (what == 2) list.push_back(run.evaluate(Run::Split::Train, 50).loss);
            if (what == 3) list.push_back(double(run.checkpoint().values.begin()->second.reals()[0]));
            if (what == 4) list.push_back(double(run.parameter(run.parameterNames()[0]).reals()[0]));
            if (what == 5) run.setRate(0.1);
            if (what == 6) list.assign(run.latestBatch().begin(), run.latestBatch().end());
            if (what == 7) run.restore(start);
            if (what == 8) run.reset();
            if (what == 9) {
                Run edited(digits(), run, *m_backend);
                list.push_back(double(edited.step()));
            }
            for (float loss : run.advance(6)) list.push_back(double(loss));
        }
        QVERIFY(seen[0].size() >= 6);
        QCOMPARE(seen[0], seen[1]);
        same(runs[0], runs[1]);
    }

    void stepsBegunAheadEndWhereOneFails()
    {
        Document document = shared::spiral();
        document.train = {"sgd", {}, "1e12", 10, 5, 0, 3};
        Run run = shared::runOf(document, *m_backend), single = shared::runOf(document, *m_backend);
        run.step();
        while (std::isfinite(single.step())) {
        }
        QCOMPARE(run.beginAhead(16), int64_t(16));
        QVERIFY(run.advance(30).size() < 16);
        QVERIFY(run.failure() && run.failure() == single.failure());
        same(run, single);
    }

    /// A session that is looked at all the time takes the steps of one that nobody looks at.
    void sessionsThatAreWatchedTrainAlike()
    {
        Document document = digits();
        document.train.epochs = 4;
        std::vector<HistoryPoint> losses[2];
        for (bool looks : {false, true}) {
            Session session("vulkan:cpu", [](const std::string& name) {
                return name == "cpu" ? makeBackend(name) : makeVulkan("cpu", validated::options(true));
            });
            session.setObservationBudget(1);
            if (looks) session.watch({{"a", "activation", "bend.y"}, {"w", "weights", "hidden.weight"}});
            session.open(document, true);
            QTRY_COMPARE_WITH_TIMEOUT(int(session.snapshot()->state), int(SessionState::Finished), 100000);
            QCOMPARE(session.snapshot()->backend, std::string("vulkan:cpu"));
            losses[looks] = session.snapshot()->loss;
            QTRY_COMPARE_WITH_TIMEOUT(session.snapshot()->readings.size(), size_t(looks ? 2 : 0), 60000);
        }
        const auto trained = [](const std::vector<HistoryPoint>& points) {
            std::vector<std::pair<int64_t, float>> list;
            for (const HistoryPoint& point : points)
                if (std::isfinite(point.train)) list.emplace_back(point.step, point.train);
            return list;
        };
        QCOMPARE(trained(losses[0]).back().first, int64_t(trained(losses[0]).size()));
        QVERIFY(trained(losses[0]) == trained(losses[1]));
    }

private:
    int m_row = 0;
};

QTEST_GUILESS_MAIN(TestAhead)
#include "test_ahead.moc"
