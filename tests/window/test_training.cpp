// The window over a real run: it trains while it is edited, and its event loop stays free.
#include "fixture.h"

#include <QElapsedTimer>

class TestTraining : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

    void trainsAfterOpeningAndShowsIt()
    {
        QElapsedTimer clock;
        clock.start();
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 0, 20000);
        qInfo("from nothing to the first step: %lld ms", clock.elapsed());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 20, 20000);
        QTRY_VERIFY(!bench.lab.snapshot().loss.empty());
        QVERIFY(!bench.lab.snapshot().failure);
        QTRY_VERIFY(!bench.lab.elaboration().types.empty());
        QVERIFY(bench.lab.problems().empty());
    }

    /// The weights that fit both diagrams are the same numbers before and after.
    void insertingABlockKeepsTheParametersAndGoesOn()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 20, 20000);
        bench.lab.setPlaying(false);
        QTRY_COMPARE(bench.lab.snapshot().state, core::SessionState::Paused);
        bench.lab.watch(QStringLiteral("test"), {{"weights", "weights", "out.weight", 0}});
        const auto weights = [&]() -> std::vector<float> {
            const auto found = bench.lab.snapshot().readings.find("weights");
            if (found == bench.lab.snapshot().readings.end()) return {};
            if (const auto* matrix = std::get_if<core::MatrixReading>(&found->second)) return matrix->values;
            std::vector<float> all;
            if (const auto* images = std::get_if<core::ImageReading>(&found->second))
                for (const auto& tile : images->tiles)
                    all.insert(all.end(), tile.pixels.begin(), tile.pixels.end());
            return all;
        };
        QTRY_VERIFY(!weights().empty());
        const auto before = weights();
        const int64_t step = bench.lab.snapshot().step;
        const uint64_t generation = bench.lab.snapshot().generation;
        bench.lab.change(QStringLiteral("insert"), [&](core::Document& document) {
            const std::string id = core::edit::addBlock(document, bench.lab.library(), "layer_norm");
            core::edit::insertOnWire(document, bench.lab.library(), {{"activation", "y"}, {"out", "x"}}, id);
        });
        QTRY_VERIFY(bench.lab.snapshot().generation > generation);
        QTRY_VERIFY(bench.lab.snapshot().state == core::SessionState::Paused);
        QVERIFY(!bench.lab.snapshot().failure);
        QTRY_COMPARE(weights(), before);
        QVERIFY(bench.lab.snapshot().step >= step);
        bench.lab.setPlaying(true);
        QTRY_VERIFY(bench.lab.snapshot().step > step + 5);
    }

    /// An edit that cannot be trained leaves the run as it was, and says why.
    void anUntrainableEditIsShownAndTheRunStays()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 5, 20000);
        bench.lab.change(QStringLiteral("cut"), [&](core::Document& document) {
            core::edit::disconnect(document, {{"out", "y"}, {"cross_entropy", "logits"}});
        });
        QTRY_VERIFY(!bench.lab.problems().empty());
        bench.lab.history().undo();
        QTRY_VERIFY(bench.lab.problems().empty());
        const int64_t step = bench.lab.snapshot().step;
        QTRY_VERIFY(bench.lab.snapshot().step > step);
    }

    /// Prints the latency of the event loop while training runs; AXO_LATENCY_SECONDS makes it longer.
    void eventLoopAnswersWhileTraining()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 5, 20000);
        const int seconds = qMax(2, qEnvironmentVariableIntValue("AXO_LATENCY_SECONDS"));
        std::vector<double> late;
        int charts = 0;
        connect(&bench.lab, &widgets::Lab::snapshotChanged, this, [&] { ++charts; });
        QElapsedTimer clock, last;
        QTimer probe;
        probe.setTimerType(Qt::PreciseTimer);
        probe.setInterval(5);
        last.start();
        connect(&probe, &QTimer::timeout, this, [&] {
            late.push_back(double(last.nsecsElapsed()) * 1e-6 - 5);
            last.restart();
        });
        clock.start();
        probe.start();
        QTRY_VERIFY_WITH_TIMEOUT(clock.elapsed() > seconds * 1000, seconds * 1000 + 20000);
        probe.stop();
        QVERIFY(!late.empty());
        std::ranges::sort(late);
        qInfo("event loop over %d s: median %.2f ms, 99th percentile %.2f ms, worst %.2f ms; %.1f snapshots "
              "a second",
              seconds, late[late.size() / 2], late[late.size() * 99 / 100], late.back(),
              charts / double(seconds));
        QVERIFY(charts > 0);
    }
};

QTEST_MAIN(TestTraining)
#include "test_training.moc"
