// Views and what they are made of: colours, round axes, one view a kind of reading.
#include "widgets/forms/finder.h"
#include "widgets/views/axis.h"
#include "widgets/views/colours.h"
#include "widgets/views/figureview.h"
#include "widgets/views/readingview.h"

#include <QApplication>
#include <QClipboard>
#include <QMouseEvent>
#include <QtTest>
#include <cmath>

/// Lightness L* of CIE 1976, from sRGB.
static double lightness(QRgb colour)
{
    const auto linear = [](int byte) {
        const double v = byte / 255.0;
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const double y =
        0.2126 * linear(qRed(colour)) + 0.7152 * linear(qGreen(colour)) + 0.0722 * linear(qBlue(colour));
    return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

class TestViews : public QObject
{
    Q_OBJECT
private slots:
    void sequentialColoursRiseEvenlyInLightness()
    {
        double before = lightness(widgets::sequentialColour(0));
        for (int i = 1; i <= 16; ++i) {
            const double now = lightness(widgets::sequentialColour(float(i) / 16));
            QVERIFY2(now > before + 2 && now < before + 8,
                     qPrintable(QStringLiteral("step %1: %2").arg(i).arg(now - before)));
            before = now;
        }
    }

    void divergingColoursAreLightestAtZeroAndBalanced()
    {
        const double middle = lightness(widgets::divergingColour(0));
        for (float t : {0.25f, 0.5f, 1.f}) {
            const double low = lightness(widgets::divergingColour(-t)),
                         high = lightness(widgets::divergingColour(t));
            QVERIFY(low < middle && high < middle);
            QVERIFY(qAbs(low - high) < 14);
        }
    }

    void scalesIgnoreWhatIsNotFinite()
    {
        const float values[] = {NAN, -2, 1, INFINITY};
        const auto plain = widgets::ColourScale::of(values, false),
                   centred = widgets::ColourScale::of(values, true);
        QCOMPARE(plain.low, -2.f);
        QCOMPARE(plain.high, 1.f);
        QCOMPARE(centred.high, 2.f);
        QCOMPARE(centred.low, -2.f);
        QCOMPARE(widgets::ColourScale::of({}, false).low < widgets::ColourScale::of({}, false).high, true);
    }

    void axesHaveRoundSteps()
    {
        const auto range = widgets::niceRange(0.03, 2.31, 5);
        QCOMPARE(range.step, 0.5);
        QCOMPARE(range.low, 0.0);
        QCOMPARE(range.high, 2.5);
        QVERIFY(widgets::niceRange(3, 3, 5).high > widgets::niceRange(3, 3, 5).low);
    }

    void everyKindOfReadingHasAViewThatDrawsIt()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("light"));
        core::MatrixReading matrix{2, 3, {1, 2, 3, 4, 5, 6}, {"a", "b"}, {}, "row", "column", false};
        core::ImageReading image;
        image.width = image.height = 2;
        image.tiles.push_back({"7", 1, 0.9, {0, 1, 1, 0}});
        core::PointsReading points;
        points.x = points.y = {0.f};
        points.label = {0};
        points.fieldWidth = points.fieldHeight = 1;
        points.field = {0.7f};
        const std::vector<core::Reading> readings{
            core::TextReading{"text"},
            core::ScalarReading{1.5, "nats"},
            core::SeriesReading{"x", "y", {{"line", {0, 1, 2}, {3, 4, 5}}}, false, false},
            matrix,
            core::HistogramReading{{0, 1, 2}, {3, 4}, "label"},
            points,
            image,
            core::TableReading{{"a"}, {{"1"}}},
            core::GraphReading{{{"a", 0, 0, 1}, {"b", 1, 0, 2}}, {{0, 1, 0.5}}, "size", "weight"}};
        QCOMPARE(readings.size(), std::variant_size_v<core::Reading>);
        QWidget parent;
        for (const core::Reading& reading : readings) {
            QVERIFY(readings[reading.index()].index() == reading.index());
            widgets::ReadingView* view = widgets::makeView(reading, theme, &parent);
            view->resize(240, 180);
            QVERIFY(view->showReading(reading));
            const core::Reading other = readings[(reading.index() + 1) % readings.size()];
            QVERIFY(!view->showReading(other));
            QImage blank(view->size(), QImage::Format_RGB32), drawn = blank;
            blank.fill(Qt::magenta);
            drawn.fill(Qt::magenta);
            view->render(&drawn);
            QVERIFY(drawn != blank);
        }
    }

    void pointsThatAreTakenForAnotherClassWearARing()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("light"));
        QWidget parent;
        core::PointsReading points;
        points.x = {-0.5f, 0.5f};
        points.y = {0, 0};
        points.label = {0, 0};
        const auto drawn = [&] {
            widgets::ReadingView* view = widgets::makeView(points, theme, &parent);
            view->resize(240, 240);
            view->showReading(points);
            QImage image(view->size(), QImage::Format_RGB32);
            image.fill(Qt::white);
            view->render(&image);
            return image;
        };
        const QImage right = drawn();
        points.wrong = {false, true};
        const QImage wrong = drawn();
        QRect changed;
        for (int y = 0; y < right.height(); ++y)
            for (int x = 0; x < right.width(); ++x)
                if (right.pixel(x, y) != wrong.pixel(x, y)) changed |= QRect(x, y, 1, 1);
        QVERIFY(changed.isValid());
        QVERIFY(changed.left() > right.width() / 2); // at the second point only
        QVERIFY(changed.width() >= 8 && changed.width() <= 20);
        points.wrong = {true}; // shorter than the points: the others are not judged
        QVERIFY(drawn() != wrong);
    }

    void readingsThatContradictThemselvesAreNotDrawn()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("dark"));
        QWidget parent;
        core::MatrixReading matrix{3, 3, {1, 2}, {}, {}, {}, {}, false};
        core::ImageReading image;
        image.width = image.height = 4;
        image.tiles.push_back({"short", 0, -1, {1}});
        core::HistogramReading histogram{{0}, {1, 2}, {}};
        const core::GraphReading graph{{{"a", 0, 0, NAN}, {"b", 1, 0, 2}}, {{0, 7, 1}, {0, 1, NAN}}};
        for (const core::Reading& reading : std::vector<core::Reading>{matrix, image, histogram, graph}) {
            widgets::ReadingView* view = widgets::makeView(reading, theme, &parent);
            view->resize(100, 100);
            QImage drawn(view->size(), QImage::Format_RGB32);
            view->render(&drawn); // must not read past the end
        }
    }

    void logarithmicAxesHaveTheirTicksAtPowersOfTen()
    {
        const widgets::Axis axis{1e-3, 1e2, true};
        QCOMPARE(axis.shareOf(1e-3), 0.0);
        QCOMPARE(axis.shareOf(1e2), 1.0);
        QVERIFY(qAbs(axis.shareOf(1) - 0.6) < 1e-12);
        QVERIFY(std::isnan(axis.shareOf(0)));
        QCOMPARE(axis.ticks(6), (std::vector<double>{1e-3, 1e-2, 1e-1, 1, 10, 100}));
        const widgets::Axis part = axis.part(0.2, 0.6);
        QVERIFY(qAbs(part.low - 1e-2) < 1e-12 && qAbs(part.high - 1) < 1e-12);
    }

    /// The point under the cursor stays there.
    void zoomingKeepsWhatIsUnderTheCursorAndPanningStaysInside()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("light"));
        const core::SeriesReading series{"x", "y", {{"line", {0, 50, 100}, {0, 1, 0}}}, false, false};
        widgets::FigureView view(widgets::makeFigure(series, theme), theme, nullptr);
        view.resize(400, 300);
        view.showReading(series);
        const QRectF area = view.figure().area(view.size(), *view.gaze());
        const QPointF at(area.left() + 0.25 * area.width(), area.center().y());
        view.zoom(4, at);
        QVERIFY(qAbs(view.gaze()->seen.width() - 0.25) < 1e-9);
        QVERIFY(qAbs(view.gaze()->seen.left() + 0.25 * 0.25 - 0.25) < 1e-9);
        view.pan({1e5, 0});
        QCOMPARE(view.gaze()->seen.left(), 0.0);
        QTest::keyClick(&view, Qt::Key_0);
        QVERIFY(view.gaze()->whole());
        QTest::keyClick(&view, Qt::Key_Plus);
        QVERIFY(!view.gaze()->whole());
        QTest::keyClick(&view, Qt::Key_L);
        QCOMPARE(view.gaze()->logY, std::optional(true));
    }

    void aDraggedFrameIsZoomedInto()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("light"));
        const core::MatrixReading matrix{4, 4, std::vector<float>(16, 1.f), {}, {}, {}, {}, false};
        widgets::FigureView view(widgets::makeFigure(matrix, theme), theme, nullptr);
        view.showReading(matrix);
        view.resize(300, 240);
        const QRectF area = view.figure().area(view.size(), *view.gaze());
        const QPoint from = area.topLeft().toPoint() + QPoint(2, 2), to = area.center().toPoint();
        QTest::mousePress(&view, Qt::LeftButton, {}, from);
        QMouseEvent move(QEvent::MouseMove, to, view.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(&view, &move);
        QTest::mouseRelease(&view, Qt::LeftButton, {}, to);
        QVERIFY(qAbs(view.gaze()->seen.width() - 0.5) < 0.05);
        QVERIFY(view.gaze()->seen.top() > 0.45); // the upper half
    }

    void whatIsShownCanBeCopiedAsImageTableAndVectors()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("dark"));
        const core::HistogramReading histogram{{0, 1, 2}, {3, 4}, "label"};
        widgets::FigureView view(widgets::makeFigure(histogram, theme), theme, nullptr);
        view.resize(200, 150);
        view.showReading(histogram);
        QCOMPARE(view.image().size(), QSize(400, 300));
        QCOMPARE(view.csv(), QStringLiteral("from,to,count\n0,1,3\n1,2,4\n"));
        const QByteArray svg = view.svg();
        QVERIFY(svg.contains("<svg") && svg.contains("label"));
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QApplication::clipboard()->text(), view.csv());
    }

    void logarithmicColoursTellSmallValuesApart()
    {
        const float values[] = {1e-3f, 1e-2f, 1};
        widgets::ColourScale scale = widgets::ColourScale::of(values, false);
        QVERIFY(lightness(scale(1e-2f)) - lightness(scale(1e-3f)) < 2);
        scale.logarithmic = true;
        QVERIFY(lightness(scale(1e-2f)) - lightness(scale(1e-3f)) > 10);
        for (float share : {0.f, 0.3f, 1.f}) QVERIFY(scale(scale.valueAt(share)) == scale.colourAt(share));
    }

    void finderRanksExactThenPrefixThenWord()
    {
        QVERIFY(widgets::matchQuality("Linear", "linear") < widgets::matchQuality("Linear map", "linear"));
        QVERIFY(widgets::matchQuality("Linear", "lin") < widgets::matchQuality("Bi linear", "lin"));
        QVERIFY(widgets::matchQuality("Bi linear", "lin") < widgets::matchQuality("Bilinear", "lin"));
        QCOMPARE(widgets::matchQuality("Linear", "xyz"), -1);
    }
};

QTEST_MAIN(TestViews)
#include "test_views.moc"
