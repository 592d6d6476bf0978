// What is looked at as if it were different: forms at wires and blocks, marks on the canvas, by real events.
#include "fixture.h"

#include "core/diagram/changes.h"
#include "core/diagram/lenses.h"
#include "widgets/lenses/changemarks.h"
#include "widgets/panels/picturecard.h"
#include "widgets/views/readingview.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QToolButton>

using core::changesOf;

class TestChanges : public QObject
{
    Q_OBJECT

    static std::unique_ptr<core::Session> session() { return std::make_unique<core::Session>("cpu"); }
    static core::Wire bent() { return {{"hidden", "y"}, {"activation", "x"}}; }

    static void selectWire(Bench& bench)
    {
        QTRY_VERIFY(bench.scene().wire(bent()));
        bench.lab.select({{}, {bent()}});
        QVERIFY(!bench.lab.selection().wires.empty());
    }
    /// A field of the form that E opens.
    template<class Field> static Field* field(Bench& bench, const char* name)
    {
        if (!QApplication::activePopupWidget()) bench.key(Qt::Key_E);
        QWidget* popup = QApplication::activePopupWidget();
        return popup ? popup->findChild<Field*>(QLatin1String(name)) : nullptr;
    }
    static QStringList marks(Bench& bench)
    {
        return bench.canvas().findChild<widgets::ChangeMarks*>()->texts();
    }
    /// The sum of magnitudes of what a watch sees.
    static double seen(Bench& bench, const char* key)
    {
        const auto found = bench.lab.snapshot().readings.find(key);
        if (found == bench.lab.snapshot().readings.end()) return NAN;
        const auto* matrix = std::get_if<core::MatrixReading>(found->second.reading.get());
        if (!matrix) return NAN;
        double sum = 0;
        for (const float value : matrix->values) sum += double(std::abs(value));
        return sum;
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void aWireIsSeenAsZeroWhileTheRunGoesOnWithout()
    {
        Bench bench(session());
        bench.lab.watch(QStringLiteral("test"), {{"y", "activations", "hidden.y", 0}});
        QTRY_VERIFY_WITH_TIMEOUT(seen(bench, "y") > 0, 20000);
        selectWire(bench);
        auto* values = field<QComboBox>(bench, "change.values");
        QVERIFY(values);
        QTest::keyClick(values, Qt::Key_Z); // zero
        QCOMPARE(changesOf(bench.lab.document()).values, std::vector<std::string>{"hidden.y = 0"});
        QCOMPARE(marks(bench), QStringList{QStringLiteral("= 0")});
        QTRY_COMPARE_WITH_TIMEOUT(seen(bench, "y"), 0.0, 20000);
        const int64_t step = bench.lab.snapshot().step;
        QTRY_VERIFY(bench.lab.snapshot().step > step + 20);
        QVERIFY(!bench.lab.snapshot().failure);
        QApplication::activePopupWidget()->close();
        bench.lab.history().undo();
        QVERIFY(changesOf(bench.lab.document()).empty());
        QVERIFY(marks(bench).empty());
        QTRY_VERIFY_WITH_TIMEOUT(seen(bench, "y") > 0, 20000);
    }

    void pictureOfTheChangedStandsBesideThatOfTheUnchanged()
    {
        Bench bench(session());
        QVERIFY(bench.lab.change(QStringLiteral("look"), [](core::Document& document) {
            core::setLenses(document, core::LensPlace::Wall, {{"activations", "hidden.y", {}}});
            core::setChanges(document, {{"hidden.y = 0"}, {}});
        }));
        const char* key = "activations|hidden.y|0";
        QTRY_COMPARE_WITH_TIMEOUT(seen(bench, key), 0.0, 20000);
        const auto buttons = bench.window.findChildren<QToolButton*>(QStringLiteral("chip"));
        const auto beside = std::ranges::find_if(
            buttons, [](QToolButton* one) { return one->text() == QLatin1String("Beside unchanged"); });
        QVERIFY(beside != buttons.end() && (*beside)->isVisible());
        QTest::keyClick(*beside, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(seen(bench, "activations|hidden.y|0|other") > 0, 20000);
        QCOMPARE(seen(bench, key), 0.0);
        const auto views = [&] {
            const auto all =
                bench.window.findChild<widgets::PictureCard*>()->findChildren<widgets::ReadingView*>();
            return std::ranges::count_if(all, [](QWidget* view) { return view->isVisible(); });
        };
        QTRY_COMPARE(views(), 3); // both and the difference
        QVERIFY(bench.lab.change(QStringLiteral("look"),
                                 [](core::Document& document) { core::setChanges(document, {}); }));
        QTRY_COMPARE(views(), 1);
        QVERIFY(!(*beside)->isVisible());
    }

    void aNumberOfTheChangeIsTyped()
    {
        Bench bench;
        selectWire(bench);
        QTest::keyClicks(field<QComboBox>(bench, "change.values"), QStringLiteral("sc"));
        QCOMPARE(changesOf(bench.lab.document()).values, std::vector<std::string>{"hidden.y *= 0.5"});
        QTRY_VERIFY(field<QDoubleSpinBox>(bench, "change.factor"));
        auto* factor = field<QDoubleSpinBox>(bench, "change.factor");
        factor->selectAll();
        QTest::keyClicks(factor, QStringLiteral("0.25"));
        QTest::keyClick(factor, Qt::Key_Return);
        QCOMPARE(changesOf(bench.lab.document()).values, std::vector<std::string>{"hidden.y *= 0.25"});
        QCOMPARE(marks(bench), QStringList{QStringLiteral("\u00d7 0.25")});
        QApplication::activePopupWidget()->close();
    }

    void oneEdgeAloneIsChangedWhereAnOutputIsReadTwice()
    {
        Bench bench;
        QVERIFY(bench.lab.change(QStringLiteral("second reader"), [&](core::Document& document) {
            const std::string id = core::edit::addBlock(document, bench.lab.library(), "activation");
            core::edit::connect(document, bench.lab.library(), {{"hidden", "y"}, {id, "x"}});
        }));
        selectWire(bench);
        QTest::keyClick(field<QComboBox>(bench, "change.values"), Qt::Key_Z);
        QCOMPARE(marks(bench).size(), 2);
        QTRY_VERIFY(field<QComboBox>(bench, "change.where"));
        QTest::keyClick(field<QComboBox>(bench, "change.where"), Qt::Key_O); // only into
        QCOMPARE(changesOf(bench.lab.document()).values,
                 std::vector<std::string>{"hidden.y > activation = 0"});
        QCOMPARE(marks(bench).size(), 1);
        QApplication::activePopupWidget()->close();
    }

    void gradientsOfABlockGoByAnotherRule()
    {
        Bench bench;
        bench.lab.select({{"activation"}, {}});
        QTest::keyClick(field<QComboBox>(bench, "change.gradients"), Qt::Key_H); // half
        QCOMPARE(changesOf(bench.lab.document()).gradients, std::vector<std::string>{"activation half"});
        QCOMPARE(marks(bench), QStringList{QStringLiteral("\u2207 half")});
        QApplication::activePopupWidget()->close();
        // The wall says so, and a click ends it.
        QToolButton* chip = nullptr;
        for (auto* button : bench.window.findChildren<QToolButton*>())
            if (button->text().startsWith(QLatin1String("1 change"))) chip = button;
        QVERIFY(chip && !chip->isHidden());
        chip->click();
        QVERIFY(changesOf(bench.lab.document()).empty());
        QVERIFY(chip->isHidden());
        bench.lab.select({{"data"}, {}}); // takes nothing in: no gradient passes it
        bench.key(Qt::Key_E);
        QVERIFY(!QApplication::activePopupWidget());
    }

    void theMenuOfAWireOffersIt()
    {
        Bench bench;
        QTRY_VERIFY(bench.scene().wire(bent()));
        Bench::settle();
        const QPoint place = bench.at(bench.scene().wire(bent())->middle());
        QContextMenuEvent event(QContextMenuEvent::Mouse, place, bench.viewport()->mapToGlobal(place));
        QApplication::sendEvent(bench.viewport(), &event);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        const auto actions = menu->actions();
        const auto found = std::ranges::find_if(actions, [](const QAction* action) {
            return action->text().remove(QLatin1Char('&')) == QStringLiteral("Look at it changed\u2026");
        });
        QVERIFY(found != actions.end());
        menu->setActiveAction(*found);
        QTest::keyClick(menu, Qt::Key_Return);
        QWidget* popup = QApplication::activePopupWidget();
        QVERIFY(popup && popup->findChild<QComboBox*>(QStringLiteral("change.values")));
        popup->close();
    }
};

QTEST_MAIN(TestChanges)
#include "test_changes.moc"
