#include "widgets/lenses/atlas.h"

#include <QPainter>
#include <cmath>
#include <utility>

namespace widgets
{

constexpr int rowWidth = 8 * Atlas::width;

QRect Atlas::rect(int cell) const
{
    const QRect& units = m_cells[size_t(cell)];
    return {int(units.x() * m_scale), int(units.y() * m_scale), int(units.width() * m_scale),
            int(units.height() * m_scale)};
}

void Atlas::resize(const std::vector<QSize>& sizes)
{
    m_cells.clear();
    int x = 0, y = 0, height = 0;
    for (const QSize& size : sizes) {
        if (x > 0 && x + size.width() > rowWidth) {
            x = 0;
            y += std::exchange(height, 0);
        }
        m_cells.emplace_back(QPoint(x, y), size);
        x += size.width();
        height = qMax(height, size.height());
    }
    clear();
}

void Atlas::clear()
{
    QRect all;
    for (int cell = 0; cell < int(m_cells.size()); ++cell) all |= rect(cell);
    m_image = all.isEmpty() ? QImage() : QImage(all.size(), QImage::Format_RGB32);
    m_image.fill(m_theme.panel);
}

bool Atlas::setScale(double pixels)
{
    const double scale = qBound(0.5, std::ceil(2 * pixels - 0.1) / 2, 4.0);
    if (std::exchange(m_scale, scale) == scale) return false;
    clear();
    return true;
}

void Atlas::draw(int cell, const Figure& figure)
{
    QPainter painter(&m_image);
    const QRect pixels = rect(cell);
    painter.setClipRect(pixels);
    painter.fillRect(pixels, m_theme.panel);
    painter.translate(pixels.topLeft());
    painter.scale(m_scale, m_scale);
    figure.paint(painter, m_cells[size_t(cell)].size(), {});
}

void Atlas::paint(QPainter& painter, int cell, const QRectF& target) const
{
    painter.drawImage(target, m_image, rect(cell));
}

} // namespace widgets
