// Gestures and commands of the canvas by real events: each is one step of the history.
#include "fixture.h"

#include "widgets/commands.h"

#include <QAccessible>
#include <QClipboard>
#include <QLineEdit>
#include <QListWidget>

class TestEditor : public QObject
{
    Q_OBJECT

    static QPointF onWire(Bench& bench, const std::string& from, const std::string& to)
    {
        return (bench.scene().block(from)->output("y") + bench.scene().block(to)->input("x")) / 2;
    }
    static bool has(Bench& bench, const core::Wire& wire)
    {
        return std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end();
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void aLineDrawnWithControlCutsTheWiresThatItCrosses()
    {
        Bench bench;
        const size_t before = bench.diagram().wires.size();
        const QPointF on = onWire(bench, "hidden", "activation");
        bench.drag(bench.at(on + QPointF(0, 90)), bench.at(on - QPointF(0, 90)), 8, Qt::ControlModifier);
        QVERIFY(!has(bench, {{"hidden", "y"}, {"activation", "x"}}));
        QVERIFY(bench.diagram().wires.size() < before);
        QCOMPARE(bench.lab.history().count(), 1);
        bench.lab.history().undo();
        QCOMPARE(bench.diagram().wires.size(), before);
    }

    void draggingWithControlFromBlockToBlockConnectsThePortsThatFit()
    {
        Bench bench;
        bench.lab.change(QStringLiteral("cut"), [](core::Document& document) {
            core::edit::disconnect(document, {{"hidden", "y"}, {"activation", "x"}});
        });
        bench.drag(bench.middle("hidden"), bench.middle("activation"), 6, Qt::ControlModifier);
        QVERIFY(has(bench, {{"hidden", "y"}, {"activation", "x"}}));
        QCOMPARE(bench.lab.history().count(), 2);
    }

    void aDraggedWireGoesThroughAPointThatStays()
    {
        Bench bench;
        const QPointF on = onWire(bench, "activation", "out");
        const QPointF to = on + QPointF(0, 100);
        bench.drag(bench.at(on), bench.at(to));
        const core::Block& point = bench.diagram().blocks.back();
        QCOMPARE(point.kind, std::string("point"));
        QVERIFY(has(bench, {{"activation", "y"}, {point.id, "x"}}));
        QVERIFY(has(bench, {{point.id, "y"}, {"out", "x"}}));
        QVERIFY(std::abs(point.pin->y - to.y()) < 3);
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void withAltABlockIsDroppedBesideTheWire()
    {
        Bench bench;
        const QRectF all = bench.scene().diagramRect();
        bench.canvas().addBlock("dropout", QPointF(all.center().x(), all.bottom() + 60));
        bench.canvas().fit();
        const std::string id = bench.diagram().blocks.back().id;
        bench.drag(bench.middle(id), bench.at(onWire(bench, "hidden", "activation")), 12, Qt::AltModifier);
        QVERIFY(has(bench, {{"hidden", "y"}, {"activation", "x"}}));
        QVERIFY(bench.diagram().find(id)->pin.has_value());
    }

    void escapeEndsAGestureAsIfItHadNotBegun()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        const QPoint from = bench.middle("hidden");
        QTest::mousePress(bench.viewport(), Qt::LeftButton, {}, from);
        bench.move(from + QPoint(0, 60));
        bench.key(Qt::Key_Escape);
        QTest::mouseRelease(bench.viewport(), Qt::LeftButton, {}, from + QPoint(0, 60));
        QVERIFY(bench.lab.document() == before);
        QCOMPARE(bench.scene().block("hidden")->pos(), bench.scene().placeOf("hidden"));
    }

    void arrowsWalkAlongTheWires()
    {
        Bench bench;
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_Right);
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"activation"});
        bench.key(Qt::Key_Left);
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"hidden"});
        QCOMPARE(bench.lab.history().count(), 0);
    }

    void aBlockTypedBehindASelectedOneIsWiredToIt()
    {
        Bench bench;
        bench.lab.select({{"activation"}, {}});
        bench.key(Qt::Key_Slash);
        bench.type(QStringLiteral("dropout"));
        QVERIFY(has(bench, {{"activation", "y"}, {bench.diagram().blocks.back().id, "x"}}));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aBlockTypedIntoASelectedWireGoesBetweenItsEnds()
    {
        Bench bench;
        QTest::mouseClick(bench.viewport(), Qt::LeftButton, {},
                          bench.at(onWire(bench, "hidden", "activation")));
        QCOMPARE(bench.lab.selection().wires.size(), size_t(1));
        bench.key(Qt::Key_Slash);
        bench.type(QStringLiteral("dropout"));
        const std::string id = bench.diagram().blocks.back().id;
        QVERIFY(has(bench, {{"hidden", "y"}, {id, "x"}}));
        QVERIFY(has(bench, {{id, "y"}, {"activation", "x"}}));
    }

    void aTypedFormulaIsABlock()
    {
        Bench bench;
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_Slash);
        bench.type(QStringLiteral("x*sigmoid(1.702*x)"));
        const core::Block& block = bench.diagram().blocks.back();
        QCOMPARE(block.kind, std::string("activation"));
        QCOMPARE(block.settings.at("formula").text, std::string("x*sigmoid(1.702*x)"));
        QVERIFY(has(bench, {{"hidden", "y"}, {block.id, "x"}}));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aBlockIsRenamedInItsPlace()
    {
        Bench bench;
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_F2, Qt::ShiftModifier);
        bench.type(QStringLiteral("first"));
        QVERIFY(bench.diagram().find("first"));
        QVERIFY(has(bench, {{"data", "x"}, {"first", "x"}}));
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"first"});
    }

    void severalAxesAreTypedWithCommas()
    {
        Bench bench;
        bench.lab.select({{"hidden"}, {}});
        QTest::qWait(20);
        auto* from = bench.window.findChild<QWidget*>(QStringLiteral("hidden.from"));
        QVERIFY(from);
        from->setFocus();
        bench.type(QStringLiteral("row, column"));
        QCOMPARE(bench.diagram().find("hidden")->settings.at("from").text, std::string("row, column"));
    }

    void alignedBlocksHaveTheirTopsInLineInOneStep()
    {
        Bench bench;
        bench.lab.change(QStringLiteral("pin"), [](core::Document& document) {
            document.diagram.find("hidden")->pin = core::Point{0, 0};
            document.diagram.find("out")->pin = core::Point{300, 170};
        });
        bench.lab.select({{"hidden", "out"}, {}});
        bench.key(Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
        const auto top = [&](const char* id) {
            const auto* item = bench.scene().block(id);
            return item->body().translated(item->pos()).top();
        };
        QVERIFY(std::abs(top("hidden") - top("out")) <= 1); // pins are whole numbers
        QCOMPARE(bench.lab.history().count(), 2);
    }

    void findRevealsWhatIsNamed()
    {
        Bench bench;
        bench.key(Qt::Key_F, Qt::ControlModifier);
        bench.type(QStringLiteral("cross"));
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"cross_entropy"});
    }

    void thePaletteOfCommandsRunsWhatIsTyped()
    {
        Bench bench;
        bench.key(Qt::Key_K, Qt::ControlModifier);
        bench.type(QStringLiteral("select all"));
        QCOMPARE(bench.lab.selection().blocks.size(), bench.diagram().blocks.size());
    }

    void aKeyThatIsChosenWorksAndTheCommandThatHadItLosesIt()
    {
        Bench bench;
        auto& commands = bench.window.commands();
        commands.setKeys(QStringLiteral("edit.find"), {QKeySequence(Qt::CTRL | Qt::Key_D)});
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_D, Qt::ControlModifier);
        QVERIFY(bench.canvas().findChild<QLineEdit*>(QStringLiteral("finderSearch")));
        QCOMPARE(bench.lab.history().count(), 0);
        QVERIFY(commands.keys(QStringLiteral("edit.duplicate")).isEmpty());
        {
            Bench next; // the choice is kept
            QCOMPARE(next.window.commands().keys(QStringLiteral("edit.find")).front(),
                     QKeySequence(Qt::CTRL | Qt::Key_D));
        }
        commands.resetKeys();
        QCOMPARE(commands.keys(QStringLiteral("edit.duplicate")).front(), QKeySequence(Qt::CTRL | Qt::Key_D));
    }

    /// Two commands on one key in one place would both be dead.
    void noKeyIsGivenTwice()
    {
        Bench bench;
        std::map<std::pair<QWidget*, QString>, QString> holders;
        for (const widgets::Command& command : bench.window.commands().all())
            for (const QKeySequence& key : command.action->shortcuts()) {
                const QString text = key.toString();
                for (QWidget* scope : {command.scope, static_cast<QWidget*>(nullptr)})
                    if (const auto other = holders.find({scope, text}); other != holders.end())
                        QFAIL(qPrintable(text + QStringLiteral(": ") + other->second + QStringLiteral(", ") +
                                         command.id));
                holders[{command.scope, text}] = command.id;
            }
        QVERIFY(holders.size() > 40);
    }

    void aQuestionMarkListsEveryCommandAndGesture()
    {
        Bench bench;
        bench.key(Qt::Key_Question);
        auto* sheet = bench.window.findChild<QDialog*>(QStringLiteral("shortcutSheet"));
        QVERIFY(sheet && sheet->isVisible() && !sheet->isModal());
        int rows = 0;
        for (QTreeWidgetItemIterator it(sheet->findChild<QTreeWidget*>()); *it; ++it)
            rows += !(*it)->data(0, Qt::UserRole).toString().isEmpty();
        QCOMPARE(size_t(rows), bench.window.commands().all().size());
    }

    void copiesGoThroughTheClipboardAsTextToAnotherWindow()
    {
        Bench bench;
        bench.lab.select({{"hidden", "activation"}, {}});
        bench.key(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("\"linear\"")));
        Bench other;
        const size_t before = other.diagram().blocks.size();
        other.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(other.diagram().blocks.size(), before + 2);
        other.lab.history().undo();
        other.key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier); // the first input is wired as it was
        const auto& copies = other.lab.selection().blocks;
        QCOMPARE(copies.size(), size_t(2));
        QVERIFY(std::ranges::any_of(other.diagram().wires, [&](const core::Wire& wire) {
            return wire.from.block == "data" && copies.contains(wire.to.block);
        }));
    }

    void everyBlockHasANameForScreenReaders()
    {
        Bench bench;
        QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(&bench.canvas());
        QVERIFY(canvas);
        QCOMPARE(size_t(canvas->childCount()), bench.diagram().blocks.size());
        for (int i = 0; i < canvas->childCount(); ++i) {
            const QString name = canvas->child(i)->text(QAccessible::Name);
            QVERIFY(name.contains(QString::fromStdString(bench.diagram().blocks[size_t(i)].id)));
            QVERIFY(canvas->child(i)->rect().isValid());
        }
        bench.lab.select({{"out"}, {}});
        QVERIFY(canvas->focusChild() && canvas->focusChild()->text(QAccessible::Name).contains("out"));
        QVERIFY(canvas->focusChild()->text(QAccessible::Description).contains("activation.y"));
    }

    void theRunBarFitsANarrowWindowWithTheLargestTheme()
    {
        widgets::applyTheme(*qApp, widgets::loadTheme(QStringLiteral("projector")));
        {
            Bench bench(nullptr, QStringLiteral("projector"));
            bench.window.resize(1280, 800);
            QTest::qWait(20);
            QCOMPARE(bench.window.width(), 1280);
        }
        widgets::applyTheme(*qApp, widgets::loadTheme(QStringLiteral("light")));
    }
};

QTEST_MAIN(TestEditor)
#include "test_editor.moc"
