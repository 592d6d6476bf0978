// A session under commands from another thread.
#include "core/trainers/session.h"
#include "tests/core/trainers/shared.h"
#include "tests/core/trainers/waiting.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <atomic>
#include <functional>

using namespace shared;

namespace
{

bool settled(const Snapshot& snapshot) { return snapshot.state == SessionState::Paused; }

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private slots:
    void beforeAnythingIsOpenedThereIsAnEmptySnapshot()
    {
        Session session;
        QVERIFY(session.snapshot() != nullptr);
        QVERIFY(session.snapshot()->state == SessionState::Empty);
        session.play();
        const auto snapshot = waitFor(session, [](const Snapshot& s) { return s.failure.has_value(); });
        QVERIFY(snapshot);
        QVERIFY(snapshot->state == SessionState::Empty);
    }

    void itPlaysPausesStepsAndResets()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 1'000'000;
        session.open(document, true);
        QVERIFY(waitFor(session,
                        [](const Snapshot& s) { return s.state == SessionState::Running && s.step > 100; }));
        session.pause();
        const auto paused = waitFor(session, settled);
        QVERIFY(paused);
        session.stepOnce();
        QVERIFY(waitFor(session, [&](const Snapshot& s) { return s.step == paused->step + 1; }));
        session.reset();
        const auto reset = waitFor(session, [](const Snapshot& s) { return s.step == 0; });
        QVERIFY(reset);
        session.stepOnce();
        const auto first = waitFor(session, [](const Snapshot& s) { return s.step == 1 && !s.loss.empty(); });
        QVERIFY(first);

