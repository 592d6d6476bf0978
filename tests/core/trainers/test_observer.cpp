// Looking at a run from threads of its own: what is due when, what is shared, and that the run does not
// notice.
#include "core/instruments/common.h"
#include "core/instruments/derivatives.h"
#include "core/trainers/observer.h"
#include "core/trainers/session.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace shared;

namespace
{

/// A run whose moments are shown by hand.
struct Stage {
    std::unique_ptr<Backend> backend = makeBackend("cpu");
    Run run;
    Sight sight;
    Observer observer{[] {}};
    Readings readings;

    explicit Stage(const Document& document = network("iris", 6))
        : run(runOf(document, *backend))
        , sight{std::make_shared<const Document>(document),
                std::make_shared<const BlockLibrary>(BlockLibrary::builtIn()),
                std::make_shared<const Dataset>(run.data()),
                run.moment(),
                {}}
    {
    }

    void watch(std::vector<Watch> watches)
    {
        std::vector<Wish> wishes;
        for (Watch& watch : watches) wishes.push_back({std::move(watch)});
        observer.watch(std::move(wishes));
    }
    void show(Lookout::When when = Lookout::When::AtOnce)
    {
        sight.moment = run.moment();
        observer.show(sight, when, 0);
    }
    bool seenAt(int64_t step, size_t count)
    {
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < 20'000) {
            observer.collect(readings);
            const auto fits = [&](const auto& item) { return item.second.step == step; };
            if (size_t(std::count_if(readings.begin(), readings.end(), fits)) == count) return true;
            QThread::msleep(1);
        }
        return false;
    }
};

/// One watch each, which has been read and costs so many seconds.
std::vector<Turn> turnsOf(const std::vector<double>& costs)
{
    std::vector<Turn> turns(costs.size());
    for (size_t i = 0; i < costs.size(); ++i) {
        turns[i].entries.resize(1);
        turns[i].cost = costs[i];
    }
    return turns;
}

double takenBy(const std::vector<Turn>& turns)
{
    double share = 0;
    for (const Turn& turn : turns) share += turn.cost / turn.interval;
    return share;
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

std::shared_ptr<const Snapshot> waitFor(const Session& session,
                                        const std::function<bool(const Snapshot&)>& condition)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 30'000) {
        if (auto snapshot = session.snapshot(); condition(*snapshot)) return snapshot;
        QThread::msleep(1);
    }
    return nullptr;
}

Document endless()
{
    Document document = spiral();
    document.train.epochs = 1'000'000;
    return document;
}

} // namespace

class TestObserver : public QObject
{
    Q_OBJECT
private slots:
    void aReadingIsOfTheStepThatWasShown()
    {
        Stage stage;
        stage.watch({{"w", "weights", "hidden.weight"}, {"h", "histogram", "bend.y"}});
        stage.show();
        QVERIFY(stage.seenAt(0, 2));
        const auto first = stage.readings.at("w").reading;
        losses(stage.run, 7);
        stage.show();
        QVERIFY(stage.seenAt(7, 2));
        QCOMPARE(std::get<MatrixReading>(*stage.readings.at("w")).values,
                 stage.run.parameter("hidden.weight").reals());
        QVERIFY(stage.readings.at("w").reading != first);
    }

    void whatTrainingDoesNotReachIsReadOnce()
    {
        Stage stage;
        stage.watch({{"data", "histogram", "data.x"}, {"bend", "histogram", "bend.y"}});
        stage.show();
        QVERIFY(stage.seenAt(0, 2));
        const auto data = stage.readings.at("data").reading, bend = stage.readings.at("bend").reading;
        losses(stage.run, 3);
        stage.show();
        QVERIFY(stage.seenAt(3, 2)); // it is known to be right at that step, too
        QCOMPARE(stage.readings.at("data").reading, data);
        QVERIFY(stage.readings.at("bend").reading != bend);
    }

    void aWatchOfAChangedNetworkSeesTheChange()
    {
        Stage stage;
        Watch changed{"c", "activations", "bend.y"}, plain{"p", "activations", "bend.y"};
        changed.changes = {{"bend.y = 0"}, {}};
        Watch wrong{"w", "activations", "bend.y"};
        wrong.changes = {{}, {"bent half"}};
        stage.watch({changed, plain, wrong});
        stage.show();
        QVERIFY(stage.seenAt(0, 3));
        const auto sum = [&](const char* key) {
            double all = 0;
            for (const float value : std::get<MatrixReading>(*stage.readings.at(key)).values)
                all += std::abs(value);
            return all;
        };
        QVERIFY(sum("p") > 0);
        QCOMPARE(sum("c"), 0.0);
        const auto* text = std::get_if<TextReading>(&*stage.readings.at("w"));
        QVERIFY(text && text->text.find("bent") != std::string::npos);
    }

