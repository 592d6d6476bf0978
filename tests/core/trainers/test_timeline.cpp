// Moments of a run: thinned, bounded, gone back to; runs as folders.
#include "core/files/files.h"
#include "core/trainers/runfolder.h"
#include "tests/core/trainers/shared.h"
#include "tests/core/trainers/waiting.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <functional>

using namespace shared;

namespace
{

Milestone milestone(int64_t step, size_t numbers = 1)
{
    auto values = std::make_shared<Checkpoint>();
    values->step = step;
    values->values["w"] =
        Array::real({{"channel", int64_t(numbers)}}, std::vector<float>(numbers, float(step)));
    return {nullptr, values};
}

std::vector<float> matrixOf(const Snapshot& snapshot, const std::string& key)
{
    const auto found = snapshot.readings.find(key);
    if (found == snapshot.readings.end()) return {};
    const auto* matrix = std::get_if<MatrixReading>(found->second.reading.get());
    return matrix ? matrix->values : std::vector<float>();
}

Document endless()
{
    Document document = spiral();
    document.train.epochs = 1'000'000;
    return document;
}

constexpr const char* weight = "output.weight";

/// Pauses at a step of at least so many; with so many readings of that step.
std::shared_ptr<const Snapshot> trainedTo(Session& session, int64_t step, size_t readings = 0)
{
    session.play();
    if (!waitFor(session, [&](const Snapshot& s) { return s.step >= step; })) return nullptr;
    session.pause();
    return waitFor(session, [&](const Snapshot& s) {
        const auto now = [&](const auto& item) { return item.second.step == s.step; };
        return s.state == SessionState::Paused &&
               size_t(std::count_if(s.readings.begin(), s.readings.end(), now)) >= readings;
    });
}

} // namespace

