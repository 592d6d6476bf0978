#include "widgets/lenses/exported.h"

#include "widgets/canvas/view.h"
#include "widgets/lenses/layer.h"
#include "widgets/lenses/places.h"
#include "widgets/views/figure.h"
#include "widgets/views/readingview.h"

#include <QBuffer>
#include <QPainter>

namespace widgets
{

namespace
{

constexpr QSize rowSize{300, 220}; ///< of the view; the lens is half as large
constexpr double sharpness = 3;    ///< pixels a unit of a view
constexpr int mostPixels = 2400;

std::string pngOf(QSize size, const Theme& theme, const std::function<void(QPainter&)>& paint)
{
    const double scale = qMin(sharpness, mostPixels / double(qMax(size.width(), size.height())));
    QImage image(size * scale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(theme.panel);
    QPainter painter(&image);
    paint(painter);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes.toStdString();
}

std::string pngOf(const core::Reading& reading, const Theme& theme)
{
    const std::unique_ptr<ReadingView> view(makeView(reading, theme, nullptr));
    if (!view) return {};
    QPalette palette;
    palette.setColor(QPalette::WindowText, theme.text);
    view->setPalette(palette);
    view->setFixedSize(rowSize);
    return pngOf(rowSize, theme,
                 [&](QPainter& painter) { view->render(&painter, {}, {}, QWidget::DrawChildren); });
}

} // namespace

std::vector<core::picture::Lens> exportedLenses(const CanvasView& canvas, const Theme& theme)
{
    const auto& readings = canvas.lab().snapshot().readings; // "instrument|wire|example|settings"
    std::vector<core::picture::Lens> lenses;
    std::set<std::string> placed;
    if (const auto* layer = canvas.findChild<const LensLayer*>())
        for (const LensItem* item : layer->items()) {
            const core::Lens& lens = item->lens();
            const auto found = readings.find(watchKey(lens, lens.at, 0));
            const core::Instrument* instrument = core::findInstrument(lens.instrument);
            if (found == readings.end() || !instrument || !item->isVisible()) continue;
            const auto figure = makeFigure(*found->second.reading, theme);
            if (!figure) continue;
            const QSize size = item->picture();
            const QPointF offset = item->pos() - item->wire();
            placed.insert(found->first);
            lenses.push_back({lens.at, titleOf(*instrument).toStdString(),
                              pngOf(size, theme, [&](QPainter& p) { figure->paint(p, size, {}); }),
                              double(size.width()), double(size.height()),
                              core::Point{offset.x(), offset.y()}});
        }
    for (const auto& [key, seen] : readings) {
        const size_t first = key.find('|'), last = key.find('|', first + 1);
        const core::Instrument* instrument = core::findInstrument(key.substr(0, first));
        if (!instrument || last == std::string::npos || key.ends_with("|other") || placed.contains(key) ||
            std::holds_alternative<core::TextReading>(*seen.reading))
            continue;
        const std::string wire = key.substr(first + 1, last - first - 1);
        std::string png = wire.empty() ? wire : pngOf(*seen.reading, theme);
        if (!png.empty())
            lenses.push_back({wire,
                              wire + ": " + std::string(instrument->title),
                              std::move(png),
                              rowSize.width() / 2.0,
                              rowSize.height() / 2.0,
                              {}});
    }
    return lenses;
}

} // namespace widgets