    void aWatchThatComesBackIsReadAgain()
    {
        Stage stage;
        stage.watch({{"h", "histogram", "bend.y"}});
        stage.show();
        QVERIFY(stage.seenAt(0, 1));
        stage.watch({});
        stage.observer.collect(stage.readings);
        QVERIFY(stage.readings.empty());
        stage.watch({{"h", "histogram", "bend.y"}});
        stage.show();
        QVERIFY(stage.seenAt(0, 1));
    }

    void nothingThatIsWatchedWantsNothing()
    {
        Stage stage;
        stage.watch({{"h", "histogram", "bend.y"}});
        QTRY_VERIFY(stage.observer.wants());
        stage.watch({});
        QTest::qWait(20);
        QVERIFY(!stage.observer.wants());
    }

    void withoutABudgetARunIsLookedAtWhileItRestsOnly()
    {
        Stage stage;
        stage.observer.setBudget(0);
        stage.watch({{"h", "histogram", "bend.y"}});
        stage.show();
        QVERIFY(stage.seenAt(0, 1));
        QTest::qWait(100);
        QVERIFY(!stage.observer.wants());
        losses(stage.run, 2);
        stage.show(Lookout::When::AtOnce);
        QVERIFY(stage.seenAt(2, 1));
    }

    void theIntervalKeepsTheShare()
    {
        auto turns = turnsOf({0.01});
        divide(turns, 0.05);
        QVERIFY(near(turns[0].interval, 0.01 / 0.05));
        divide(turns, 0);
        QVERIFY(std::isinf(turns[0].interval));
    }

    void noTurnComesMoreOftenThanIsOfUse()
    {
        auto turns = turnsOf({1e-4, 1});
        turns[0].entries.resize(2);
        turns[0].entries[0].wish.watch.often = 5;
        turns[0].entries[1].wish.watch.often = 10;
        divide(turns, 0.1);
        QVERIFY(near(turns[0].interval, 0.1));
        QVERIFY(near(takenBy(turns), 0.1)); // what it does not need is the other's
    }

    void whatIsCheapIsNotSlowedByWhatIsDear()
    {
        for (const double dear : {0.02, 0.2, 2.0, 200.0}) {
            auto turns = turnsOf({0.003, dear, dear, dear});
            divide(turns, 0.1);
            QVERIFY(near(turns[0].interval, 1 / turns[0].mostOften()));
            QVERIFY(near(takenBy(turns), 0.1));
        }
    }

    void nothingStarvesBesideWhatIsCheaper()
    {
        auto turns = turnsOf(std::vector<double>(9, 0.01)); // more than fit
        turns.push_back(turnsOf({1.0})[0]);
        divide(turns, 0.1);
        QVERIFY(turns[9].interval <= 1.0 / (0.1 / 10 / 4) * 1.000001); // a quarter of an equal part
        QVERIFY(near(takenBy(turns), 0.1));
        for (int i = 1; i < 9; ++i) QVERIFY(near(turns[size_t(i)].interval, turns[0].interval));
    }

    void watchesThatAreReadTogetherCountOneByOne()
    {
        auto turns = turnsOf({0.04, 0.01});
        turns[0].entries.resize(4); // each costs as much as the other turn
        divide(turns, 0.1);
        QVERIFY(near(turns[0].interval, turns[1].interval));
    }

    void theFirstReadingCompilesWhichIsNotItsCost()
    {
        Turn turn = turnsOf({0})[0];
        const Turn::Clock::time_point now = Turn::Clock::time_point() + std::chrono::hours(1);
        turn.spent(5, now);
        turn.spent(0.02, now);
        QCOMPARE(turn.cost, 0.02);
    }

    void turnsThatAreTakenEarlyOrLateKeepTheirRate()
    {
        using namespace std::chrono_literals;
        Turn turn = turnsOf({0.02})[0];
        turn.interval = 0.2;
        const Turn::Clock::time_point start = Turn::Clock::time_point() + 1h;
        const auto at = [&](Turn::Clock::duration expected) {
            return std::chrono::abs(turn.due() - start - expected) < 1us;
        };
        turn.spent(0.02, start);
        QVERIFY(at(200ms));
        turn.spent(0.02, start + 150ms);
        QVERIFY(at(400ms));
        turn.spent(0.02, start + 470ms);
        QVERIFY(at(600ms));
        turn.spent(0.02, start + 5000ms); // what was missed for long is not made up for
        QVERIFY(at(5000ms));
    }

