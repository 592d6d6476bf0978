#include "core/picture/geometry.h"

#include <QtTest>

using namespace core::picture;
using core::Point;

class TestGeometry : public QObject
{
    Q_OBJECT
private slots:
    void aCircleIsRound()
    {
        const auto lines = Path::ellipse(Rect::around({3, -2}, {20, 20})).flattened(0.01);
        QCOMPARE(lines.size(), size_t(1));
        for (const Point p : lines.front()) QVERIFY(std::abs(distance(p, {3, -2}) - 10) < 0.02);
    }

    void boundsHoldTheCurveNotItsControls()
    {
        Path path;
        path.moveTo({0, 0}).cubicTo({0, 40}, {30, 40}, {30, 0});
        const Rect box = path.bounds();
        QCOMPARE(box.bottom, 30.0); // 3/4 of the controls' height, at t = 1/2
        QCOMPARE(box.left, 0.0);
        QCOMPARE(box.right, 30.0);
        const auto line = path.flattened(0.001).front();
        for (const Point p : line) QVERIFY(box.grown(1e-9).contains(p));
    }

    void flatteningStaysWithinTolerance()
    {
        Path path;
        path.moveTo({0, 0}).cubicTo({100, 0}, {0, 100}, {100, 100});
        const auto coarse = path.flattened(0.5).front(), fine = path.flattened(0.0005).front();
        QVERIFY(coarse.size() < fine.size());
        for (const Point p : fine) {
            double nearest = 1e9;
            for (size_t i = 1; i < coarse.size(); ++i) {
                const Point along = coarse[i] - coarse[i - 1], to = p - coarse[i - 1];
                const double t = std::clamp(dot(to, along) / dot(along, along), 0.0, 1.0);
                nearest = std::min(nearest, length(to - along * t));
            }
            QVERIFY(nearest <= 0.5);
        }
    }

    void anArcRunsClockwiseFromTheRight()
    {
        const Path arc = Path::arc(Rect::around({0, 0}, {20, 20}), 0, 90);
        QVERIFY(distance(arc.points.front(), {10, 0}) < 1e-9);
        QVERIFY(distance(arc.end(), {0, 10}) < 1e-9); // y is down
    }

    void nothingUnitesToTheOther()
    {
        const Rect r{1, 2, 3, 4};
        QCOMPARE(Rect().united(r), r);
        QCOMPARE(r.united(Rect()), r);
        QVERIFY(Rect().empty());
        QVERIFY(!Rect::between({1, 1}, {1, 1}).empty());
        QVERIFY(!r.overlaps({3, 2, 5, 4})); // they touch
    }

    void roundedRectanglesStayWithin()
    {
        const Rect r{0, 0, 60, 30};
        QCOMPARE(Path::rectangle(r, 8).bounds(), r);
        QVERIFY(Path::rectangle(r, 99).bounds() == r);
    }
};

QTEST_APPLESS_MAIN(TestGeometry)
#include "test_geometry.moc"
