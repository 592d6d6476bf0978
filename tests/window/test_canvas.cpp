// The canvas by real events: every gesture is one step, and every step can be taken back.
#include "fixture.h"

#include "widgets/canvas/costs.h"

#include <QLineEdit>
#include <QMimeData>

class TestCanvas : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    void typingANameAddsThatBlock()
    {
        Bench bench;
        const size_t before = bench.diagram().blocks.size();
        bench.key(Qt::Key_Slash);
        bench.type(QStringLiteral("dropout"));
        QCOMPARE(bench.diagram().blocks.size(), before + 1);
        QCOMPARE(bench.diagram().blocks.back().kind, std::string("dropout"));
        QVERIFY(bench.lab.selection().blocks.contains(bench.diagram().blocks.back().id));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void theFirstBlockIsPlacedAutomatically()
    {
        Bench bench;
        bench.lab.open({}, {}, false);
        QTest::mouseDClick(bench.viewport(), Qt::LeftButton, {}, QPoint(60, 60));
        bench.type(QStringLiteral("data"));
        QCOMPARE(bench.diagram().blocks.size(), size_t(1));
        QVERIFY(!bench.diagram().blocks[0].pin);
    }

    void costsStandBelowTheirColumnsWhenTheyAreAskedFor()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY(bench.lab.elaboration().costs.contains("hidden"));
        const QRectF before = bench.scene().diagramRect();
        bench.key(Qt::Key_C);
        const auto items = bench.scene().items();
        const auto found = std::ranges::find_if(items, [](QGraphicsItem* item) {
            return qobject_cast<widgets::CostsItem*>(item->toGraphicsObject());
        });
        QVERIFY(found != items.end());
        auto* costs = qobject_cast<widgets::CostsItem*>((*found)->toGraphicsObject());
        QVERIFY(costs->isVisible() && costs->boundingRect().top() >= before.bottom());
        QVERIFY(bench.scene().diagramRect().contains(costs->boundingRect()));
        QCOMPARE(costs->columns().size(), size_t(5));
        QCOMPARE(core::picture::totalOf(costs->columns()).parameters, 64 * 32 + 32 + 32 * 10 + 10.0);
        bench.lab.change(QStringLiteral("wider"), [](core::Document& document) {
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: 64", false});
        });
        QTRY_COMPARE(core::picture::totalOf(costs->columns()).parameters, 64 * 64 + 64 + 64 * 10 + 10.0);
        bench.key(Qt::Key_C);
        QVERIFY(!costs->isVisible());
        QCOMPARE(bench.scene().diagramRect().bottom(), before.bottom());
    }

    void theNameOfAFunctionIsAnActivation()
    {
        Bench bench;
        bench.lab.select({{"out"}, {}});
        bench.key(Qt::Key_Slash);
        bench.type(QStringLiteral("gelu"));
        const core::Block& block = bench.diagram().blocks.back();
        QCOMPARE(block.kind, std::string("activation"));
        QCOMPARE(block.settings.at("formula").text, std::string("gelu(x)"));
    }

    void draggingFromPortToPortConnects()
    {
        Bench bench;
        QSignalSpy elaborated(&bench.lab, &widgets::Lab::elaborationChanged);
        bench.lab.change(QStringLiteral("cut"), [&](core::Document& document) {
            core::edit::disconnect(document, {{"hidden", "y"}, {"activation", "x"}});
        });
        QVERIFY(elaborated.wait()); // with the types the places of ports change
        const size_t before = bench.diagram().wires.size();
        bench.drag(bench.output("hidden", "y"), bench.input("activation", "x"));
        QCOMPARE(bench.diagram().wires.size(), before + 1);
        const core::Wire wire{{"hidden", "y"}, {"activation", "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
    }

    void aCycleIsRefusedWhileDragging()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        bench.drag(bench.output("out", "y"), bench.input("hidden", "x"));
        QVERIFY(bench.lab.document() == before);
        QCOMPARE(bench.lab.history().count(), 0);
    }

    void anEndThatIsDraggedAwayDisconnects()
    {
        Bench bench;
        const size_t before = bench.diagram().wires.size();
        const QPoint end = bench.input("activation", "x");
        bench.drag(end, end + QPoint(-4, 120));
        QCOMPARE(bench.diagram().wires.size(), before - 1);
    }

    void aWireDroppedOnNothingOffersBlocksAndConnectsTheChosenOne()
    {
        Bench bench;
        const QPoint from = bench.output("activation", "y");
        bench.drag(from, from + QPoint(10, 150));
        bench.type(QStringLiteral("dropout"));
        const core::Wire wire{{"activation", "y"}, {bench.diagram().blocks.back().id, "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
    }

    void draggingABlockPinsItAndLeavesTheOthers()
    {
        Bench bench;
        const QPointF other = bench.scene().block("out")->pos(),
                      before = bench.scene().block("hidden")->pos();
        const QPoint from = bench.middle("hidden");
        bench.drag(from, from + QPoint(0, 90));
        const auto pin = bench.diagram().find("hidden")->pin;
        QVERIFY(pin.has_value());
        QVERIFY(pin->y > before.y() + 20);
        QCOMPARE(bench.scene().block("out")->pos(), other);
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void controlAndArrowsMoveTheSelectionInOneStep()
    {
        Bench bench;
        bench.lab.select({{"hidden"}, {}});
        const QPointF before = bench.scene().placeOf("hidden");
        for (Qt::Key key : {Qt::Key_Down, Qt::Key_Down, Qt::Key_Right}) bench.key(key, Qt::ControlModifier);
        const auto pin = bench.diagram().find("hidden")->pin;
        QVERIFY(pin.has_value());
        QCOMPARE(QPointF(pin->x, pin->y), QPointF(std::round(before.x() + 10), std::round(before.y() + 20)));
        QCOMPARE(bench.lab.history().count(), 1);
        bench.lab.history().undo();
        QVERIFY(!bench.diagram().find("hidden")->pin);
    }

    void tabWalksTheBlocksFromLeftToRightAndThenLeaves()
    {
        Bench bench;
        for (const char* block : {"data", "hidden", "activation", "out", "cross_entropy"}) {
            bench.key(Qt::Key_Tab);
            QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{block});
        }
        bench.key(Qt::Key_Backtab);
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"out"});
        bench.key(Qt::Key_Tab);
        bench.key(Qt::Key_Tab);
        QVERIFY(!bench.canvas().hasFocus());
    }

    /// 6 pixels to each side at any zoom.
    void portsAreLargeEnoughToBeHit()
    {
        Bench bench;
        for (double zoom : {0.25, 0.5, 1.0, 3.0}) {
            bench.canvas().fit();
            bench.canvas().zoom(zoom / bench.canvas().transform().m11(), bench.output("hidden", "y"));
            const QPoint port = bench.output("hidden", "y");
            QTest::mouseMove(bench.viewport(), port + QPoint(6, 0));
            QCOMPARE(bench.viewport()->cursor().shape(), Qt::CrossCursor);
            QTest::mouseMove(bench.viewport(), port + QPoint(40, 200));
            QCOMPARE(bench.viewport()->cursor().shape(), Qt::ArrowCursor);
        }
    }

    void deletingHealsTheWire()
    {
        Bench bench;
        QTest::mouseClick(bench.viewport(), Qt::LeftButton, {}, bench.middle("activation"));
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"activation"});
        bench.key(Qt::Key_Delete);
        QVERIFY(!bench.diagram().find("activation"));
        const core::Wire healed{{"hidden", "y"}, {"out", "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, healed) != bench.diagram().wires.end());
    }

    void aLoneBlockDroppedOnAWireGoesBetweenItsEnds()
    {
        Bench bench;
        const QRectF all = bench.scene().diagramRect();
        bench.canvas().addBlock("dropout", QPointF(all.center().x(), all.bottom() + 60));
        bench.canvas().fit();
        const std::string id = bench.diagram().blocks.back().id;
        const core::Wire wire{{"hidden", "y"}, {"activation", "x"}};
        const QPointF on =
            (bench.scene().block("hidden")->output("y") + bench.scene().block("activation")->input("x")) / 2;
        bench.drag(bench.middle(id), bench.at(on), 12);
        QVERIFY(std::ranges::find(bench.diagram().wires, wire) == bench.diagram().wires.end());
        const core::Wire before{{"hidden", "y"}, {id, "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, before) != bench.diagram().wires.end());
    }

    void aKindDroppedOnAWireIsInsertedThere_data()
    {
        QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
        QTest::addColumn<bool>("inserted");
        QTest::newRow("plain") << Qt::KeyboardModifiers() << true;
        QTest::newRow("with Alt") << Qt::KeyboardModifiers(Qt::AltModifier) << false;
    }
    void aKindDroppedOnAWireIsInsertedThere()
    {
        QFETCH(Qt::KeyboardModifiers, modifiers);
        QFETCH(bool, inserted);
        Bench bench;
        QMimeData mime;
        mime.setData(widgets::blockMime, "dropout");
        const QPointF on =
            (bench.scene().block("hidden")->output("y") + bench.scene().block("activation")->input("x")) / 2;
        const QPoint place = bench.at(on);
        QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, modifiers);
        QApplication::sendEvent(bench.viewport(), &enter);
        QDragMoveEvent move(place, Qt::CopyAction, &mime, Qt::LeftButton, modifiers);
        QApplication::sendEvent(bench.viewport(), &move);
        QDropEvent drop(place, Qt::CopyAction, &mime, Qt::LeftButton, modifiers);
        QApplication::sendEvent(bench.viewport(), &drop);
        const core::Block& made = bench.diagram().blocks.back();
        QCOMPARE(made.kind, std::string("dropout"));
        for (const core::Wire& wire :
             {core::Wire{{"hidden", "y"}, {made.id, "x"}}, {{made.id, "y"}, {"activation", "x"}}})
            QCOMPARE(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end(), inserted);
        QCOMPARE(made.pin.has_value(), !inserted); // where it was dropped
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aRubberBandSelectsWhatItTouches()
    {
        Bench bench;
        const QRectF all = bench.scene().diagramRect();
        bench.drag(bench.at(all.topLeft() - QPointF(20, 20)), bench.at(all.bottomRight() + QPointF(20, 20)));
        QCOMPARE(bench.lab.selection().blocks.size(), bench.diagram().blocks.size());
    }

    void aDoubleClickEditsTheSettingInPlace()
    {
        Bench bench;
        QTest::mouseDClick(bench.viewport(), Qt::LeftButton, {}, bench.middle("activation"));
        auto* editor = bench.canvas().findChild<QLineEdit*>(QStringLiteral("inPlaceEditor"));
        QVERIFY(editor);
        editor->clear();
        QTest::keyClicks(editor, QStringLiteral("x*sigmoid(x)"));
        QTest::keyClick(editor, Qt::Key_Return);
        QCOMPARE(bench.diagram().find("activation")->settings.at("formula").text,
                 std::string("x*sigmoid(x)"));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aFormulaThatDoesNotParseIsNotWritten()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        bench.canvas().editInPlace("activation");
        auto* editor = bench.canvas().findChild<QLineEdit*>(QStringLiteral("inPlaceEditor"));
        QVERIFY(editor);
        editor->setText(QStringLiteral("tanh(x"));
        QVERIFY(editor->property("wrong").toBool());
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(bench.lab.document() == before);
    }

    void copiesKeepTheirSettingsAndWires()
    {
        Bench bench;
        bench.lab.select({{"hidden", "activation"}, {}});
        bench.key(Qt::Key_C, Qt::ControlModifier);
        bench.key(Qt::Key_V, Qt::ControlModifier);
        const auto& copies = bench.lab.selection().blocks;
        QCOMPARE(copies.size(), size_t(2));
        int inner = 0;
        for (const core::Wire& wire : bench.diagram().wires)
            inner += copies.contains(wire.from.block) && copies.contains(wire.to.block);
        QCOMPARE(inner, 1);
        for (const std::string& id : copies)
            if (const core::Block* block = bench.diagram().find(id); block->kind == "linear")
                QCOMPARE(block->settings, bench.diagram().find("hidden")->settings);
    }

    void undoingAllAndRedoingAllGivesTheSameDocuments()
    {
        Bench bench;
        const core::Document first = bench.lab.document();
        bench.key(Qt::Key_Slash);
        bench.type(QStringLiteral("dropout"));
        const QPoint from = bench.middle("hidden");
        bench.drag(from, from + QPoint(0, 90));
        QTest::mouseClick(bench.viewport(), Qt::LeftButton, {}, bench.middle("activation"));
        bench.key(Qt::Key_Delete);
        bench.key(Qt::Key_A, Qt::ControlModifier);
        bench.key(Qt::Key_D, Qt::ControlModifier);
        const core::Document last = bench.lab.document();
        const int steps = bench.lab.history().count();
        QCOMPARE(steps, 4);
        for (int i = 0; i < steps; ++i) QTest::keyClick(&bench.window, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench.lab.document() == first);
        for (int i = 0; i < steps; ++i)
            QTest::keyClick(&bench.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(bench.lab.document() == last);
    }

    void aBrokenFileIsReportedAndTheDocumentStays()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("broken.axo"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{ \"version\": 1, \"diagram\": { \"blocks\": [");
        file.close();
        QVERIFY(!bench.lab.openFile(path, false));
        QVERIFY(bench.lab.document() == before);
        QVERIFY(!bench.lab.problems().empty());
        QVERIFY(bench.lab.problems().front().where.find("broken.axo") != std::string::npos);
    }

    void whatIsSavedOpensAsTheSameDocument()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("kept.axo"));
        QVERIFY(bench.lab.saveFile(path));
        bench.lab.open({}, {}, false);
        QVERIFY(bench.lab.openFile(path, false));
        QVERIFY(bench.lab.document() == before);
    }
};

QTEST_MAIN(TestCanvas)
#include "test_canvas.moc"
