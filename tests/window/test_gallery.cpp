// Every view with what real runs give it. AXO_FIGURES names a folder for the sheets that tests/figures keeps.
#include "fixture.h"

#include "widgets/views/colours.h"
#include "widgets/views/figure.h"

#include <QPainter>

using core::Reading;

namespace
{

/// What a run shows after some steps, by watch key, with the trails of numbers and histograms.
struct Seen {
    std::map<std::string, Reading> readings;
    std::map<std::string, std::shared_ptr<const core::Trail>> trails;
    std::vector<core::HistoryPoint> loss;
};

Seen seenOf(const core::Document& document, int64_t steps, std::vector<core::Watch> watches)
{
    core::Session session("cpu");
    const size_t wanted = watches.size();
    session.setPace(400);
    session.open(document, true);
    session.watch(std::move(watches));
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 30'000) {
        const auto now = session.snapshot();
        if (now->step >= steps && now->readings.size() == wanted) break;
        QThread::msleep(5);
    }
    const auto now = session.snapshot();
    Seen seen{{}, now->trails, now->loss};
    for (const auto& [key, reading] : now->readings) seen.readings.emplace(key, *reading);
    return seen;
}

struct Picture {
    QString title;
    Reading reading;
    std::shared_ptr<const core::Trail> trail = {};
    widgets::Gaze gaze = {};
};

int pixelsOf(const QImage& image, const QColor& colour)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            count += qAbs(pixel.red() - colour.red()) + qAbs(pixel.green() - colour.green()) +
                         qAbs(pixel.blue() - colour.blue()) <
                     60;
        }
    return count;
}

QImage sheetOf(const std::vector<Picture>& pictures, const widgets::Theme& theme, int ratio)
{
    const int columns = 4, width = 380 * theme.size / 13, height = 270 * theme.size / 13,
              head = 2 * theme.size, margin = theme.size + 1;
    const int rows = (int(pictures.size()) + columns - 1) / columns;
    QImage sheet(QSize(columns * (width + margin) + margin, rows * (height + head + margin) + margin) * ratio,
                 QImage::Format_RGB32);
    sheet.setDevicePixelRatio(ratio);
    sheet.fill(theme.panel);
    for (size_t i = 0; i < pictures.size(); ++i) {
        QPainter painter(&sheet);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(margin + int(i) % columns * (width + margin),
                          margin + int(i) / columns * (height + head + margin));
        painter.setFont(theme.font(1, QFont::DemiBold));
        painter.setPen(theme.text);
        painter.drawText(QRectF(0, 0, width, head - 4), Qt::AlignVCenter, pictures[i].title);
        painter.translate(0, head);
        const auto figure = widgets::makeFigure(pictures[i].reading, theme);
        figure->showTrail(pictures[i].trail);
        figure->paint(painter, QSizeF(width, height), pictures[i].gaze);
    }
    return sheet;
}

} // namespace

