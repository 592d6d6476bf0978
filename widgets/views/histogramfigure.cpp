#include "widgets/views/histogramfigure.h"

#include "widgets/views/colours.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace widgets
{

using core::HistogramReading;

static const HistogramReading* histogramAt(const core::Trail& trail, size_t i)
{
    return std::get_if<HistogramReading>(trail.points[i].reading.get());
}

bool HistogramFigure::show(const core::Reading& reading)
{
    const auto* histogram = std::get_if<HistogramReading>(&reading);
    if (!histogram) return false;
    m_reading = *histogram;
    if (m_reading.edges.size() != m_reading.counts.size() + 1) m_reading = {};
    return true;
}

void HistogramFigure::showTrail(std::shared_ptr<const core::Trail> trail)
{
    const bool some = trail && trail->points.size() > 1 && histogramAt(*trail, 0);
    m_trail = some ? std::move(trail) : nullptr;
}

Axis HistogramFigure::values(const Gaze& gaze) const
{
    if (m_reading.counts.empty()) return {};
    double low = m_reading.edges.front(), high = m_reading.edges.back();
    if (ridge(gaze))
        for (size_t i = 0; i < m_trail->points.size(); ++i)
            if (const auto* one = histogramAt(*m_trail, i); one && !one->edges.empty()) {
                low = qMin(low, one->edges.front());
                high = qMax(high, one->edges.back());
            }
    return Axis::around(low, high, false, false).part(gaze.seen.left(), gaze.seen.right());
}

Axis HistogramFigure::counts(const Gaze& gaze) const
{
    double most = 0, least = INFINITY;
    for (double count : m_reading.counts) {
        most = qMax(most, count);
        if (count > 0) least = qMin(least, count);
    }
    if (!gaze.logY.value_or(false)) return {0, most > 0 ? most * 1.03 : 1};
    return {qMin(least, 1.0) * 0.7, qMax(most * 1.2, 2.0), true};
}

QRectF HistogramFigure::area(QSizeF size, const Gaze& gaze) const
{
    if (!ridge(gaze)) {
        Frame frame = Frame::of(size, m_theme, values(gaze), counts(gaze), !m_reading.label.empty(), false);
        return frame.area;
    }
    const Axis none{0, 1};
    QRectF area = Frame::of(size, m_theme, none, none, !m_reading.label.empty(), false).area;
    if (size.height() > 7.5 * m_theme.size) area.setLeft(4.2 * m_theme.size);
    return area;
}

void HistogramFigure::paintBars(QPainter& painter, const QRectF& area, const Axis& x, const Axis& y) const
{
    const QColor colour = m_theme.series.value(0, m_theme.accent);
    for (size_t i = 0; i < m_reading.counts.size(); ++i) {
        const double share = m_reading.counts[i] > 0 ? y.shareOf(m_reading.counts[i]) : 0,
                     left = area.left() + x.shareOf(m_reading.edges[i]) * area.width(),
                     right = area.left() + x.shareOf(m_reading.edges[i + 1]) * area.width();
        const double height = qBound(0.0, share, 1.5) * area.height();
        painter.fillRect(QRectF(left, area.bottom() - height, qMax(1.0, right - left - 0.8), height), colour);
    }
    if (x.low < 0 && x.high > 0) {
        const double zero = area.left() + x.shareOf(0) * area.width();
        painter.setPen(QPen(m_theme.strong, 1, Qt::DashLine));
        painter.drawLine(QPointF(zero, area.top()), QPointF(zero, area.bottom()));
    }
}

/// Densities above each other, older ones behind and higher up; all to one scale.
void HistogramFigure::paintRidge(QPainter& painter, QSizeF size, const QRectF& area, const Axis& x) const
{
    const size_t count = m_trail->points.size();
    const auto densityOf = [](const HistogramReading& one, size_t bin, double total) {
        const double width = one.edges[bin + 1] - one.edges[bin];
        return width > 0 && total > 0 ? one.counts[bin] / total / width : 0;
    };
    std::vector<double> totals(count);
    std::vector<double> tops;
    for (size_t i = 0; i < count; ++i) {
        const auto* one = histogramAt(*m_trail, i);
        if (!one) continue;
        for (double c : one->counts) totals[i] += c;
        double top = 0;
        for (size_t b = 0; b < one->counts.size(); ++b) top = qMax(top, densityOf(*one, b, totals[i]));
        tops.push_back(top);
    }
    std::ranges::sort(tops);
    const double most = tops.empty() ? 1 : qMax(1e-300, tops[tops.size() * 9 / 10]);
    const double peak = qMin(area.height() * 0.4, qMax(area.height() / double(count) * 5, 18.0));
    const double spacing = (area.height() - peak) / double(qMax<size_t>(1, count - 1));
    const bool words = size.height() > 7.5 * m_theme.size;
    painter.setFont(m_theme.font(0.74));
    const double line = QFontMetricsF(painter.font()).height();
    double free = -1e9;
    painter.save();
    for (size_t i = 0; i < count; ++i) {
        const auto* one = histogramAt(*m_trail, i);
        if (!one || one->edges.size() != one->counts.size() + 1) continue;
        const double base = area.top() + peak + spacing * double(i);
        QPainterPath path(QPointF(area.left() + x.shareOf(one->edges.front()) * area.width(), base));
        for (size_t b = 0; b < one->counts.size(); ++b) {
            const double middle = (one->edges[b] + one->edges[b + 1]) / 2;
            path.lineTo(area.left() + x.shareOf(middle) * area.width(),
                        base - qMin(1.6, densityOf(*one, b, totals[i]) / most) * peak);
        }
        path.lineTo(area.left() + x.shareOf(one->edges.back()) * area.width(), base);
        const double age = count > 1 ? double(i) / double(count - 1) : 1;
        QColor fill(sequentialColour(float(m_theme.dark ? 0.25 + 0.6 * age : 0.85 - 0.65 * age)));
        fill.setAlphaF(0.82f);
        painter.setClipRect(area.adjusted(0, -peak, 1, 1));
        painter.setBrush(fill);
        painter.setPen(QPen(m_theme.dark ? m_theme.canvas : QColor(Qt::white), 0.8));
        painter.drawPath(path);
        painter.setClipping(false);
        if (words && base - free >= line * 1.4) {
            painter.setPen(m_theme.muted);
            painter.drawText(QRectF(0, base - line / 2, area.left() - 5, line),
                             Qt::AlignRight | Qt::AlignVCenter, tickText(double(m_trail->points[i].step)));
            free = base;
        }
    }
    painter.restore();
    if (words) {
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(2, area.top() - 2, area.left(), line), Qt::AlignLeft, QObject::tr("step"));
    }
}

void HistogramFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    if (m_reading.counts.empty()) return;
    const Axis x = values(gaze);
    Frame frame;
    frame.area = area(size, gaze);
    frame.words = size.height() > 7.5 * m_theme.size && size.width() > 11 * m_theme.size;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QString name = QString::fromStdString(m_reading.label);
    if (ridge(gaze)) {
        Axis steps{0, 1};
        steps.low = steps.high = NAN; // no ticks: the ridges carry their steps
        paintRidge(painter, size, frame.area, x);
        painter.setFont(m_theme.font(0.8));
        painter.setPen(m_theme.muted);
        const double line = QFontMetricsF(painter.font()).height();
        if (frame.words) {
            for (double tick : x.ticks(qBound(2, int(frame.area.width() / (m_theme.size * 5)), 8))) {
                const double at = frame.area.left() + x.shareOf(tick) * frame.area.width();
                painter.drawText(QRectF(at - 60, frame.area.bottom() + 3, 120, line), Qt::AlignCenter,
                                 tickText(tick));
            }
            painter.drawText(
                QRectF(frame.area.left(), frame.area.bottom() + line + 2, frame.area.width(), line),
                Qt::AlignCenter, name);
        }
    } else {
        const Axis y = counts(gaze);
        paintAxes(painter, frame, m_theme, x, y, name, {});
        painter.setClipRect(frame.area);
        painter.setRenderHint(QPainter::Antialiasing, false);
        paintBars(painter, frame.area, x, y);
    }
    painter.restore();
}

QString HistogramFigure::tipAt(QPointF place, QSizeF size, const Gaze& gaze) const
{
    const QRectF area = this->area(size, gaze);
    if (m_reading.counts.empty() || ridge(gaze) || !area.contains(place)) return {};
    const double value = values(gaze).valueAt((place.x() - area.left()) / area.width());
    for (size_t i = 0; i < m_reading.counts.size(); ++i)
        if (value >= m_reading.edges[i] && value < m_reading.edges[i + 1])
            return QObject::tr("%1 to %2: %3")
                .arg(shortNumber(m_reading.edges[i]), shortNumber(m_reading.edges[i + 1]),
                     shortNumber(m_reading.counts[i]));
    return {};
}

} // namespace widgets
