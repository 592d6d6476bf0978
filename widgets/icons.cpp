#include "widgets/icons.h"

#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>

namespace widgets
{
namespace
{

/// In a square of 18 units.
void draw(QPainter& painter, Symbol symbol, const QColor& colour)
{
    painter.setPen(QPen(colour, 1.7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto fill = [&](const QPolygonF& shape) {
        painter.setBrush(colour);
        painter.drawPolygon(shape);
        painter.setBrush(Qt::NoBrush);
    };
    const auto turn = [&](bool left) {
        painter.save();
        if (!left) {
            painter.translate(18, 0);
            painter.scale(-1, 1);
        }
        QPainterPath path(QPointF(4, 7));
        path.lineTo(11, 7);
        path.arcTo(QRectF(7, 7, 8, 7), 90, -180);
        path.lineTo(8, 14);
        painter.drawPath(path);
        painter.drawPolyline(QPolygonF{{6.8, 4}, {3.6, 7}, {6.8, 10}});
        painter.restore();
    };
    switch (symbol) {
    case Symbol::Play:
        fill({{5.5, 3.5}, {14.5, 9}, {5.5, 14.5}});
        break;
    case Symbol::Pause:
        painter.fillRect(QRectF(4.5, 3.5, 3.2, 11), colour);
        painter.fillRect(QRectF(10.3, 3.5, 3.2, 11), colour);
        break;
    case Symbol::Step:
        fill({{4, 3.8}, {11.5, 9}, {4, 14.2}});
        painter.drawLine(QPointF(14, 3.8), QPointF(14, 14.2));
        break;
    case Symbol::Reset:
        painter.drawArc(QRectF(3.5, 3.5, 11, 11), 70 * 16, 290 * 16);
        fill({{8.6, 1}, {12.4, 3.8}, {8.6, 6.4}});
        break;
    case Symbol::Fit:
        for (const auto& [x, y] : {std::pair{3.0, 3.0}, {15.0, 3.0}, {15.0, 15.0}, {3.0, 15.0}}) {
            painter.drawLine(QPointF(x, y), QPointF(x < 9 ? x + 3.5 : x - 3.5, y));
            painter.drawLine(QPointF(x, y), QPointF(x, y < 9 ? y + 3.5 : y - 3.5));
        }
        break;
    case Symbol::Pin:
        painter.drawEllipse(QRectF(5.5, 2.5, 7, 7));
        painter.drawLine(QPointF(9, 9.5), QPointF(9, 15.5));
        break;
    case Symbol::Close:
        painter.drawLine(QPointF(5, 5), QPointF(13, 13));
        painter.drawLine(QPointF(13, 5), QPointF(5, 13));
        break;
    case Symbol::Undo:
        turn(true);
        break;
    case Symbol::Redo:
        turn(false);
        break;
    }
}

} // namespace

QIcon symbolIcon(Symbol symbol, const QColor& colour, int size)
{
    const double ratio = qGuiApp->devicePixelRatio();
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(size / 18.0, size / 18.0);
    draw(painter, symbol, colour);
    painter.end();
    return QIcon(pixmap);
}

} // namespace widgets
