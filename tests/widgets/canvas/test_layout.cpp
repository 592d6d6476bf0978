#include "widgets/canvas/layout.h"

#include <QtTest>

using core::Diagram;

/// A diagram of boxes 60 by 40 with ports x and y in their middles.
static Diagram chain(std::initializer_list<std::pair<const char*, const char*>> wires)
{
    Diagram diagram;
    for (const auto& [from, to] : wires) {
        for (const char* id : {from, to})
            if (!diagram.find(id)) diagram.blocks.push_back({id, "box", {}, {}, {}});
        diagram.wires.push_back({{from, "y"}, {to, "x"}});
    }
    return diagram;
}

static std::map<std::string, widgets::BlockShape> shapesOf(const Diagram& diagram)
{
    std::map<std::string, widgets::BlockShape> shapes;
    for (const core::Block& block : diagram.blocks)
        shapes[block.id] = {{60, 40}, {{"x", {-30, 0}}}, {{"y", {30, 0}}}, 40};
    return shapes;
}

class TestLayout : public QObject
{
    Q_OBJECT
private slots:
    void wiresGoFromLeftToRight()
    {
        const Diagram diagram = chain({{"a", "b"}, {"b", "c"}, {"a", "c"}, {"c", "d"}});
        const auto layout = widgets::layoutDiagram(diagram, shapesOf(diagram));
        for (const core::Wire& wire : diagram.wires)
            QVERIFY(layout.centres.at(wire.from.block).x() + 60 < layout.centres.at(wire.to.block).x());
    }

    void aChainIsStraight()
    {
        const Diagram diagram = chain({{"a", "b"}, {"b", "c"}, {"c", "d"}});
        const auto layout = widgets::layoutDiagram(diagram, shapesOf(diagram));
        for (const auto& [id, centre] : layout.centres)
            QVERIFY(qAbs(centre.y() - layout.centres.at("a").y()) < 0.5);
    }

    void blocksDoNotOverlap()
    {
        const Diagram diagram =
            chain({{"a", "b"}, {"a", "c"}, {"a", "d"}, {"b", "e"}, {"c", "e"}, {"d", "e"}});
        const auto layout = widgets::layoutDiagram(diagram, shapesOf(diagram));
        for (const auto& [a, first] : layout.centres)
            for (const auto& [b, second] : layout.centres)
                if (a < b) QVERIFY(qAbs(first.x() - second.x()) >= 60 || qAbs(first.y() - second.y()) >= 40);
    }

    void aLongWirePassesBesideTheBlocksBetween()
    {
        const Diagram diagram = chain({{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "d"}});
        const auto layout = widgets::layoutDiagram(diagram, shapesOf(diagram));
        QVERIFY(!layout.waypoints[3].empty());
        for (const QPointF& point : layout.waypoints[3])
            for (const char* between : {"b", "c"})
                QVERIFY(qAbs(point.x() - layout.centres.at(between).x()) > 31 ||
                        qAbs(point.y() - layout.centres.at(between).y()) > 20);
    }

    void aPinIsKeptAndMovesNothingElse()
    {
        Diagram diagram = chain({{"a", "b"}, {"b", "c"}});
        const auto before = widgets::layoutDiagram(diagram, shapesOf(diagram));
        diagram.find("b")->pin = core::Point{500, -300};
        const auto after = widgets::layoutDiagram(diagram, shapesOf(diagram));
        QCOMPARE(after.centres.at("b"), QPointF(500, -300));
        QCOMPARE(after.centres.at("a"), before.centres.at("a"));
        QCOMPARE(after.centres.at("c"), before.centres.at("c"));
    }

    void theSameDiagramGivesTheSamePlaces()
    {
        const Diagram diagram = chain({{"a", "b"}, {"a", "c"}, {"b", "d"}, {"c", "d"}, {"a", "d"}});
        const auto first = widgets::layoutDiagram(diagram, shapesOf(diagram));
        QCOMPARE(widgets::layoutDiagram(diagram, shapesOf(diagram)).centres, first.centres);
    }

    void aBlockWithoutWiresStandsApartAndMovesNothing()
    {
        Diagram diagram = chain({{"a", "b"}, {"b", "c"}, {"a", "c"}});
        const auto before = widgets::layoutDiagram(diagram, shapesOf(diagram));
        diagram.blocks.push_back({"lone", "box", {}, {}, {}});
        const auto after = widgets::layoutDiagram(diagram, shapesOf(diagram));
        for (const auto& [id, centre] : before.centres) {
            QCOMPARE(after.centres.at(id), centre);
            QVERIFY(after.centres.at("lone").y() >= centre.y() + 40);
        }
        QCOMPARE(after.waypoints, before.waypoints);
    }

    void cyclesAndUnknownEndsDoNotHang()
    {
        Diagram diagram = chain({{"a", "b"}, {"b", "c"}, {"c", "a"}});
        diagram.wires.push_back({{"a", "y"}, {"missing", "x"}});
        QCOMPARE(widgets::layoutDiagram(diagram, shapesOf(diagram)).centres.size(), size_t(3));
    }
};

QTEST_APPLESS_MAIN(TestLayout)
#include "test_layout.moc"
