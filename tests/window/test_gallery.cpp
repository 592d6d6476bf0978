// Every view with what real runs give it. AXO_FIGURES names a folder for the sheets that tests/figures keeps.
#include "fixture.h"

#include "core/instruments/difference.h"
#include "core/instruments/instrument.h"
#include "core/instruments/network.h"
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
    session.setObservationBudget(1); // on a busy machine nobody waits for a share of it
    session.open(document, true);
    session.watch(std::move(watches));
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 60'000) {
        const auto now = session.snapshot();
        if (now->step >= steps && now->readings.size() == wanted) break;
        QThread::msleep(5);
    }
    const auto now = session.snapshot();
    Seen seen{{}, now->trails, now->loss};
    for (const auto& [key, reading] : now->readings) seen.readings.emplace(key, *reading);
    return seen;
}

/// What an instrument reads of a network of six wide layers of a typed formula.
Reading wideAtItsFirstStep(const char* instrument, std::map<std::string, core::Setting> settings)
{
    std::string blocks = "{'id': 'data', 'kind': 'data'}", wires, from = "data.x";
    for (int i = 1; i <= 6; ++i) {
        const std::string number = std::to_string(i);
        blocks += ", {'id': 'l" + number + "', 'kind': 'linear', 'settings': {'to': '" +
                  (i < 6 ? "channel: 300" : "class: classes") + "'}}";
        wires += "['" + from + "', 'l" + number + ".x'], ";
        from = "l" + number + ".y";
        if (i == 6) break;
        blocks +=
            ", {'id': 'f" + number + "', 'kind': 'activation', 'settings': {'formula': 'max(x, 0.1*x)'}}";
        wires += "['" + from + "', 'f" + number + ".x'], ";
        from = "f" + number + ".y";
    }
    std::string text = "{'axo': 1, 'data': {'name': 'digits'}, 'blocks': [" + blocks +
                       ", {'id': 'loss', 'kind': 'cross_entropy'}], 'wires': [" + wires + "['" + from +
                       "', 'loss.logits'], ['data.y', 'loss.target']]}";
    std::ranges::replace(text, '\'', '"');
    core::Errors problems;
    const core::Document document = core::parseDocument(text, "test", problems);
    const auto backend = core::makeBackend("cpu");
    core::Network network(document, std::make_shared<const core::BlockLibrary>(core::BlockLibrary::builtIn()),
                          std::make_shared<const core::Dataset>(core::loadDataset(document.data)), *backend);
    core::Observation o{network, network.initial()};
    o.settings = std::move(settings);
    return core::findInstrument(instrument)->read(o);
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
        const Seen digits =
            seenOf(core::preset("digits-mlp"), 700,
                   {{"histogram", "parameter_histogram", "hidden1.weight", 0},
                    {"weights", "weights", "hidden1.weight", 0},
                    {"confusion", "confusion", "", 0},
                    {"shares", "class_shares", "", 0},
                    {"plane", "projection", "relu1.y", 0},
                    {"space",
                     "projection",
                     "relu1.y",
                     0,
                     {},
                     {{"dimensions", {core::Setting::Kind::Number, 3, {}, false}}}},
                    {"gram", "gram", "relu1.y", 0},
                    {"noisy", "gram", "relu1.y", 0, {}, {}, 25, core::Changes{{"relu1.y += 0.5 noise"}, {}}},
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
        const Reading depth = wideAtItsFirstStep("kernel_limit", {}),
                      tangent = wideAtItsFirstStep(
                          "ntk_spectrum", {{"examples", {core::Setting::Kind::Number, 32, {}, false}}});

        widgets::Gaze whole, zoomed, ridge, colours, cursor;
        zoomed.seen = {0.1, 0.2, 0.4, 0.5};
        ridge.overTime = colours.logColours = true;
        cursor.cursor = QPointF(0.4, 0.5);
        const Reading difference =
            core::differenceOf(digits.readings.at("gram"), digits.readings.at("noisy")).value();
        const std::vector<Picture> pictures{
            {"Lines, read out at the cursor", loss, {}, cursor},
            {"Theory over measurement, by depth", depth},
            {"Theory over measurement, a spectrum", tangent},
            {"Lines, zoomed", loss, {}, zoomed},
            {"Areas, stacked", digits.readings.at("shares")},
            {"Graph", residual.readings.at("flow")},
            {"Heat map with numbers", digits.readings.at("confusion")},
            {"Heat map, diverging", iris.readings.at("batch")},
            {"Heat map, logarithmic colours", digits.readings.at("confusion"), {}, colours},
            {"Histogram", digits.readings.at("histogram")},
            {"Histogram over time", digits.readings.at("histogram"), digits.trails.at("histogram"), ridge},
            {"Points over a field", plane.readings.at("boundary")},
            {"Points in the plane", digits.readings.at("plane")},
            {"Points in space", digits.readings.at("space")},
            {"Pictures", digits.readings.at("weights")},
            {"Predictions", digits.readings.at("predictions")},
            {"Table", iris.readings.at("table")},
            {"Heat map, difference of two", difference},
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
