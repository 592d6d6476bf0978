// A chart of two lines that grow, as while training, drawn by Qt Charts and by the lab's own figure: both get
// the same points and are painted into an image of the same size, taking turns. Prints medians and their
// ratio.
#include "widgets/views/figureview.h"
#include "widgets/views/linefigure.h"

#include <QApplication>
#include <QChart>
#include <QChartView>
#include <QElapsedTimer>
#include <QLegend>
#include <QLineSeries>
#include <QValueAxis>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace
{

constexpr int width = 520, height = 260, rounds = 60;

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + ptrdiff_t(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// [line][step]
const std::array<std::vector<double>, 2>& losses()
{
    static const auto values = [] {
        std::array<std::vector<double>, 2> made;
        for (int line = 0; line < 2; ++line)
            for (int step = 0; step < 10'000 + rounds; ++step)
                made[size_t(line)].push_back((1 + 0.2 * line) * std::exp(-step / 300.0) +
                                             0.02 * std::sin(step * 0.7));
        return made;
    }();
    return values;
}

/// As one would set it up for speed: no animation, no OpenGL, points replaced at once, every so many left out
/// so that there are no more than pixels.
struct QtChart {
    explicit QtChart(QImage& image)
        : image(image)
    {
        auto* chart = new QChart;
        chart->setAnimationOptions(QChart::NoAnimation);
        chart->legend()->setAlignment(Qt::AlignTop);
        for (int line = 0; line < 2; ++line) {
            series[line] = new QLineSeries;
            series[line]->setName(line ? QStringLiteral("val") : QStringLiteral("train"));
            chart->addSeries(series[line]);
        }
        chart->createDefaultAxes();
        view.setChart(chart);
        view.setRenderHint(QPainter::Antialiasing);
        view.resize(width, height);
        view.setAttribute(Qt::WA_DontShowOnScreen);
        view.show();
    }
    void draw(int points)
    {
        const int stride = std::max(1, points / width);
        double top = 0;
        for (int line = 0; line < 2; ++line) {
            QList<QPointF> list;
            for (int step = 0; step < points; step += stride) {
                list << QPointF(step, losses()[size_t(line)][size_t(step)]);
                top = std::max(top, list.back().y());
            }
            series[line]->replace(list);
        }
        view.chart()->axes(Qt::Horizontal)[0]->setRange(0, points);
        view.chart()->axes(Qt::Vertical)[0]->setRange(0, top);
        QCoreApplication::processEvents();
        static_cast<QWidget&>(view).render(&image);
    }
    QImage& image;
    QChartView view;
    QLineSeries* series[2];
};

struct OwnChart {
    OwnChart(QImage& image, const widgets::Theme& theme)
        : image(image)
        , view(std::make_unique<widgets::LineFigure>(theme), theme, nullptr)
    {
        view.resize(width, height);
        view.setAttribute(Qt::WA_DontShowOnScreen);
        view.show();
    }
    void draw(int points)
    {
        core::SeriesReading reading;
        reading.xLabel = "step";
        for (int line = 0; line < 2; ++line) {
            core::SeriesReading::Line all{line ? "val" : "train", {}, {}, false};
            all.y.assign(losses()[size_t(line)].begin(), losses()[size_t(line)].begin() + points);
            all.x.resize(all.y.size());
            std::iota(all.x.begin(), all.x.end(), 0);
            reading.lines.push_back(std::move(all));
        }
        view.showReading(std::move(reading));
        QCoreApplication::processEvents();
        static_cast<QWidget&>(view).render(&image);
    }
    QImage& image;
    widgets::FigureView view;
};

template<class Chart> double milliseconds(Chart& chart, int points)
{
    QElapsedTimer clock;
    clock.start();
    chart.draw(points);
    return double(clock.nsecsElapsed()) / 1e6;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const widgets::Theme theme = widgets::loadTheme(QStringLiteral("light"));
    QImage first(width, height, QImage::Format_ARGB32_Premultiplied), second = first;
    first.fill(Qt::white);
    second.fill(Qt::white);
    QtChart qt(first);
    OwnChart own(second, theme);
    (void)losses();
    std::printf("points   Qt Charts %s ms   figure ms   ratio\n", qVersion());
    for (const int points : {100, 1'000, 10'000}) {
        std::vector<double> theirs, ours;
        for (int round = 0; round < rounds; ++round) {
            theirs.push_back(milliseconds(qt, points + round));
            ours.push_back(milliseconds(own, points + round));
        }
        std::printf("%6d   %19.2f   %9.2f   %5.2f\n", points, median(theirs), median(ours),
                    median(theirs) / median(ours));
    }
    if (argc > 1) {
        first.save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("-qtcharts.png"));
        second.save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("-figure.png"));
    }
    return 0;
}
