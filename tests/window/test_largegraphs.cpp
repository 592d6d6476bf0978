// A large diagram in the real window, moved and edited by events. What is correct is asserted; how long it
// takes is printed. AXO_LATENCY_SECONDS: how long to pan and zoom (default 1); AXO_LATENCY_BLOCKS: how
// many blocks (default 450; the figures to hold are for 1,000).
#include "core/diagram/tower.h"
#include "fixture.h"

#include <fstream>

namespace
{

/// Sorted samples in milliseconds.
struct Samples {
    std::vector<double> all;
    double at(double share)
    {
        std::ranges::sort(all);
        return all.empty() ? 0 : all[size_t(share * double(all.size() - 1))];
    }
    void print(const char* name)
    {
        qInfo("%-28s %4zu samples  median %7.2f ms  95 %% %7.2f ms  worst %7.2f ms", name, all.size(),
              at(0.5), at(0.95), at(1));
    }
};

/// What the process occupies.
double megabytes()
{
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * 4096 / 1e6;
}

double milliseconds(const std::function<void()>& work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) * 1e-6;
}

} // namespace

class TestLargeGraphs : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    void aLargeDiagramIsOpenedMovedAndEdited()
    {
        const int seconds = qEnvironmentVariableIntValue("AXO_LATENCY_SECONDS");
        const int blocks = qEnvironmentVariable("AXO_LATENCY_BLOCKS", "450").toInt();
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().data, 20'000); // sizes are known
        QSignalSpy arranged(&bench.scene(), &widgets::DiagramScene::arranged);
        const core::Document tower = core::towerDocument(blocks, 4);
        Samples opening;
        opening.all.push_back(milliseconds([&] {
            bench.lab.open(tower, {}, false);
            QVERIFY(!arranged.empty() || arranged.wait(60'000));
            bench.viewport()->repaint();
        }));
        QVERIFY(bench.lab.elaboration().types.size() >= tower.diagram.blocks.size() - 1);
        opening.print("open, to the picture");
        everyWireMeetsItsPorts(bench);

        // Zoomed out to all of it, then to where it can be read.
        bench.canvas().fit();
        moveAbout(bench, seconds ? seconds : 1, "pan, all in view");
        bench.canvas().fit(widgets::CanvasView::Extent::Readable);
        moveAbout(bench, seconds ? seconds : 1, "pan, readable");
        zoomAbout(bench, seconds ? seconds : 1);

        // One edit: a block put on a wire in the middle; undone; all as before.
        const core::Wire wire = bench.diagram().wires[bench.diagram().wires.size() / 2];
        const std::string far = bench.diagram().blocks[3].id;
        const QPointF before = bench.scene().placeOf(far);
        Samples edits, busy;
        for (int i = 0; i < 4; ++i) {
            edits.all.push_back(picture(bench, busy, [&] {
                QVERIFY(bench.lab.change("Insert", [&](core::Document& document) {
                    const std::string id = core::edit::addBlock(document, bench.lab.library(), "activation");
                    core::edit::insertOnWire(document, bench.lab.library(), wire, id);
                }));
            }));
            QCOMPARE(bench.diagram().blocks.size(), tower.diagram.blocks.size() + 1);
            QCOMPARE(bench.lab.elaboration().errors.size(), size_t(0));
            QCOMPARE(bench.scene().placeOf(far).x(), before.x());
            QCOMPARE(bench.scene().placeOf(far).y(), before.y());
            everyWireMeetsItsPorts(bench);
            edits.all.push_back(picture(bench, busy, [&] { bench.lab.history().undo(); }));
            QCOMPARE(bench.diagram(), tower.diagram);
            QCOMPARE(bench.scene().placeOf(far).x(), before.x());
            QCOMPARE(bench.scene().placeOf(far).y(), before.y());
        }
        edits.print("edit, to the new picture");
        busy.print("edit, the window is busy");
        const double memory = megabytes();
        constexpr int steps = 120;
        for (int i = 0; i < steps; ++i)
            QVERIFY(bench.lab.change("Describe", [&](core::Document& document) {
                document.diagram.blocks[size_t(i) % document.diagram.blocks.size()].comment =
                    std::to_string(i);
            }));
        QCOMPARE(bench.lab.history().count(), steps);
        qInfo("%d edits more: %.1f MB each", steps, (megabytes() - memory) / steps);
        bench.lab.history().setIndex(0);
        QCOMPARE(bench.diagram(), tower.diagram);

        // The mouse over blocks, and a wire dragged over ports.
        Samples hovers;
        for (int i = 0; i < 60; ++i) {
            const QPoint to(20 + 23 * i % bench.viewport()->width(), 300 + i % 7 * 20);
            hovers.all.push_back(milliseconds([&] {
                QTest::mouseMove(bench.viewport(), to);
                QCoreApplication::processEvents();
            }));
        }
        hovers.print("mouse over the canvas");
    }

private:
    /// Until the scene is arranged and drawn. `busy`: how long at a time no event is answered until then.
    static double picture(Bench& bench, Samples& busy, const std::function<void()>& edit)
    {
        QSignalSpy arranged(&bench.scene(), &widgets::DiagramScene::arranged);
        const double spent = milliseconds([&] {
            busy.all.push_back(milliseconds(edit));
            QElapsedTimer waited;
            waited.start();
            while (arranged.empty() && waited.elapsed() < 20'000)
                busy.all.push_back(milliseconds([] { QCoreApplication::processEvents(); }));
            bench.viewport()->repaint();
        });
        QTest::qWait(30);
        return spent;
    }

    static void everyWireMeetsItsPorts(Bench& bench)
    {
        std::map<core::PortRef, int> taken;
        for (size_t w = 0; w < bench.diagram().wires.size(); ++w) {
            const core::Wire& wire = bench.diagram().wires[w];
            const widgets::BlockItem *from = bench.scene().block(wire.from.block),
                                     *to = bench.scene().block(wire.to.block);
            const widgets::WireItem* item = bench.scene().wire(wire);
            QVERIFY(from && to && item && item->isVisible() && from->isVisible());
            const QRectF box = item->boundingRect();
            QVERIFY(box.contains(from->output(wire.from.port)) &&
                    box.contains(to->input(wire.to.port, taken[wire.to]++)));
            QVERIFY(item->lanes().front().known);
        }
    }

    static void moveAbout(Bench& bench, int seconds, const char* name)
    {
        Samples frames;
        QElapsedTimer timer;
        timer.start();
        QPoint at = bench.viewport()->rect().center();
        QTest::mousePress(bench.viewport(), Qt::MiddleButton, {}, at);
        for (int i = 0; timer.elapsed() < 1000 * seconds; ++i) {
            at += QPoint(i / 40 % 2 ? 17 : -17, i / 15 % 2 ? 5 : -5);
            frames.all.push_back(milliseconds([&] {
                QMouseEvent event(QEvent::MouseMove, at, bench.viewport()->mapToGlobal(at), Qt::NoButton,
                                  Qt::MiddleButton, {});
                QApplication::sendEvent(bench.viewport(), &event);
                QCoreApplication::processEvents();
            }));
        }
        QTest::mouseRelease(bench.viewport(), Qt::MiddleButton, {}, at);
        frames.print(name);
    }

    static void zoomAbout(Bench& bench, int seconds)
    {
        Samples frames;
        QElapsedTimer timer;
        timer.start();
        const QPoint at = bench.viewport()->rect().center();
        for (int i = 0; timer.elapsed() < 1000 * seconds; ++i)
            frames.all.push_back(milliseconds([&] {
                QWheelEvent event(at, bench.viewport()->mapToGlobal(at), {}, {0, i / 20 % 2 ? 40 : -40},
                                  Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase, false);
                QApplication::sendEvent(bench.viewport(), &event);
                QCoreApplication::processEvents();
            }));
        frames.print("zoom by the wheel");
    }
};

QTEST_MAIN(TestLargeGraphs)
#include "test_largegraphs.moc"
