#include "widgets/views/graphfigure.h"

#include "widgets/views/colours.h"

#include <QLineF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace widgets
{

bool GraphFigure::show(const core::Reading& reading)
{
    const auto* graph = std::get_if<core::GraphReading>(&reading);
    if (!graph) return false;
    m_reading = *graph;
    const int count = int(m_reading.nodes.size());
    std::erase_if(m_reading.edges, [count](const auto& edge) {
        return edge.from < 0 || edge.to < 0 || edge.from >= count || edge.to >= count;
    });
    m_heaviest = 0;
    for (const auto& edge : m_reading.edges)
        if (std::isfinite(edge.weight)) m_heaviest = qMax(m_heaviest, std::abs(edge.weight));
    m_xLow = m_yLow = INFINITY;
    m_xHigh = m_yHigh = -INFINITY;
    for (const auto& node : m_reading.nodes) {
        m_xLow = qMin(m_xLow, node.x), m_xHigh = qMax(m_xHigh, node.x);
        m_yLow = qMin(m_yLow, node.y), m_yHigh = qMax(m_yHigh, node.y);
    }
    return true;
}

QRectF GraphFigure::area(QSizeF size, const Gaze&) const
{
    const double room = radius(size) + 4, words = size.height() > 7.5 * m_theme.size ? m_theme.size * 1.4 : 0;
    return QRectF(QPointF(), size).adjusted(room + words, room + words, -room - words, -room - words);
}

double GraphFigure::radius(QSizeF size) const
{
    const double across = size.width() / qMax(1.0, m_xHigh - m_xLow + 1),
                 down = size.height() / qMax(1.0, m_yHigh - m_yLow + 1);
    return qBound(2.5, 0.22 * qMin(across, down), 1.1 * m_theme.size);
}

/// One column or row alone stands in the middle.
QPointF GraphFigure::place(size_t index, const QRectF& area, const Gaze& gaze) const
{
    const auto& node = m_reading.nodes[index];
    const double x = m_xHigh > m_xLow ? (node.x - m_xLow) / (m_xHigh - m_xLow) : 0.5,
                 y = m_yHigh > m_yLow ? (node.y - m_yLow) / (m_yHigh - m_yLow) : 0.5;
    return {area.left() + (x - gaze.seen.left()) / gaze.seen.width() * area.width(),
            area.bottom() - (y - gaze.seen.top()) / gaze.seen.height() * area.height()};
}

void GraphFigure::paintEdges(QPainter& painter, QSizeF size, const QRectF& area, const Gaze& gaze) const
{
    const double thickest = qMax(1.5, 1.3 * radius(size));
    // The heavy ones above the light ones.
    std::vector<const core::GraphReading::Edge*> edges;
    for (const auto& edge : m_reading.edges)
        if (std::isfinite(edge.weight)) edges.push_back(&edge);
    std::ranges::stable_sort(edges, {}, [](const auto* edge) { return std::abs(edge->weight); });
    for (const auto* edge : edges) {
        const double share = m_heaviest > 0 ? std::abs(edge->weight) / m_heaviest : 0;
        const QPointF from = place(size_t(edge->from), area, gaze), to = place(size_t(edge->to), area, gaze);
        const double bend = (to.x() - from.x()) / 2;
        // A long way along one row would run through what stands between its ends.
        const bool over = std::abs(from.y() - to.y()) < 1 && m_xHigh > m_xLow &&
                          bend > 0.75 * area.width() / (m_xHigh - m_xLow) / gaze.seen.width();
        const double lift = over ? 3.2 * radius(size) : 0;
        QPainterPath path(from);
        path.cubicTo(from + QPointF(bend, -lift), to - QPointF(bend, lift), to);
        QColor colour = edge->weight < 0      ? QColor(divergingColour(-0.8f))
                        : m_reading.diverging ? QColor(divergingColour(0.8f))
                                              : m_theme.accent;
        colour.setAlphaF(0.35f + 0.5f * float(std::sqrt(share)));
        painter.setPen(QPen(colour, 0.8 + thickest * std::sqrt(share), Qt::SolidLine, Qt::FlatCap));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(path);
    }
}

void GraphFigure::paintNodes(QPainter& painter, QSizeF size, const QRectF& area, const Gaze& gaze) const
{
    std::vector<float> values;
    for (const auto& node : m_reading.nodes) values.push_back(node.value);
    ColourScale scale = ColourScale::of(values, m_reading.diverging);
    scale.logarithmic = gaze.logColours;
    const double r = radius(size);
    painter.setFont(m_theme.font(0.8));
    const QFontMetricsF metrics(painter.font());
    const bool words = size.height() > 7.5 * m_theme.size;
    const double column = area.width() / qMax(1.0, m_xHigh - m_xLow) / gaze.seen.width();
    for (size_t i = 0; i < m_reading.nodes.size(); ++i) {
        const QPointF at = place(i, area, gaze);
        painter.setPen(QPen(m_theme.dark ? m_theme.canvas : QColor(Qt::white), 1));
        painter.setBrush(QColor(scale(values[i])));
        painter.drawEllipse(at, r, r);
        if (!words) continue;
        // Names of neighbours stand above and below in turn where they are long.
        const QString name = QString::fromStdString(m_reading.nodes[i].name);
        const bool above = int(std::lround(m_reading.nodes[i].x - m_xLow)) % 2;
        const double width = qMin(metrics.horizontalAdvance(name) + 2, qMax(2 * column - 6, 30.0));
        const QRectF box(at.x() - width / 2, above ? at.y() - r - metrics.height() - 1 : at.y() + r + 1,
                         width, metrics.height());
        painter.setPen(m_theme.muted);
        painter.drawText(box, Qt::AlignCenter, metrics.elidedText(name, Qt::ElideMiddle, width));
    }
}

void GraphFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    if (m_reading.nodes.empty()) return;
    const QRectF area = this->area(size, gaze);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintEdges(painter, size, area, gaze);
    paintNodes(painter, size, area, gaze);
    painter.restore();
}

QString GraphFigure::tipAt(QPointF at, QSizeF size, const Gaze& gaze) const
{
    const QRectF area = this->area(size, gaze);
    for (size_t i = 0; i < m_reading.nodes.size(); ++i) {
        if (QLineF(place(i, area, gaze), at).length() > radius(size) + 3) continue;
        const auto& node = m_reading.nodes[i];
        QString tip = QString::fromStdString(node.name) + QStringLiteral(": ") +
                      QString::fromStdString(m_reading.valueLabel) + QLatin1Char(' ') +
                      shortNumber(double(node.value));
        for (const auto& edge : m_reading.edges)
            if (size_t(edge.from) == i)
                tip += QStringLiteral("\n\u2192 %1: %2 %3")
                           .arg(QString::fromStdString(m_reading.nodes[size_t(edge.to)].name),
                                QString::fromStdString(m_reading.weightLabel), shortNumber(edge.weight));
        return tip;
    }
    return {};
}

} // namespace widgets
