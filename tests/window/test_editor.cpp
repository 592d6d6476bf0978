// Gestures and commands of the canvas by real events: each is one step of the history.
#include "fixture.h"

#include "widgets/commands.h"

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

    void aLineDrawnWhileYIsHeldCutsToo()
    {
        Bench bench;
        const QPointF on = onWire(bench, "hidden", "activation");
        QTest::keyPress(&bench.canvas(), Qt::Key_Y);
        bench.drag(bench.at(on + QPointF(0, 90)), bench.at(on - QPointF(0, 90)));
        QTest::keyRelease(&bench.canvas(), Qt::Key_Y);
        QVERIFY(!has(bench, {{"hidden", "y"}, {"activation", "x"}}));
        QVERIFY(bench.diagram().find("hidden") && bench.diagram().find("activation"));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aDoubleClickOnNothingAsksForABlockThatStandsThere()
    {
        Bench bench;
        const QRectF all = bench.scene().diagramRect();
        const QPoint nothing = bench.at(QPointF(all.center().x(), all.bottom() + 70));
        const QPointF place = bench.canvas().mapToScene(nothing);
        QTest::mouseDClick(bench.viewport(), Qt::LeftButton, {}, nothing);
        bench.type(QStringLiteral("dropout"));
        const auto pin = bench.diagram().blocks.back().pin;
        QCOMPARE(bench.diagram().blocks.back().kind, std::string("dropout"));
        QVERIFY(pin && std::abs(pin->x - place.x()) <= 1 && std::abs(pin->y - place.y()) <= 1);
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aDoubleClickOnAWirePutsTheTypedBlockIntoIt()
    {
        Bench bench;
        QTest::mouseDClick(bench.viewport(), Qt::LeftButton, {},
                           bench.at(onWire(bench, "hidden", "activation")));
        bench.type(QStringLiteral("dropout"));
        const std::string id = bench.diagram().blocks.back().id;
        QVERIFY(has(bench, {{"hidden", "y"}, {id, "x"}}) && has(bench, {{id, "y"}, {"activation", "x"}}));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void clicksWithShiftOrControlSelectSeveral()
    {
        Bench bench;
        const auto click = [&](const char* block, Qt::KeyboardModifiers modifiers) {
            QTest::mouseClick(bench.viewport(), Qt::LeftButton, modifiers, bench.middle(block));
        };
        click("hidden", {});
        click("out", Qt::ShiftModifier);
        QCOMPARE(bench.lab.selection().blocks, (std::set<std::string>{"hidden", "out"}));
        click("activation", Qt::ControlModifier);
        click("hidden", Qt::ShiftModifier); // a second time takes it out
        QCOMPARE(bench.lab.selection().blocks, (std::set<std::string>{"activation", "out"}));
        bench.key(Qt::Key_Escape);
        QVERIFY(bench.lab.selection().empty());
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(bench.lab.selection().blocks,
                 (std::set<std::string>{"hidden", "activation", "out", "cross_entropy"}));
    }

    void severalBlocksMoveTogetherInOneStep()
    {
        Bench bench;
        bench.lab.select({{"hidden", "out"}, {}});
        const QPointF apart = bench.scene().placeOf("out") - bench.scene().placeOf("hidden");
        const QPoint from = bench.middle("hidden");
        bench.drag(from, from + QPoint(0, 120));
        const auto a = bench.diagram().find("hidden")->pin, b = bench.diagram().find("out")->pin;
        QVERIFY(a && b);
        QVERIFY(std::abs(b->x - a->x - apart.x()) <= 1 && std::abs(b->y - a->y - apart.y()) <= 1);
        QCOMPARE(bench.lab.history().count(), 1);
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

    void alignedBlocksStandInLine_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<int>("line"); // of a rectangle: left, centre, right, top, middle, bottom
        const QStringList names{"left", "centre", "right", "top", "middle", "bottom"};
        for (int i = 0; i < names.size(); ++i)
            QTest::newRow(qPrintable(names[i])) << "arrange." + names[i] << i;
    }
    void alignedBlocksStandInLine()
    {
        QFETCH(QString, command);
        QFETCH(int, line);
        Bench bench;
        bench.lab.change(QStringLiteral("pin"), [](core::Document& document) {
            document.diagram.find("data")->pin = core::Point{-20, 10};
            document.diagram.find("hidden")->pin = core::Point{90, 200};
            document.diagram.find("out")->pin = core::Point{300, 170};
        });
        bench.lab.select({{"data", "hidden", "out"}, {}});
        QVERIFY(bench.window.commands().run(command));
        std::vector<double> at;
        for (const char* id : {"data", "hidden", "out"}) {
            const auto* item = bench.scene().block(id);
            const QRectF r = item->body().translated(item->pos());
            at.push_back(std::array{r.left(), r.center().x(), r.right(), r.top(), r.center().y(),
                                    r.bottom()}[size_t(line)]);
        }
        QVERIFY(std::abs(at[0] - at[1]) <= 1 && std::abs(at[0] - at[2]) <= 1); // pins are whole numbers
        QCOMPARE(bench.lab.history().count(), 2);
    }

    void distributedBlocksAreEquallyFarApart()
    {
        Bench bench;
        bench.lab.change(QStringLiteral("pin"), [](core::Document& document) {
            document.diagram.find("data")->pin = core::Point{0, 0};
            document.diagram.find("hidden")->pin = core::Point{90, 40};
            document.diagram.find("out")->pin = core::Point{400, 0};
        });
        bench.lab.select({{"data", "hidden", "out"}, {}});
        QVERIFY(bench.window.commands().run(QStringLiteral("arrange.across")));
        QCOMPARE(bench.diagram().find("hidden")->pin->x, 200.0);
        QCOMPARE(bench.diagram().find("hidden")->pin->y, 40.0);
        bench.key(Qt::Key_L, Qt::ControlModifier); // and by the layout again
        QVERIFY(!bench.diagram().find("hidden")->pin && !bench.diagram().find("out")->pin);
    }
};

QTEST_MAIN(TestEditor)
#include "test_editor.moc"