        const auto backend = makeBackend("cpu");
        Run run = runOf(document, *backend);
        QCOMPARE(first->loss.back().train, run.step());
        QVERIFY(first->test.examples > 0);
    }

    void itFinishesAfterTheDocumentsEpochsAndGoesOnWhenAsked()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 4;
        session.open(document, true);
        const auto finished =
            waitFor(session, [](const Snapshot& s) { return s.state == SessionState::Finished; });
        QVERIFY(finished);
        QCOMPARE(finished->epoch, 4.0);
        QCOMPARE(finished->test.examples, int64_t(finished->data->test.size()));
        session.play();
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.epoch > 6; }));
    }

    void aPacedRunTakesNoMoreStepsThanAskedForAndAnswersAtOnce()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 1'000'000;
        session.setPace(50);
        session.open(document, true);
        QElapsedTimer timer;
        timer.start();
        const auto first = waitFor(session, [](const Snapshot& s) { return s.step >= 1; });
        QVERIFY(first);
        const auto later = waitFor(session, [&](const Snapshot& s) { return s.step >= first->step + 20; });
        QVERIFY(later);
        QCOMPARE(later->pace, 50.0);
        // At most a twentieth of a second is made up for at a time: 2.5 steps.
        QVERIFY(double(later->step) <= 0.05 * double(timer.elapsed()) + 3);
        QVERIFY(later->stepsPerSecond <= 61);
        QVERIFY2(later->serial >= first->serial + 10, "steps come in lumps");

        session.setPace(1e-6); // the next step is due in twelve days
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.pace == 1e-6; }));
        session.pause();
        QVERIFY(waitFor(session, settled));
        session.setPace(-1);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.failure.has_value(); }));
        session.setPace(0);
        session.play();
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.step > 1000; }));
    }

    void aShortRunHasAValidationCurve()
    {
        Session session;
        session.open(preset("digits-mlp"), true);
        const auto finished =
            waitFor(session, [](const Snapshot& s) { return s.state == SessionState::Finished; });
        QVERIFY(finished);
        const auto measured = [](const std::vector<HistoryPoint>& points) {
            return std::count_if(points.begin(), points.end(),
                                 [](const HistoryPoint& p) { return !std::isnan(p.validation); });
        };
        qInfo("%d validation losses, %d accuracies", int(measured(finished->loss)),
              int(measured(finished->accuracy)));
        QVERIFY(measured(finished->loss) >= 10);
        QVERIFY(measured(finished->accuracy) >= measured(finished->loss));
        QVERIFY(finished->accuracy.back().validation > 0.95f);
    }

    void anEditOfAFinishedRunLetsItGoOn()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 3;
        session.open(document, true);
        const auto finished =
            waitFor(session, [](const Snapshot& s) { return s.state == SessionState::Finished; });
        QVERIFY(finished);
        document.diagram.find("bend")->settings["formula"] = text("sin(x)");
        session.edit(document);
        const auto edited =
            waitFor(session, [&](const Snapshot& s) { return s.generation > finished->generation; });
        QVERIFY(edited);
        QVERIFY(edited->state == SessionState::Paused);
        QCOMPARE(edited->step, finished->step);
        session.play();
        const auto on = waitFor(session, [&](const Snapshot& s) { return s.step > finished->step + 100; });
        QVERIFY(on);
        QVERIFY(on->state == SessionState::Running);
    }

    void moreEpochsAreTakenAndThenItFinishesAgain()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 3;
        session.open(document, true);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.state == SessionState::Finished; }));
        session.play();
        session.pause();
        document.train.epochs = 1'000'000;
        session.edit(document);
        const auto paused = waitFor(session, [](const Snapshot& s) {
            return s.state == SessionState::Paused && s.document->train.epochs == 1'000'000;
        });
        QVERIFY(paused);
        document.train.epochs = int64_t(paused->epoch) + 2;
        session.edit(document);
        session.play();
        const auto again =
            waitFor(session, [&](const Snapshot& s) { return s.state == SessionState::Finished; });
        QVERIFY(again);
        QCOMPARE(again->epoch, double(document.train.epochs));
    }

    void anEditKeepsTheParametersAndABadOneKeepsTheRun()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 1'000'000;
        session.open(document, true);
        const auto running = waitFor(session, [](const Snapshot& s) { return s.step > 500; });
        QVERIFY(running);
        Document bad = document;
        bad.diagram.find("hidden")->settings["to"] = text("channel: nonsense");
        session.edit(bad);
        const auto failed = waitFor(session, [](const Snapshot& s) { return s.failure.has_value(); });
        QVERIFY(failed);
        QCOMPARE(failed->generation, running->generation);
        QVERIFY(failed->step >= running->step);
        QVERIFY(failed->document->diagram == document.diagram);

        document.diagram.find("bend")->settings["formula"] = text("sin(x)");
        session.edit(document);
        const auto edited = waitFor(session, [&](const Snapshot& s) {
            return s.generation > running->generation && s.step > failed->step;
        });
        QVERIFY(edited);
        QVERIFY(!edited->failure);
        QVERIFY(edited->state == SessionState::Running);
    }

    void aLossThatIsNotFinitePauses()
    {
        Session session;
        Document document = network("iris", 6, "cross_entropy", "exp(exp(60*x*x))");
        session.open(document, true);
        const auto paused = waitFor(session, [](const Snapshot& s) { return s.failure.has_value(); });
        QVERIFY(paused);
        QVERIFY(paused->state == SessionState::Paused);
        QCOMPARE(QString::fromStdString(paused->failure->where), QString("wire bend.y"));
    }

    void watchedInstrumentsAreReadWhileItRunsAndErrorsAreReadings()
    {
        Session session;
        Document document = spiral();
        document.train.epochs = 1'000'000;
        session.open(document, true);
        session.watch({{"field", "decision_boundary", "", 0},
                       {"units", "activation", "bend.y", 0},
                       {"wrong", "confusion", "", 0},
                       {"missing", "histogram", "nowhere.y", 0}});
        const auto seen = waitFor(session, [](const Snapshot& s) { return s.readings.size() == 4; });
        QVERIFY(seen);
        QVERIFY(std::holds_alternative<PointsReading>(*seen->readings.at("field")));
        QVERIFY(std::holds_alternative<MatrixReading>(*seen->readings.at("units")));
        QVERIFY(std::holds_alternative<MatrixReading>(*seen->readings.at("wrong")));
        QVERIFY(std::holds_alternative<TextReading>(*seen->readings.at("missing")));
        const auto& before = std::get<PointsReading>(*seen->readings.at("field")).field;
        QVERIFY(waitFor(session, [&](const Snapshot& s) {
            return s.readings.contains("field") &&
                   std::get<PointsReading>(*s.readings.at("field")).field != before;
        }));
        session.watch({});
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.readings.empty(); }));
    }

    void aSavedSessionIsRestored()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("run.safetensors").toStdString();
        Session session;
        session.open(spiral(), false);
        for (int i = 0; i < 3; ++i) session.stepOnce();
        session.save(path);
        session.stepOnce();
        const auto fourth = waitFor(session, [](const Snapshot& s) { return s.step == 4; });
        QVERIFY(fourth);
        session.restore(path);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.step == 3; }));
        session.stepOnce();
        const auto again = waitFor(session, [](const Snapshot& s) { return s.step == 4; });
        QVERIFY(again);
        QCOMPARE(again->loss.back().train, fourth->loss.back().train);
        session.save("/nonexistent/folder/run.safetensors");
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.failure.has_value(); }));
    }

    void commandsUnderLoadAreAllAnswered()
    {
        std::atomic<int> published = 0;
        Session session("cpu:2");
        session.onPublished([&] { ++published; });
        Document document = network("digits", 64);
        document.train.epochs = 1'000'000;
        session.open(document, true);
        session.watch({{"weights", "weights", "hidden.weight", 0}, {"samples", "predictions", "", 0}});
        for (int round = 0; round < 30; ++round) {
            switch (round % 6) {
            case 0:
                session.pause();
                break;
            case 1:
                session.stepOnce();
                break;
            case 2:
                session.play();
                break;
            case 3:
                session.setRate(0.001 * (round + 1));
                break;
            case 4:
                document.diagram.find("bend")->settings["formula"] = text(round % 4 ? "relu(x)" : "tanh(x)");
                session.edit(document);
                break;
            case 5:
                session.watch({{"weights", "weights", "hidden.weight", round}});
                break;
            }
            QThread::msleep(4);
            QVERIFY(session.snapshot() != nullptr);
        }
        session.setBackend("cpu:1");
        session.play();
        const auto last = session.snapshot();
        const auto running = waitFor(session, [&](const Snapshot& s) {
            return s.state == SessionState::Running && s.backend == "cpu:1" && s.step > last->step + 50 &&
                   s.readings.contains("weights");
        });
        QVERIFY(running);
        QVERIFY(!running->failure);
        QVERIFY(std::abs(running->rate - 0.028) < 1e-9);
        QVERIFY(running->loss.size() <= History::most);
        QVERIFY(waitFor(session, [&](const Snapshot&) { return published > 10; }));
    }
};

QTEST_APPLESS_MAIN(TestSession)
#include "test_session.moc"
