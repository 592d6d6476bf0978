// The wall of pictures, lenses on the canvas, and what looking costs.
#include "fixture.h"

#include "core/data/dataset.h"
#include "core/diagram/changes.h"
#include "core/diagram/lenses.h"
#include "widgets/lenses/layer.h"
#include "widgets/panels/picturecard.h"
#include "widgets/panels/timestrip.h"
#include "widgets/views/readingview.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QMenu>
#include <QToolButton>
#include <numeric>
#include <random>

#ifdef __linux__
#include <ctime>
#endif

using core::LensPlace;
using widgets::LensItem;
using widgets::LensLayer;
using widgets::PictureCard;

class TestLenses : public QObject
{
    Q_OBJECT

    static std::unique_ptr<core::Session> session() { return std::make_unique<core::Session>("cpu"); }
    /// Processor time that this thread has taken, in seconds; 0 where it is not known.
    static double processorSeconds()
    {
#ifdef __linux__
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
#else
        return 0;
#endif
    }
    static LensLayer* layer(Bench& bench) { return bench.canvas().findChild<LensLayer*>(); }
    static QList<PictureCard*> cards(Bench& bench)
    {
        QList<PictureCard*> shown;
        for (PictureCard* card : bench.window.findChildren<PictureCard*>())
            if (card->isVisible()) shown << card;
        return shown;
    }

    /// How often a widget was painted.
    struct Paints : QObject {
        explicit Paints(QWidget* of) { of->installEventFilter(this); }
        bool eventFilter(QObject*, QEvent* event) override
        {
            count += event->type() == QEvent::Paint;
            return false;
        }
        int count = 0;
    };

private slots:
    void initTestCase() { useOwnSettings(); }

