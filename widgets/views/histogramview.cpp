#include "widgets/views/histogramview.h"

#include "widgets/views/colours.h"

#include <QPainter>

namespace widgets
{

void HistogramView::prepare()
{
    if (m_reading.edges.size() != m_reading.counts.size() + 1) m_reading = {};
    m_most = 1e-300;
    for (double count : m_reading.counts) m_most = qMax(m_most, count);
}

void HistogramView::paintEvent(QPaintEvent*)
{
    if (m_reading.counts.empty()) return;
    QPainter painter(this);
    const QRectF area = plot();
    const double low = m_reading.edges.front(), span = m_reading.edges.back() - low;
    const auto x = [&](double value) {
        return area.left() + (span > 0 ? (value - low) / span : 0) * area.width();
    };
    for (size_t i = 0; i < m_reading.counts.size(); ++i) {
        const double height = m_reading.counts[i] / m_most * area.height(), left = x(m_reading.edges[i]);
        painter.fillRect(
            QRectF(left, area.bottom() - height, qMax(1.0, x(m_reading.edges[i + 1]) - left - 1), height),
            m_theme.series.value(0));
    }
    painter.setPen(m_theme.strong);
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (low < 0 && m_reading.edges.back() > 0) {
        painter.setPen(QPen(m_theme.strong, 1, Qt::DashLine));
        painter.drawLine(QPointF(x(0), area.top()), QPointF(x(0), area.bottom()));
    }
    painter.setPen(m_theme.muted);
    painter.setFont(m_theme.font(0.8));
    const QRectF line(area.left(), area.bottom() + 3, area.width(), m_theme.size * 1.3);
    painter.drawText(line, Qt::AlignLeft, QString::number(low, 'g', 3));
    painter.drawText(line, Qt::AlignRight, QString::number(m_reading.edges.back(), 'g', 3));
    painter.drawText(line.translated(0, m_theme.size * 1.2), Qt::AlignCenter,
                     QString::fromStdString(m_reading.label));
}

QString HistogramView::tipAt(QPointF place) const
{
    const QRectF area = plot();
    if (m_reading.counts.empty() || !area.contains(place)) return {};
    const double value = m_reading.edges.front() + (place.x() - area.left()) / area.width() *
                                                       (m_reading.edges.back() - m_reading.edges.front());
    for (size_t i = 0; i < m_reading.counts.size(); ++i)
        if (value < m_reading.edges[i + 1])
            return tr("%1 to %2: %3")
                .arg(shortNumber(m_reading.edges[i]), shortNumber(m_reading.edges[i + 1]),
                     shortNumber(m_reading.counts[i]));
    return {};
}

} // namespace widgets
