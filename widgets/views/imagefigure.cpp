#include "widgets/views/imagefigure.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace widgets
{

constexpr double gap = 6;

/// Signed values by the diverging map, one channel as grey, three as colour.
static QImage imageOf(const core::ImageReading& reading, const core::ImageReading::Tile& tile,
                      const ColourScale& scale)
{
    const auto byte = [&](float value) {
        return int(std::lround(std::clamp((value - scale.low) / (scale.high - scale.low), 0.f, 1.f) * 255));
    };
    QImage image(reading.width, reading.height, QImage::Format_RGB32);
    const float* pixel = tile.pixels.data();
    for (int y = 0; y < reading.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < reading.width; ++x, pixel += reading.channels) {
            const int grey = byte(*pixel);
            line[x] = reading.channels == 3 ? qRgb(grey, byte(pixel[1]), byte(pixel[2]))
                      : reading.diverging   ? scale(*pixel)
                                            : qRgb(grey, grey, grey);
        }
    }
    return image;
}

bool ImageFigure::show(const core::Reading& reading)
{
    const auto* images = std::get_if<core::ImageReading>(&reading);
    if (!images) return false;
    const core::ImageReading before = std::exchange(m_reading, *images);
    const size_t pixels = size_t(m_reading.width) * size_t(m_reading.height) * size_t(m_reading.channels);
    std::erase_if(m_reading.tiles,
                  [&](const auto& tile) { return tile.pixels.size() != pixels || pixels == 0; });
    m_scale = {m_reading.low, m_reading.high > m_reading.low ? m_reading.high : m_reading.low + 1,
               m_reading.diverging};
    std::vector<QImage> made = std::exchange(m_images, {});
    const auto same = [&](size_t i) { // a picture of an example has other words only
        return i < made.size() && i < before.tiles.size() && before.low == m_reading.low &&
               before.high == m_reading.high && before.diverging == m_reading.diverging &&
               before.width == m_reading.width && before.channels == m_reading.channels &&
               before.tiles[i].pixels == m_reading.tiles[i].pixels;
    };
    m_captions = m_marks = false;
    for (size_t i = 0; i < m_reading.tiles.size(); ++i) {
        const auto& tile = m_reading.tiles[i];
        m_captions |= !tile.caption.empty();
        m_marks |= tile.mark != 0;
        m_images.push_back(same(i) ? std::move(made[i]) : imageOf(m_reading, tile, m_scale));
    }
    m_names.clear();
    for (const auto& tile : m_reading.tiles) m_names << QString::fromStdString(tile.caption);
    const QString word = m_names.value(0).section(QLatin1Char(' '), 0, 0) + QLatin1Char(' ');
    const bool shared =
        std::ranges::all_of(m_names, [&](const QString& name) { return name.startsWith(word); });
    if (shared && !m_marks)
        for (QString& name : m_names) name.remove(0, word.size());
    return true;
}

QRectF ImageFigure::whole(QSizeF size, const Gaze& gaze)
{
    const QSizeF whole(size.width() / gaze.seen.width(), size.height() / gaze.seen.height());
    return QRectF(QPointF(-gaze.seen.left() * whole.width(), -(1 - gaze.seen.bottom()) * whole.height()),
                  whole);
}

/// As many columns as make the tiles largest while all are seen; tiles never get smaller than is
/// recognisable.
ImageFigure::Grid ImageFigure::arranged(QSizeF size, bool captions) const
{
    Grid best;
    const int count = int(m_images.size());
    if (count == 0) return best;
    const double caption = captions ? m_theme.size * 1.2 : 0;
    const double ratio = double(m_reading.height) / m_reading.width;
    for (int columns = 1; columns <= count; ++columns) {
        const int rows = (count + columns - 1) / columns;
        double w = (size.width() - gap * (columns - 1)) / double(columns);
        w = qMin(w, ((size.height() - gap * (rows - 1)) / double(rows) - caption) / ratio);
        w = qMin(w, qMax(96.0, 2.0 * m_reading.width));
        if (w > best.width) best = {columns, count, w, w * ratio, caption, {}};
    }
    const double least = size.height() < 7 * m_theme.size ? 6 : m_marks ? m_theme.size * 2.6 : 10;
    if (best.width < least) {
        best.width = qMin(least, size.width());
        best.height = best.width * ratio;
        best.caption = caption;
        best.columns = qMax(1, int((size.width() + gap) / (best.width + gap)));
        best.shown =
            qMin(count, best.columns * qMax(1, int((size.height() + gap) / (best.height + caption + gap))));
    }
    const int rows = (best.shown + best.columns - 1) / best.columns;
    best.origin = {(size.width() - best.columns * (best.width + gap) + gap) / 2,
                   qMax(0.0, (size.height() - rows * (best.height + caption + gap) + gap) / 2)};
    return best;
}

