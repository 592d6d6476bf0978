#include "widgets/canvas/lenses.h"

#include "core/instruments/instrument.h"
#include "widgets/views/readingview.h"

#include <QBuffer>
#include <QPainter>

namespace widgets
{

namespace
{

constexpr int width = 300, height = 220; ///< of the view; the lens is half as large
constexpr double sharpness = 3;          ///< pixels a unit of the view

std::string pngOf(const core::Reading& reading, const Theme& theme)
{
    const std::unique_ptr<ReadingView> view(makeView(reading, theme, nullptr));
    if (!view) return {};
    QPalette palette;
    palette.setColor(QPalette::WindowText, theme.text);
    view->setPalette(palette);
    view->setFixedSize(width, height);
    QImage image(QSize(width, height) * sharpness, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(sharpness);
    image.fill(theme.panel);
    QPainter painter(&image);
    view->render(&painter, {}, {}, QWidget::DrawChildren);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes.toStdString();
}

} // namespace

std::vector<core::picture::Lens> lensesOf(const Lab& lab, const Theme& theme)
{
    std::vector<core::picture::Lens> lenses;
    for (const auto& [key, seen] : lab.snapshot().readings) { // "instrument|wire|example"
        const size_t first = key.find('|'), last = key.rfind('|');
        const core::Instrument* instrument = core::findInstrument(key.substr(0, first));
        if (!instrument || first == last || std::holds_alternative<core::TextReading>(*seen)) continue;
        const std::string wire = key.substr(first + 1, last - first - 1);
        std::string png = wire.empty() ? wire : pngOf(*seen, theme);
        if (!png.empty())
            lenses.push_back({wire, wire + ": " + std::string(instrument->title), std::move(png), width / 2.0,
                              height / 2.0});
    }
    return lenses;
}

} // namespace widgets
