#include "widgets/lenses/atlas.h"

#include <QPainter>
#include <cmath>
#include <utility>

namespace widgets
{

QRect Atlas::rect(int cell) const
{
    const int w = int(width * m_scale), h = int(height * m_scale);
    return {cell % columns * w, cell / columns * h, w, h};
}

void Atlas::resize(int count)
{
    m_count = count;
    const QRect last = rect(columns * ((count + columns - 1) / columns) - 1);
    m_image = count > 0 ? QImage(last.right() + 1, last.bottom() + 1, QImage::Format_RGB32) : QImage();
    m_image.fill(m_theme.panel);
}

bool Atlas::setScale(double pixels)
{
    const double scale = qBound(0.5, std::ceil(2 * pixels - 0.1) / 2, 2.0);
    if (std::exchange(m_scale, scale) == scale) return false;
    resize(m_count);
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
    figure.paint(painter, {width, height}, {});
}

void Atlas::paint(QPainter& painter, int cell, const QRectF& target) const
{
    painter.drawImage(target, m_image, rect(cell));
}

} // namespace widgets