/// Captions that would be cut are left to the tooltips, unless they say what was right or wrong.
ImageFigure::Grid ImageFigure::grid(QSizeF size) const
{
    const Grid captioned = arranged(size, m_captions && size.height() > 6 * m_theme.size);
    if (!m_captions || m_marks) return captioned;
    if (captioned.width < 2 * m_theme.size) return arranged(size, false);
    const QFontMetricsF metrics(m_theme.font(0.8));
    for (const QString& name : m_names)
        if (metrics.horizontalAdvance(name) > captioned.width + gap) return arranged(size, false);
    return captioned;
}

QPointF ImageFigure::corner(const Grid& grid, int tile)
{
    return grid.origin + QPointF(tile % grid.columns * (grid.width + gap),
                                 tile / grid.columns * (grid.height + grid.caption + gap));
}

void ImageFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    const QRectF whole = this->whole(size, gaze);
    const Grid grid = this->grid(whole.size());
    painter.save();
    painter.setClipRect(QRectF(QPointF(), size));
    painter.translate(whole.topLeft());
    painter.setFont(m_theme.font(0.8));
    for (int i = 0; i < grid.shown; ++i) {
        const auto& tile = m_reading.tiles[size_t(i)];
        const QRectF area(corner(grid, i), QSizeF(grid.width, grid.height));
        painter.setRenderHint(QPainter::SmoothPixmapTransform, grid.width < m_reading.width);
        painter.drawImage(area, m_images[size_t(i)]);
        const QColor colour = tile.mark > 0 ? m_theme.good : tile.mark < 0 ? m_theme.bad : m_theme.border;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, tile.mark < 0 ? 2.2 : 1));
        painter.drawRect(area);
        if (grid.caption <= 0) continue;
        // A mark beside the colour, so that right and wrong do not rest on the colour alone.
        const QString mark = tile.mark > 0   ? QStringLiteral("\u2713 ")
                             : tile.mark < 0 ? QStringLiteral("\u2717 ")
                                             : QString();
        const QRectF line(area.left() - gap / 2, area.bottom() + 1, grid.width + gap, grid.caption);
        painter.setPen(tile.mark < 0 ? m_theme.bad : m_theme.muted);
        painter.drawText(
            line, Qt::AlignCenter,
            painter.fontMetrics().elidedText(mark + m_names[i], Qt::ElideRight, int(line.width())));
        if (tile.confidence >= 0) {
            painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 3), m_theme.border);
            painter.fillRect(
                QRectF(area.left(), area.bottom() - 3, area.width() * qMin(1.0, tile.confidence), 3), colour);
        }
    }
    painter.restore();
}

QString ImageFigure::tipAt(QPointF at, QSizeF size, const Gaze& gaze) const
{
    const QRectF whole = this->whole(size, gaze);
    const QPointF place = at - whole.topLeft();
    const Grid grid = this->grid(whole.size());
    for (int i = 0; i < grid.shown; ++i) {
        const QRectF area(corner(grid, i), QSizeF(grid.width, grid.height));
        if (!area.contains(place)) continue;
        const auto& tile = m_reading.tiles[size_t(i)];
        const int x =
            qMin(m_reading.width - 1, int((place.x() - area.left()) / area.width() * m_reading.width));
        const int y =
            qMin(m_reading.height - 1, int((place.y() - area.top()) / area.height() * m_reading.height));
        const float value = tile.pixels[size_t(y * m_reading.width + x) * size_t(m_reading.channels)];
        QString text = QString::fromStdString(tile.caption);
        if (tile.mark) text += tile.mark > 0 ? QObject::tr(" (right)") : QObject::tr(" (wrong)");
        if (tile.confidence >= 0)
            text += QObject::tr(", confidence %1 %").arg(tile.confidence * 100, 0, 'f', 1);
        return text + QObject::tr("\nrow %1, column %2: %3").arg(y).arg(x).arg(shortNumber(double(value)));
    }
    return {};
}

} // namespace widgets
