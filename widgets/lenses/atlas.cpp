#include "widgets/lenses/atlas.h"

#include <QPainter>

namespace widgets
{

QRect Atlas::rect(int cell) const
{
    return {cell % columns * width * scale, cell / columns * height * scale, width * scale, height * scale};
}

void Atlas::resize(int count)
{
    const int rows = (count + columns - 1) / columns;
    m_image =
        rows > 0 ? QImage(columns * width * scale, rows * height * scale, QImage::Format_RGB32) : QImage();
    m_image.fill(m_theme.panel);
}

void Atlas::draw(int cell, const Figure& figure)
{
    QPainter painter(&m_image);
    const QRect pixels = rect(cell);
    painter.setClipRect(pixels);
    painter.fillRect(pixels, m_theme.panel);
    painter.translate(pixels.topLeft());
    painter.scale(scale, scale);
    figure.paint(painter, {width, height}, {});
}

void Atlas::paint(QPainter& painter, int cell, const QRectF& target) const
{
    painter.drawImage(target, m_image, rect(cell));
}

} // namespace widgets