class TestTimeline : public QObject
{
    Q_OBJECT
private slots:
    void momentsSpanTheWholeRunAndAreDenserAtItsBeginning()
    {
        Timeline timeline;
        for (int64_t step = 0; step <= 100'000; ++step)
            if (timeline.due(step)) timeline.add(milestone(step));
        const auto& milestones = timeline.milestones();
        QVERIFY(milestones.size() <= Timeline::most);
        QVERIFY(milestones.size() >= 200);
        QCOMPARE(milestones.front().step(), int64_t(0));
        QVERIFY(milestones.back().step() > 98'000);
        double widest = 0;
        for (size_t i = 1; i < milestones.size(); ++i)
            widest = std::max(widest, std::sqrt(double(milestones[i].step())) -
                                          std::sqrt(double(milestones[i - 1].step())));
        QVERIFY2(widest < 4 * std::sqrt(100'000.0) / double(milestones.size()),
                 qPrintable(QString::number(widest)));
        const auto half = std::count_if(milestones.begin(), milestones.end(),
                                        [](const Milestone& m) { return m.step() < 25'000; });
        QVERIFY(double(half) >
                0.4 * double(milestones.size())); // a quarter of the steps, about half of the moments
        QCOMPARE(timeline.nearest(0)->step(), int64_t(0));
        QCOMPARE(timeline.nearest(1'000'000)->step(), milestones.back().step());
    }

    void memoryIsBoundedAndWhatIsSharedCountsOnce()
    {
        Timeline a, b;
        for (int64_t step = 0; step < 100; ++step) a.add(milestone(step, 1000));
        b = a;
        fitIntoMemory({&a, &b}, 400'000);
        QCOMPARE(a.milestones().size(), size_t(100));
        b = {};
        for (int64_t step = 0; step < 100; ++step) b.add(milestone(step, 1000));
        fitIntoMemory({&a, &b}, 400'000);
        QVERIFY(a.milestones().size() + b.milestones().size() <= 100);
        QVERIFY(a.milestones().size() >= 49 && b.milestones().size() >= 49);
        QCOMPARE(a.milestones().front().step(), int64_t(0));
        QCOMPARE(a.milestones().back().step(), int64_t(99));
        fitIntoMemory({&a, &b}, 0); // the first and the last always stay
        QCOMPARE(a.milestones().size(), size_t(2));
    }

    /// 500,000 parameters with the two moments of adam are 6 MB a moment: 200 of them in 1.2 GB.
    void twoHundredMomentsOfHalfAMillionParametersFit()
    {
        QVERIFY(memoryForMilestones() >= size_t(200) * 500'000 * 3 * 4);
    }

    void aBranchHasTheBitsOfARunThatStartedThere()
    {
        const Document document = endless();
        Session session;
        session.open(document, false);
        session.watch({{"w", "weights", weight, 0}});
        for (int i = 1; i <= 4; ++i) { // a busy machine may keep none on the way
            const auto there = trainedTo(session, 2000 * i);
            QVERIFY(there);
            session.stepOnce();
            QVERIFY(waitFor(session, [&](const Snapshot& s) { return s.step == there->step + 1; }));
        }
        const auto first = session.snapshot();
        QVERIFY(first->marks->size() > 3);
        const Place place{first->run, (*first->marks)[first->marks->size() / 2].step};
        QVERIFY(place.step > 0 && place.step < first->step);
        session.branch(place);
        const auto back = waitFor(session, [&](const Snapshot& s) { return s.run != first->run; });
        QVERIFY(back);
        QCOMPARE(back->step, place.step);
        QVERIFY(back->loss.empty() || back->loss.back().step <= place.step);
        QCOMPARE(back->past->size(), size_t(1));
        QCOMPARE(back->past->front().step, first->step);
        const auto end = trainedTo(session, place.step + 1000, 1);
        QVERIFY(end);

        const auto backend = makeBackend("cpu");
        Run fresh = runOf(document, *backend);
        while (fresh.steps() < place.step) fresh.step();
        Run started = runOf(document, *backend);
        started.restore(fresh.checkpoint());
        while (started.steps() < end->step) started.step();
        QCOMPARE(matrixOf(*end, "w"), started.parameter(weight).reals());
    }

    void thePastIsReadWhileTheRunGoesOn()
    {
        Session session;
        session.open(endless(), false);
        session.watch({{"now", "weights", weight, 0}});
        const auto first = trainedTo(session, 300);
        QVERIFY(first);
        session.play();
        const Place start{first->run, 0}, middle{first->run, (*first->marks)[first->marks->size() / 2].step};
        session.watch({{"start", "weights", weight, 0, start}, {"middle", "weights", weight, 0, middle}});
        const auto seen = waitFor(session, [&](const Snapshot& s) {
            return s.readings.contains("start") && s.readings.contains("middle") &&
                   s.step > first->step + 100;
        });
        QVERIFY(seen);
        QVERIFY(!seen->readings.contains("now")); // nobody looks
        const auto backend = makeBackend("cpu");
        Run run = runOf(endless(), *backend);
        QCOMPARE(matrixOf(*seen, "start"), run.parameter(weight).reals());
        while (run.steps() < middle.step) run.step();
        QCOMPARE(matrixOf(*seen, "middle"), run.parameter(weight).reals());

        session.watch({{"gone", "weights", weight, 0, Place{99, 0}}});
        const auto gone = waitFor(session, [](const Snapshot& s) { return s.readings.contains("gone"); });
        QVERIFY(gone);
        QVERIFY(std::holds_alternative<TextReading>(*gone->readings.at("gone")));
    }

    /// As a slider asks for them: the reading comes back under the same key.
    void oneWatchGoesFromMomentToMoment()
    {
        Session session;
        session.open(endless(), false);
        session.watch({{"w", "weights", weight, 0}});
        const auto first = trainedTo(session, 2000);
        QVERIFY(first && first->marks->size() > 1);
        session.play();
        const auto backend = makeBackend("cpu");
        Run run = runOf(endless(), *backend);
        for (const Mark& mark : *first->marks) {
            session.watch({{"w", "weights", weight, 0, Place{first->run, mark.step}}});
            while (run.steps() < mark.step) run.step();
            const std::vector<float> expected = run.parameter(weight).reals();
            QVERIFY(waitFor(session, [&](const Snapshot& s) { return matrixOf(s, "w") == expected; }));
        }
    }

    void momentsBeforeAnEditShowTheNetworkThatWas()
    {
        Session session;
        Document document = endless();
        session.open(document, false);
        const auto first = trainedTo(session, 200);
        QVERIFY(first);
        Document wide = document;
        wide.diagram.find("hidden")->settings["to"] = text("channel: 12");
        session.edit(wide);
        QVERIFY(waitFor(session, [&](const Snapshot& s) { return s.generation > first->generation; }));
        const auto second = trainedTo(session, first->step + 200);
        QVERIFY(second);
        QCOMPARE(second->run, first->run);
        session.watch({{"before", "weights", weight, 0, Place{first->run, 0}},
                       {"after", "weights", weight, 0, Place{first->run, second->step}}});
        const auto seen = waitFor(session, [](const Snapshot& s) { return s.readings.size() == 2; });
        QVERIFY(seen);
        QCOMPARE(matrixOf(*seen, "before").size(), size_t(8));
        QCOMPARE(matrixOf(*seen, "after").size(), size_t(12));
        session.branch({first->run, 0});
        const auto branched = waitFor(session, [&](const Snapshot& s) { return s.run != first->run; });
        QVERIFY(branched);
        QVERIFY(*branched->document == document);
    }

    void aRunIsSavedAsAFolderAndOpensAgain()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("a run").toStdString();
        Session session;
        session.open(endless(), false);
        session.watch({{"w", "weights", weight, 0}, {"h", "histogram", "bend.y", 0}});
        const auto first = trainedTo(session, 200, 2);
        QVERIFY(first);
        session.describe(first->run, "one", "a note, with \"quotes\"");
        session.saveRun(path, first->run);
        session.saveRun(path, first->run); // over itself
        session.stepOnce();
        QVERIFY(waitFor(session, [&](const Snapshot& s) { return s.step > first->step; }));
        QVERIFY2(!session.snapshot()->failure,
                 session.snapshot()->failure ? session.snapshot()->failure->text().c_str() : "");
        const QDir saved(QString::fromStdString(path));
        for (const char* name : {"run.json", "document.axo", "loss.csv", "accuracy.csv", "readings/w.csv",
                                 "readings/h.csv", "milestones/0.safetensors"})
            QVERIFY2(saved.exists(QLatin1String(name)), name);
        QCOMPARE(saved.entryList({"events.out.tfevents.*"}).size(), 1);

        Session other;
        other.openRun(path);
        const auto opened = waitFor(other, [](const Snapshot& s) { return s.past && !s.past->empty(); });
        QVERIFY(opened);
        const RunSummary& run = opened->past->front();
        QCOMPARE(run.name, std::string("one"));
        QCOMPARE(run.notes, std::string("a note, with \"quotes\""));
        QVERIFY(*run.document == endless());
        QVERIFY(!run.loss.empty() && !run.marks.empty());
        other.open(endless(), false);
        other.watch({{"w", "weights", weight, 0, Place{run.id, first->step}}});
        const auto seen = waitFor(other, [](const Snapshot& s) { return s.readings.contains("w"); });
        QVERIFY(seen);
        QCOMPARE(matrixOf(*seen, "w"), matrixOf(*first, "w"));
    }

    void aFolderOfOtherThingsIsNotWrittenInto()
    {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        files::writeFile(path + "/letter.txt", "dear");
        Session session;
        session.open(endless(), false);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.state == SessionState::Paused; }));
        session.saveRun(path, session.snapshot()->run);
        const auto failed = waitFor(session, [](const Snapshot& s) { return s.failure.has_value(); });
        QVERIFY(failed);
        QCOMPARE(files::readFile(path + "/letter.txt"), std::string("dear"));
        session.openRun(path);
        QVERIFY(waitFor(session, [&](const Snapshot& s) {
            return s.failure && s.failure->where.find("run.json") != std::string::npos;
        }));
    }

    void numbersAndHistogramsLeaveATrail()
    {
        Session session;
        session.open(endless(), false);
        session.watch({{"h", "parameter_histogram", weight, 0}});
        QVERIFY(trainedTo(session, 2000, 1));
        const auto seen = waitFor(session, [](const Snapshot& s) { return s.trails.contains("h"); });
        QVERIFY(seen);
        const Trail& trail = *seen->trails.at("h");
        QVERIFY(trail.points.size() <= 49);
        for (size_t i = 1; i < trail.points.size(); ++i)
            QVERIFY(trail.points[i].step > trail.points[i - 1].step);
        session.reset();
        QVERIFY(waitFor(session, [](const Snapshot& s) {
            return s.step == 0 && (!s.trails.contains("h") || s.trails.at("h")->points.size() <= 1);
        }));
    }
};

QTEST_APPLESS_MAIN(TestTimeline)
#include "test_timeline.moc"
