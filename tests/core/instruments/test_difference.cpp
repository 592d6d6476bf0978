// Readings subtracted from each other, and readings as CSV.
#include "core/instruments/csv.h"
#include "core/instruments/difference.h"

#include <QtTest>

#include <cmath>

using namespace core;

class TestDifference : public QObject
{
    Q_OBJECT
private slots:
    void matricesAreSubtractedElementByElement()
    {
        const MatrixReading a{1, 2, {1, 2}, {}, {}, {}, {}, false}, b{1, 2, {4, 1}, {}, {}, {}, {}, false};
        const auto difference = differenceOf(a, b);
        QVERIFY(difference);
        const auto& matrix = std::get<MatrixReading>(*difference);
        QCOMPARE(matrix.values, (std::vector<float>{3, -1}));
        QVERIFY(matrix.diverging);
    }

    /// Lines meet at the steps of the second; between its points the first is a straight line.
    void linesAreSubtractedWhereBothHaveAValue()
    {
        const SeriesReading a{"x", "y", {{"l", {0, 2}, {0, 4}}, {"alone", {0}, {1}}}, false, false},
            b{"x", "y", {{"l", {0, 1, 3}, {1, 1, 1}}}, false, false};
        const auto difference = differenceOf(a, b);
        QVERIFY(difference);
        const auto& line = std::get<SeriesReading>(*difference).lines.front();
        QCOMPARE(line.y[0], 1.0);
        QCOMPARE(line.y[1], -1.0);
        QVERIFY(std::isnan(line.y[2]));
    }

    void numbersOfTablesAreSubtracted()
    {
        const TableReading a{{"what", "value"}, {{"top", "1.5"}, {"which", "3, 4"}}},
            b{{"what", "value"}, {{"top", "4"}, {"which", "3, 5"}}};
        const auto difference = differenceOf(a, b);
        QVERIFY(difference);
        QCOMPARE(std::get<TableReading>(*difference).rows,
                 (std::vector<std::vector<std::string>>{{"top", "2.5"}, {"which", ""}}));
        QVERIFY(!differenceOf(a, TableReading{{"what", "value"}, {{"top", "4"}}}));
        QVERIFY(!differenceOf(TableReading{{"a"}, {{"x"}}}, TableReading{{"a"}, {{"x"}}}));
    }

    void aTheoryIsNotSubtracted()
    {
        const SeriesReading a{"x", "y", {{"m", {0}, {1}}, {"t", {0}, {1}, true}}, false, false, {"in"}};
        const auto difference = differenceOf(a, a);
        QVERIFY(difference);
        QCOMPARE(std::get<SeriesReading>(*difference).lines.size(), size_t(1));
        QCOMPARE(std::get<SeriesReading>(*difference).xNames, a.xNames);
    }

    void whatHasAnotherShapeHasNoDifference()
    {
        const MatrixReading a{1, 2, {1, 2}, {}, {}, {}, {}, false}, b{2, 1, {4, 1}, {}, {}, {}, {}, false};
        QVERIFY(!differenceOf(a, b));
        QVERIFY(!differenceOf(a, ScalarReading{1, ""}));
        QVERIFY(!differenceOf(TextReading{"a"}, TextReading{"b"}));
    }

    void csvQuotesAndKeepsEveryDigit()
    {
        QCOMPARE(csvOf(TableReading{{"a,b", "c"}, {{"say \"x\"", "2"}}}),
                 std::string("\"a,b\",c\n\"say \"\"x\"\"\",2\n"));
        QCOMPARE(csvOf(MatrixReading{1, 2, {0.1f, -2}, {"r"}, {"p", "q"}, "row", "", false}),
                 std::string("row,p,q\nr,0.1,-2\n"));
        QCOMPARE(
            csvOf(SeriesReading{"step", "", {{"a", {1, 2}, {3, 4}}, {"b", {1, 2}, {5, NAN}}}, false, false}),
            std::string("step,a,b\n1,3,5\n2,4,nan\n"));
        QCOMPARE(csvOf(SeriesReading{"step", "", {{"a", {1}, {3}}, {"b", {2}, {5}}}, false, false}),
                 std::string("line,step,y\na,1,3\nb,2,5\n"));
        QCOMPARE(csvOf(HistogramReading{{0, 0.5, 1}, {3, 4}, ""}),
                 std::string("from,to,count\n0,0.5,3\n0.5,1,4\n"));
        PointsReading points;
        points.x = {1};
        points.y = {2};
        points.z = {3};
        points.label = {0};
        points.classNames = {"cat"};
        QCOMPARE(csvOf(points), std::string("x,y,class,value,wrong,z\n1,2,cat,,,3\n"));
    }

    void graphsAreSubtractedWhereTheyHaveTheSameNodes()
    {
        const GraphReading a{{{"x", 0, 0, 1}, {"y", 1, 0, 2}}, {{0, 1, 3}}, "", "", false};
        GraphReading b = a;
        b.nodes[1].value = 5;
        b.edges[0].weight = 1;
        const auto difference = differenceOf(Reading(a), Reading(b));
        QVERIFY(difference);
        const auto& graph = std::get<GraphReading>(*difference);
        QCOMPARE(graph.nodes[1].value, 3.f);
        QCOMPARE(graph.edges[0].weight, -2.0);
        QVERIFY(graph.diverging);
        b.nodes[1].name = "z";
        QVERIFY(!differenceOf(Reading(a), Reading(b)));
    }
};

QTEST_APPLESS_MAIN(TestDifference)
#include "test_difference.moc"