class TestGallery : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    void everyViewDrawsWhatRealRunsGiveIt()
    {
        const Seen digits = seenOf(core::preset("digits-mlp"), 700,
                                   {{"histogram", "parameter_histogram", "hidden1.weight", 0},
                                    {"weights", "weights", "hidden1.weight", 0},
                                    {"confusion", "confusion", "", 0},
                                    {"shares", "class_shares", "", 0},
                                    {"predictions", "predictions", "", 0}});
        const Seen plane =
            seenOf(core::preset("playground"), 700, {{"boundary", "decision_boundary", "", 0}});
        const Seen residual = seenOf(core::preset("transformer-encoder-block"), 20,
                                     {{"flow",
                                       "signal_flow",
                                       "",
                                       0,
                                       {},
                                       {{"examples", {core::Setting::Kind::Number, 32, {}, false}}}}});
        core::Document table = smallClassifier(core::BlockLibrary::builtIn());
        table.data.name = "iris";
        core::edit::setSetting(table, "out", "to", {core::Setting::Kind::Text, 0, "class: classes", false});
        const Seen iris =
            seenOf(table, 300, {{"table", "predictions", "", 0}, {"batch", "activations", "hidden.y", 0}});
        for (const Seen* seen : {&digits, &plane, &residual, &iris})
            for (const auto& [key, reading] : seen->readings)
                QVERIFY2(!std::holds_alternative<core::TextReading>(reading),
                         (key + ": " +
                          (std::holds_alternative<core::TextReading>(reading)
                               ? std::get<core::TextReading>(reading).text
                               : std::string()))
                             .c_str());

        core::SeriesReading loss{"step", "loss", {{"train", {}, {}}, {"validation", {}, {}}}, false, true};
        for (const core::HistoryPoint& point : digits.loss) {
            loss.lines[0].x.push_back(double(point.step));
            loss.lines[0].y.push_back(double(point.train));
            if (std::isnan(point.validation)) continue;
            loss.lines[1].x.push_back(double(point.step));
            loss.lines[1].y.push_back(double(point.validation));
        }
        // Cosines by depth: those of a ReLU network of infinite width that start at 0 (INSTRUMENTS: arc
        // cosine kernel of degree 1, Cho and Saul 2009), with the last measured digits behind them.
        core::SeriesReading depth{"layer", "cosine", {{"infinite width", {}, {}, true}}, false, false};
        for (double cosine = 0, layer = 0; layer < 12; ++layer) {
            depth.lines[0].x.push_back(layer);
            depth.lines[0].y.push_back(cosine);
            cosine = (std::sqrt(1 - cosine * cosine) + (M_PI - std::acos(cosine)) * cosine) / M_PI;
        }
        core::PointsReading space; // the first three features of iris's hidden units would need a projection
        const auto& batch = std::get<core::MatrixReading>(iris.readings.at("batch"));
        for (int row = 0; row < batch.rows; ++row) {
            const auto value = [&](int column) { return batch.values[size_t(row * batch.columns + column)]; };
            space.x.push_back(value(0));
            space.y.push_back(value(1));
            space.z.push_back(value(2));
            space.label.push_back(row % 3);
        }
        const auto bounds = [](const std::vector<float>& values) { return std::ranges::minmax(values); };
        space.xLow = double(bounds(space.x).min), space.xHigh = double(bounds(space.x).max);
        space.yLow = double(bounds(space.y).min), space.yHigh = double(bounds(space.y).max);

        widgets::Gaze whole, zoomed, ridge, colours, cursor;
        zoomed.seen = {0.1, 0.2, 0.4, 0.5};
        ridge.overTime = colours.logColours = true;
        cursor.cursor = QPointF(0.4, 0.5);
        const std::vector<Picture> pictures{
            {"Lines, read out at the cursor", loss, {}, cursor},
            {"Lines, a theory dashed", depth},
            {"Lines, zoomed", loss, {}, zoomed},
            {"Areas, stacked", digits.readings.at("shares")},
            {"Graph", residual.readings.at("flow")},
            {"Heat map with numbers", digits.readings.at("confusion")},
            {"Heat map, diverging", iris.readings.at("batch")},
            {"Heat map, logarithmic colours", digits.readings.at("confusion"), {}, colours},
            {"Histogram", digits.readings.at("histogram")},
            {"Histogram over time", digits.readings.at("histogram"), digits.trails.at("histogram"), ridge},
            {"Points over a field", plane.readings.at("boundary")},
            {"Points in space", space},
            {"Pictures", digits.readings.at("weights")},
            {"Predictions", digits.readings.at("predictions")},
            {"Table", iris.readings.at("table")},
            {"Number", core::ScalarReading{0.9417, "accuracy"}},
            {"Text",
             core::TextReading{"A refusal says what is missing and what would do: at least 32 examples."}},
        };
        const QString folder = qEnvironmentVariable("AXO_FIGURES");
        for (const QString& name : widgets::themeNames()) {
            const widgets::Theme theme = widgets::loadTheme(name);
            for (const Picture& picture : pictures) {
                QImage blank(380, 270, QImage::Format_RGB32);
                blank.fill(theme.panel);
                QImage drawn = blank;
                QPainter painter(&drawn);
                const auto figure = widgets::makeFigure(picture.reading, theme);
                figure->showTrail(picture.trail);
                figure->paint(painter, drawn.size(), picture.gaze);
                painter.end();
                QVERIFY2(drawn != blank, qPrintable(picture.title));
                if (!std::holds_alternative<core::SeriesReading>(picture.reading)) continue;
                const auto& series = std::get<core::SeriesReading>(picture.reading);
                const QColor first = series.lines.front().theory ? theme.muted
                                     : series.form == core::SeriesReading::Form::Areas
                                         ? widgets::categoryColour(0)
                                         : theme.series.front();
                QVERIFY2(pixelsOf(drawn, first) > 100,
                         qPrintable(picture.title + QStringLiteral(" shows none of its first line")));
            }
            if (folder.isEmpty()) continue;
            for (const int ratio : {1, 2})
                QVERIFY(
                    sheetOf(pictures, theme, ratio)
                        .save(QStringLiteral("%1/views-%2%3.png").arg(folder, name, ratio > 1 ? "@2x" : "")));
        }
    }
};

QTEST_MAIN(TestGallery)
#include "test_gallery.moc"