    void aWireIsLookedAtOnTheCanvasAndTheFileKeepsIt()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 5, 20000);
        QTRY_VERIFY(bench.lab.elaboration().types.contains("hidden.y"));
        QTRY_VERIFY(bench.scene().wire({{"hidden", "y"}, {"activation", "x"}}));
        layer(bench)->add(*core::findInstrument("histogram"), "hidden.y");
        QCOMPARE(layer(bench)->items().size(), size_t(1));
        QCOMPARE(core::lensesOf(bench.lab.document(), LensPlace::Canvas)->size(), size_t(1));
        QTRY_VERIFY(bench.lab.snapshot().readings.contains("histogram|hidden.y|0"));
        const LensItem* item = layer(bench)->items().front();
        QTRY_VERIFY(item->isVisible());
        QVERIFY(bench.scene().blocksIn(item->frame().translated(item->pos())).empty());
        bench.lab.history().undo();
        QVERIFY(layer(bench)->items().empty());
        QTRY_VERIFY(!bench.lab.snapshot().readings.contains("histogram|hidden.y|0"));
        bench.lab.history().redo();
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.axo"));
        QVERIFY(bench.lab.saveFile(path));
        QVERIFY(bench.lab.openFile(path, false));
        QCOMPARE(layer(bench)->items().size(), size_t(1));
    }

    void aPictureOnTheCanvasIsPutElsewhereByTheMouse()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.elaboration().types.contains("hidden.y"), 20000);
        layer(bench)->add(*core::findInstrument("histogram"), "hidden.y");
        const LensItem* item = layer(bench)->items().front();
        QTRY_VERIFY(item->isVisible());
        const QPointF before = item->pos(), wire = item->wire();
        bench.drag(bench.at(before), bench.at(before + QPointF(60, 40)));
        QCOMPARE(layer(bench)->items().front(), item); // the same one
        const QPointF moved = item->pos() - before;
        QVERIFY(QLineF(moved, QPointF(60, 40)).length() < 4);
        QCOMPARE(item->wire(), wire);
        const auto offset = core::lensesOf(bench.lab.document(), LensPlace::Canvas)->front().offset;
        QVERIFY(offset);
        QVERIFY(QLineF(QPointF((*offset)[0], (*offset)[1]), item->pos() - wire).length() < 1e-6);
        bench.lab.history().undo();
        QVERIFY(QLineF(item->pos(), before).length() < 1e-6);
        bench.lab.history().redo();
        layer(bench)->letStandFreely();
        QVERIFY(QLineF(item->pos(), before).length() < 1e-6);
        QVERIFY(!layer(bench)->anyPlaced());
    }

    void aPictureOnTheCanvasIsMadeLargerByItsCornerAndByKeys()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.elaboration().types.contains("hidden.y"), 20000);
        layer(bench)->add(*core::findInstrument("histogram"), "hidden.y");
        LensItem* item = layer(bench)->items().front();
        QTRY_VERIFY(item->isVisible());
        Bench::settle();
        const QSize before = item->picture();
        const QPointF corner = item->pos() + item->frame().topLeft();
        const QPointF grip = item->pos() + item->frame().bottomRight() - QPointF(4, 4);
        QVERIFY(item->gripAt(grip));
        bench.drag(bench.at(grip), bench.at(grip + QPointF(90, 60)));
        const QSize after = item->picture();
        QVERIFY(
            QLineF(QPointF(after.width() - before.width(), after.height() - before.height()), QPointF(90, 60))
                .length() < 6);
        QVERIFY(QLineF(item->pos() + item->frame().topLeft(), corner).length() < 3);
        const auto size = core::lensesOf(bench.lab.document(), LensPlace::Canvas)->front().size;
        QVERIFY(size && qRound((*size)[0]) == after.width());
        bench.lab.history().undo();
        QCOMPARE(item->picture(), before);
        bench.lab.select({{}, {{{"hidden", "y"}, {"activation", "x"}}}});
        bench.canvas().setFocus();
        bench.key(Qt::Key_Plus, Qt::AltModifier);
        QCOMPARE(item->picture(), QSize(qRound(before.width() * 1.25), qRound(before.height() * 1.25)));
        bench.key(Qt::Key_Minus, Qt::AltModifier);
        QCOMPARE(item->picture(), before);
    }

    void settingsOfAPictureOnTheCanvasHaveAForm()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.elaboration().types.contains("hidden.y"), 20000);
        layer(bench)->add(*core::findInstrument("gram"), "hidden.y");
        const LensItem* item = layer(bench)->items().front();
        QTRY_VERIFY(item->isVisible());
        Bench::settle();
        const QPoint place = bench.at(item->pos());
        QContextMenuEvent event(QContextMenuEvent::Mouse, place, bench.viewport()->mapToGlobal(place));
        QApplication::sendEvent(bench.viewport(), &event);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        menu->setActiveAction(menu->actions().front());
        QTest::keyClick(menu, Qt::Key_Return);
        QWidget* popup = QApplication::activePopupWidget();
        QVERIFY(popup);
        auto* form = popup->findChild<QComboBox*>(QStringLiteral("lens 0.form"));
        QVERIFY(form);
        QTest::keyClick(form, Qt::Key_I); // inner products
        popup->close();
        const auto lenses = core::lensesOf(bench.lab.document(), LensPlace::Canvas);
        QCOMPARE(lenses->front().settings.at("form").text, std::string("inner"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().readings.contains("gram|hidden.y|0|form=inner"), 20000);
        // By the keyboard: of the selected wire's pictures.
        bench.lab.select({{}, {{{"hidden", "y"}, {"activation", "x"}}}});
        bench.window.activateWindow();
        bench.canvas().setFocus();
        (void)QTest::qWaitForWindowActive(&bench.window);
        bench.key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        popup = QApplication::activePopupWidget();
        QVERIFY(popup && popup->findChild<QComboBox*>(QStringLiteral("lens 0.form")));
        popup->close();
    }

    void theWallShowsWhatAppliesUntilThePersonChooses()
    {
        Bench bench(session());
        QTRY_COMPARE_WITH_TIMEOUT(cards(bench).size(), 4, 20000);
        QVERIFY(!core::lensesOf(bench.lab.document(), LensPlace::Wall));
        emit cards(bench).front()->closed();
        QTRY_COMPARE(cards(bench).size(), 3);
        QCOMPARE(core::lensesOf(bench.lab.document(), LensPlace::Wall)->size(), size_t(3));
        bench.lab.history().undo();
        QTRY_COMPARE(cards(bench).size(), 4);
    }

    void cardsAreMovedByKeysAndTheDocumentKeepsTheirOrder()
    {
        Bench bench(session());
        QTRY_COMPARE_WITH_TIMEOUT(cards(bench).size(), 4, 20000);
        PictureCard* first = nullptr;
        for (PictureCard* card : cards(bench))
            if (!first || card->y() < first->y() || (card->y() == first->y() && card->x() < first->x()))
                first = card;
        const std::string name(first->instrument->name);
        QTest::keyClick(first, Qt::Key_Right, Qt::AltModifier);
        const auto lenses = core::lensesOf(bench.lab.document(), LensPlace::Wall);
        QVERIFY(lenses);
        QCOMPARE((*lenses)[1].instrument, name);
    }

    void layoutsAreKeptUnderNamesForAnyDocument()
    {
        const auto wall = [](Bench& bench) { return core::lensesOf(bench.lab.document(), LensPlace::Wall); };
        const auto choose = [](Bench& bench, const char* text) {
            for (auto* button : bench.window.findChildren<QToolButton*>())
                if (button->text() == QStringLiteral("Layouts")) button->click();
            bench.type(QString::fromLatin1(text));
        };
        const std::vector<core::Lens> own{{"confusion", "", {}}, {"activations", "activation.y", {}}};
        {
            Bench bench(session());
            bench.lab.change(QStringLiteral("Two"), [&](core::Document& document) {
                core::setLenses(document, LensPlace::Wall, own);
            });
            QTRY_COMPARE(cards(bench).size(), 2);
            choose(bench, "my two");
        }
        Bench next(session());
        QVERIFY(!wall(next));
        choose(next, "my two");
        QVERIFY(wall(next) == own);
        QTRY_COMPARE(cards(next).size(), 2);
        next.lab.history().undo();
        QVERIFY(!wall(next));
        next.lab.change(QStringLiteral("Rename"), [](core::Document& document) {
            core::edit::renameBlock(document, "activation", "bend");
        });
        QTRY_VERIFY(next.lab.elaboration().trainable());
        choose(next, "my two"); // there is no such wire: the selected one
        QCOMPARE(wall(next)->at(1).at, std::string());
        choose(next, "Forget");
        choose(next, "other");
        QCOMPARE(QSettings().value(QStringLiteral("wallLayouts")).toMap().keys(),
                 QStringList{QStringLiteral("other")});
        QSettings().clear();
    }

    void whatLookingMayTakeIsShownAndChosen()
    {
        Bench bench(session());
        auto* share = bench.window.findChild<QToolButton*>(QStringLiteral("looking"));
        QVERIFY(share);
        QCOMPARE(bench.lab.lookingShare(), 0.05);
        QTRY_VERIFY_WITH_TIMEOUT(share->text().contains(QStringLiteral("5 %")), 20000);
        QTimer::singleShot(0, share, [] { // the menu runs until it is closed
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            if (!menu) return;
            menu->setActiveAction(menu->actions().back());
            QTest::keyClick(menu, Qt::Key_Return);
        });
        share->click();
        QCOMPARE(bench.lab.lookingShare(), 0.5);
        QVERIFY(share->text().contains(QStringLiteral("50 %")));
        Bench next(session());
        QCOMPARE(next.lab.lookingShare(), 0.5);
        QSettings().clear();
    }

    /// What training does not reach is read once: a wall that painted it again would do so in vain.
    void aPictureThatStaysTheSameIsPaintedOnce()
    {
        Bench bench(session());
        QTRY_COMPARE_WITH_TIMEOUT(cards(bench).size(), 4, 20000);
        bench.lab.change(QStringLiteral("wall"), [](core::Document& document) {
            core::setLenses(document, LensPlace::Wall, {{"histogram", "data.x", {}}, {"weights", "", {}}});
        });
        QTRY_COMPARE(cards(bench).size(), 2);
        widgets::ReadingView* views[2] = {};
        const auto ready = [&] {
            for (PictureCard* card : cards(bench)) {
                auto* view = card->findChild<widgets::ReadingView*>();
                const bool text = bench.lab.snapshot().readings.size() < 2;
                if (!text) views[card->instrument->name == "weights"] = view;
            }
            return views[0] && views[1];
        };
        QTRY_VERIFY_WITH_TIMEOUT(ready(), 20000);
        QTest::qWait(300); // the layout has come to rest
        QVERIFY(ready());
        Paints still(views[0]), moving(views[1]);
        QTRY_VERIFY_WITH_TIMEOUT(moving.count > 10, 20000);
        QVERIFY2(still.count < 3, qPrintable(QString::number(still.count)));
    }

    void badInputIsSaidInThePanelAndTheRunGoesOn_data()
    {
        QTest::addColumn<QString>("instrument");
        QTest::addColumn<QString>("at");
        QTest::addColumn<QString>("choice");
        QTest::addColumn<int>("examples");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("a wire that is gone") << "gram"
                                             << "gone.y"
                                             << "" << 0 << QStringList{"gone.y", "nearest"};
        QTest::newRow("a batch too small") << "cka"
                                           << ""
                                           << "form=debiased" << 3 << QStringList{"at least 4", "examples"};
        QTest::newRow("a singular Gram matrix")
            << "gram_depth"
            << "hidden.y"
            << "measure=isometry_gap" << 40 << QStringList{"singular", "fewer examples"};
        QTest::newRow("not finite") << "spectrum"
                                    << "hidden.y"
                                    << "" << 0 << QStringList{"infinite", "example 0"};
        QTest::newRow("fifty thousand units")
            << "gram"
            << "hidden.y"
            << "of=units" << 0 << QStringList{"50000 units", "4096", "subset"};
    }

    void badInputIsSaidInThePanelAndTheRunGoesOn()
    {
        QFETCH(QString, instrument);
        QFETCH(QString, at);
        QFETCH(QString, choice);
        QFETCH(int, examples);
        QFETCH(QStringList, words);
        Bench bench(session());
        core::Lens lens{instrument.toStdString(), at.toStdString(), {}};
        if (!choice.isEmpty())
            lens.settings[choice.section(QLatin1Char('='), 0, 0).toStdString()] = {
                core::Setting::Kind::Text, 0, choice.section(QLatin1Char('='), 1).toStdString(), false};
        if (examples > 0)
            lens.settings["examples"] = {core::Setting::Kind::Number, double(examples), {}, false};
        QVERIFY(bench.lab.change(QStringLiteral("look"), [&](core::Document& document) {
            if (instrument == QLatin1String("spectrum")) core::setChanges(document, {{"hidden.y = inf"}, {}});
            if (choice == QLatin1String("of=units")) { // four inputs, so that it trains quickly
                document.data.name = "iris";
                for (const auto& [block, axis] : {std::pair{"hidden", "channel: 50000"}, {"out", "class: 3"}})
                    core::edit::setSetting(document, block, "to",
                                           {core::Setting::Kind::Text, 0, axis, false});
            }
            core::setLenses(document, LensPlace::Wall, {lens});
        }));
        QTRY_COMPARE_WITH_TIMEOUT(cards(bench).size(), 1, 20000);
        const auto said = [&] {
            QString all;
            for (const auto& [key, seen] : bench.lab.snapshot().readings)
                if (const auto* text = std::get_if<core::TextReading>(seen.reading.get()))
                    all += QString::fromStdString(text->text);
            return all;
        };
        const auto says = [&] {
            return std::ranges::all_of(words,
                                       [all = said()](const QString& word) { return all.contains(word); });
        };
        QTRY_VERIFY2_WITH_TIMEOUT(says(), qPrintable(said()), 40000);
        const int64_t step = bench.lab.snapshot().step;
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > step + 5, 20000);
        QVERIFY(!bench.lab.snapshot().failure);
    }

    /// Prints what twelve lenses of a network of six layers cost the run and the event loop, with and without
    /// them in turns of AXO_LENSES_SECONDS; by hand.
    void twelveLensesOfSixLayers()
    {
        const int turn = 1000 * qEnvironmentVariableIntValue("AXO_LENSES_SECONDS");
        if (turn <= 0) QSKIP("set AXO_LENSES_SECONDS");
        const core::Document document = sixLayers();
        Bench bench(session());
        bench.lab.open(document, {}, true);
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().document &&
                                     *bench.lab.snapshot().document == document &&
                                     bench.lab.snapshot().step > 0,
                                 60000);
        core::Document looking = document;
        std::vector<core::Lens> lenses;
        for (int i = 1; i <= 6; ++i) {
            lenses.push_back({"histogram", "l" + std::to_string(i) + ".y", {}});
            lenses.push_back({"activations", "l" + std::to_string(i) + ".y", {}});
        }
        core::setLenses(looking, LensPlace::Canvas, lenses);
        core::setLenses(looking, LensPlace::Wall, {});
        core::Document blind = document;
        core::setLenses(blind, LensPlace::Wall, {});
        const auto show = [&](const core::Document& which) {
            bench.lab.change(QStringLiteral("lenses"), [&](core::Document& d) { d = which; });
            QTest::qWait(400); // what is made once
        };
        show(looking);
        QTRY_COMPARE_WITH_TIMEOUT(bench.lab.snapshot().readings.size(), size_t(12), 30000);
        QCOMPARE(layer(bench)->items().size(), size_t(12));
        double speed[2] = {0, 0}, window[2] = {0, 0};
        std::vector<double> late;
        constexpr int rounds = 12;
        for (int round = 0; round < rounds; ++round) {
            const bool with = round % 4 == 1 || round % 4 == 2; // a drift of the machine is in both
            show(with ? looking : blind);
            const int64_t step = bench.lab.snapshot().step;
            QElapsedTimer clock, last;
            QTimer probe;
            probe.setTimerType(Qt::PreciseTimer);
            probe.setInterval(5);
            connect(&probe, &QTimer::timeout, this, [&] {
                if (with) late.push_back(qMax(0.0, double(last.nsecsElapsed()) * 1e-6 - 5));
                last.restart();
            });
            const double begin = processorSeconds();
            clock.start();
            last.start();
            probe.start();
            while (clock.elapsed() < turn) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            speed[with] += double(bench.lab.snapshot().step - step) / double(clock.elapsed()) * 2000 / rounds;
            window[with] += (processorSeconds() - begin) / double(clock.elapsed()) * 2e6 / rounds;
            if (with) qInfo("looking takes %.1f %%", bench.lab.snapshot().observationShare * 100);
        }
        QVERIFY(!late.empty() && speed[0] > 0 && speed[1] > 0);
        std::ranges::sort(late);
        qInfo("steps a second without lenses %.0f, with twelve %.0f: %.1f %%", speed[0], speed[1],
              100 * speed[1] / speed[0]);
        qInfo("the window's thread without lenses %.0f ms a second, with twelve %.0f", window[0], window[1]);
        qInfo("event loop with twelve: median %.2f ms, 99th percentile %.2f ms", late[late.size() / 2],
              late[late.size() * 99 / 100]);
    }

    /// Prints how often the spectra of 512 examples at twelve wires come, and what share of the time that
    /// takes; by hand, with AXO_LENSES_SECONDS.
    void spectraOf512ExamplesAtTwelveWires()
    {
        const int seconds = qEnvironmentVariableIntValue("AXO_LENSES_SECONDS");
        if (seconds <= 0) QSKIP("takes long; set AXO_LENSES_SECONDS");
        core::Session session("cpu");
        session.open(sixLayers(), true);
        std::vector<core::Watch> watches;
        for (const char* wire : {"data.x", "l1.y", "r1.y", "l2.y", "r2.y", "l3.y", "r3.y", "l4.y", "r4.y",
                                 "l5.y", "r5.y", "l6.y"})
            watches.push_back({wire,
                               "spectrum",
                               wire,
                               0,
                               {},
                               {{"examples", {core::Setting::Kind::Number, 512, {}, false}}}});
        session.watch(watches);
        QElapsedTimer clock;
        clock.start();
        while (session.snapshot()->readings.size() < watches.size() && clock.elapsed() < 60'000)
            QThread::msleep(10);
        QThread::sleep(3);
        std::map<std::string, int> changes;
        std::map<std::string, int64_t> last;
        double share = 0;
        std::vector<double> shares;
        clock.restart();
        while (clock.elapsed() < 1000 * seconds) {
            const auto now = session.snapshot();
            share = qMax(share, now->observationShare);
            shares.push_back(now->observationShare);
            for (const auto& [key, seen] : now->readings) {
                QVERIFY2(std::holds_alternative<core::SeriesReading>(*seen), key.c_str());
                if (std::exchange(last[key], seen.step) != seen.step) ++changes[key];
            }
            QThread::msleep(2);
        }
        int least = 1 << 30;
        for (const auto& [key, count] : changes) least = qMin(least, count);
        qInfo(
            "spectra of 512 examples at %d wires: each %.2f a second, looking took %.1f %%, at most %.1f %%",
            int(changes.size()), double(least) / seconds,
            100 * std::accumulate(shares.begin(), shares.end(), 0.0) / double(shares.size()), share * 100);
        QVERIFY(changes.size() == watches.size());
    }

    /// Prints how long it takes from the slider to the painted picture, for two hundred moments of half a
    /// million parameters; by hand, with AXO_LENSES_SECONDS.
    void scrubbingHalfAMillionParameters()
    {
        if (qEnvironmentVariableIntValue("AXO_LENSES_SECONDS") <= 0) QSKIP("set AXO_LENSES_SECONDS");
        Bench bench(session());
        core::Document document = sixLayers();
        for (core::Block& block : document.diagram.blocks)
            if (block.kind == "linear" && block.id != "l6")
                block.settings["to"] = {core::Setting::Kind::Text, 0, "channel: 304", false};
        core::setLenses(document, LensPlace::Wall,
                        {{"histogram", "l3.y", {}}, {"weights", "l2.weight", {}}, {"predictions", "", {}}});
        bench.lab.open(document, {}, true);
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().marks && bench.lab.snapshot().marks->size() >= 200 &&
                                     *bench.lab.snapshot().document == document,
                                 600'000);
        auto* slider = bench.window.findChild<widgets::TimeSlider*>();
        const auto weights = [&]() -> std::shared_ptr<const core::Reading> {
            const auto found = bench.lab.snapshot().readings.find("weights|l2.weight|0");
            return found == bench.lab.snapshot().readings.end() ? nullptr : found->second.reading;
        };
        slider->setValue(0);
        QTest::qWait(2500); // the network of the past is compiled
        QTRY_VERIFY(weights() && std::holds_alternative<core::MatrixReading>(*weights()));
        const QList<PictureCard*> shown = cards(bench);
        const auto card = std::ranges::find(shown, std::string_view("weights"),
                                            [](PictureCard* one) { return one->instrument->name; });
        QVERIFY(card != shown.end());
        Paints paints((*card)->findChild<widgets::ReadingView*>());
        std::vector<double> read, painted;
        std::mt19937 random(1);
        const int64_t first = bench.lab.snapshot().step;
        QElapsedTimer all;
        all.start();
        while (painted.size() < 200) {
            const int next = int(random() % slider->steps().size());
            if (next == slider->value()) continue;
            const auto before = weights();
            QElapsedTimer clock;
            clock.start();
            paints.count = 0; // of what stays the same there is none
            slider->setValue(next);
            while (weights() == before && clock.elapsed() < 20'000)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
            read.push_back(double(clock.nsecsElapsed()) * 1e-6);
            while (paints.count == 0 && clock.elapsed() < 20'000)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
            painted.push_back(double(clock.nsecsElapsed()) * 1e-6);
            QTest::qWait(int(random() % 100));
        }
        qInfo("%d milestones; meanwhile %.0f steps a second", int(slider->steps().size()),
              double(bench.lab.snapshot().step - first) * 1000 / double(all.elapsed()));
        for (const auto& [name, times] : {std::pair{"reading", &read}, {"painted picture", &painted}}) {
            std::ranges::sort(*times);
            qInfo("from the slider to the %s: median %.1f ms, 95th percentile %.1f ms, worst %.1f ms", name,
                  (*times)[times->size() / 2], (*times)[times->size() * 95 / 100], times->back());
        }
        QVERIFY(painted.back() < 20'000);
    }

private:
    /// l1 to l6 with ReLU between them; on MNIST where that is there.
    static core::Document sixLayers()
    {
        const auto known = core::dataDeclarations();
        const auto mnist = std::ranges::find(known, "mnist", &core::DataDeclaration::name);
        const bool real = mnist != known.end() && mnist->available;
        std::string blocks, wires, from = "data.x";
        const auto addBlock = [&](const std::string& id, const std::string& kind,
                                  const std::string& settings) {
            blocks += (blocks.empty() ? "" : ", ") +
                      ("{'id': '" + id + "', 'kind': '" + kind + "'" + settings + "}");
        };
        const auto addWire = [&](const std::string& to) {
            wires += "['" + from + "', '" + to + "'], ";
            from = to.substr(0, to.find('.')) + ".y";
        };
        addBlock("data", "data", "");
        for (int i = 1; i <= 6; ++i) {
            const std::string number = std::to_string(i);
            addBlock("l" + number, "linear",
                     std::string(", 'settings': {'to': '") + (i < 6 ? "channel: 256" : "class: classes") +
                         "'}");
            addWire("l" + number + ".x");
            if (i == 6) break;
            addBlock("r" + number, "activation", ", 'settings': {'formula': 'relu(x)'}");
            addWire("r" + number + ".x");
        }
        addBlock("loss", "cross_entropy", "");
        addWire("loss.logits");
        std::string text =
            std::string("{'axo': 1, 'title': 'six', 'data': {'name': '") + (real ? "mnist" : "digits") +
            "'}, 'train': {'optimiser': 'adam', 'rate': '0.0005', 'batch': 64, 'epochs': 1000000}, "
            "'blocks': [" +
            blocks + "], 'wires': [" + wires + "['data.y', 'loss.target']]}";
        std::ranges::replace(text, '\'', '"');
        core::Errors problems;
        return core::parseDocument(text, "test", problems);
    }
};

QTEST_MAIN(TestLenses)
#include "test_lenses.moc"