    void wiresOfOneInstrumentAreComputedInOnePass()
    {
        const auto backend = makeBackend("cpu:1");
        const Document document = network("iris", 6);
        auto data = std::make_shared<const Dataset>(loadDataset(document.data));
        const auto library = std::make_shared<const BlockLibrary>(BlockLibrary::builtIn());
        Network shared(document, library, data, *backend), apart(document, library, data, *backend);
        const Moment now = shared.initial();
        const std::vector<int64_t> some{1, 5, 9};
        const std::vector<std::string> wires{"hidden.y", "bend.y", "output.y"};
        shared.shared().expect(wires);
        for (const std::string& wire : wires)
            QVERIFY(instruments::valuesOf(shared, now, {wire}, some).at(wire).reals() ==
                    instruments::valuesOf(apart, now, {wire}, some).at(wire).reals());
        QCOMPARE(shared.compiled(), int64_t(1));
        QCOMPARE(apart.compiled(), int64_t(3));
        const std::vector<int64_t> others{2, 4}; // and not of other examples, or another moment
        QCOMPARE(instruments::valuesOf(shared, now, {"bend.y"}, others).at("bend.y").type.size("batch"),
                 int64_t(2));
        Arrays changed = *now.values;
        changed.at("hidden.weight").reals()[0] += 1;
        const Moment later{1, std::make_shared<const Arrays>(std::move(changed))};
        QVERIFY(instruments::valuesOf(shared, later, {"hidden.y"}, some).at("hidden.y").reals() !=
                instruments::valuesOf(shared, now, {"hidden.y"}, some).at("hidden.y").reals());
    }

    void examplesAreAnsweredOnceForAllWhoAsk()
    {
        const auto backend = makeBackend("cpu:1");
        const Document document = network("iris", 6);
        Network seen(document, std::make_shared<const BlockLibrary>(BlockLibrary::builtIn()),
                     std::make_shared<const Dataset>(loadDataset(document.data)), *backend);
        const Moment now = seen.initial();
        const std::vector<int64_t> some{1, 5, 9}, others{2, 4, 7};
        const Array answers = seen.predict(now, some);
        QCOMPARE(answers, seen.predict(now, instruments::inputsOf(seen.data(), some)));
        const void* kept = seen.shared().takeLatest();
        QVERIFY(kept);
        QVERIFY(!seen.shared().takeLatest());
        QCOMPARE(seen.predict(now, some), answers);
        QCOMPARE(seen.shared().takeLatest(), kept); // so that who looks knows what to divide the cost by
        QVERIFY(seen.predict(now, others) != answers);
        QVERIFY(seen.shared().takeLatest() != kept);
        Arrays changed = *now.values;
        changed.at("hidden.weight").reals()[0] += 1;
        const Moment later{1, std::make_shared<const Arrays>(std::move(changed))};
        QVERIFY(seen.predict(later, some) != answers);
    }

    /// Heavy ones and light ones: the bits are those of a run that nobody looks at.
    void aRunThatIsLookedAtHasTheSameBits()
    {
        Session session;
        session.open(endless(), true);
        session.watch({{"hessian", "hessian", ""},
                       {"ntk", "ntk", ""},
                       {"h", "histogram", "bend.y"},
                       {"w", "weights", "output.weight"}});
        const auto seen = waitFor(session, [](const Snapshot& s) {
            return s.readings.size() == 4 && s.readings.at("w").step > 100;
        });
        QVERIFY(seen);
        const Seen& weights = seen->readings.at("w");
        const auto backend = makeBackend("cpu");
        Run run = runOf(endless(), *backend);
        losses(run, int(weights.step));
        QCOMPARE(std::get<MatrixReading>(*weights).values, run.parameter("output.weight").reals());
    }

    /// A hundred products with the Hessian take thousands of steps' time.
    void aRunGoesOnDuringALongReading()
    {
        Session session;
        Document document = network("digits", 48);
        document.train.epochs = 1'000'000;
        session.open(document, true);
        session.watch({{"hessian", "hessian_density", "", 0, {}, {{"steps", number(100)}}}});
        const auto seen = waitFor(session, [](const Snapshot& s) { return s.readings.contains("hessian"); });
        QVERIFY(seen);
        const Seen& reading = seen->readings.at("hessian");
        QVERIFY2(!std::holds_alternative<TextReading>(*reading), "it says why not");
        QVERIFY(seen->step > reading.step + 20);
    }
};

QTEST_APPLESS_MAIN(TestObserver)
#include "test_observer.moc"
