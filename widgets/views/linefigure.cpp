#include "widgets/views/linefigure.h"

#include "widgets/views/colours.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace widgets
{

namespace
{

/// A column of pixels: what a line takes of it.
struct Band {
    Band(double column, double y, double before)
        : column(column)
        , low(qMin(y, before))
        , high(qMax(y, before))
        , last(y)
    {
    }
    void add(double y)
    {
        low = qMin(low, y);
        high = qMax(high, y);
        last = y;
    }
    double column, low, high, last;
};

/// In the colour, the width and the dashes of the pen; those along x.
void paintBands(QPainter& painter, const std::vector<Band>& bands)
{
    const QPen pen = painter.pen();
    const double half = pen.widthF() / 2;
    const QList<qreal> pattern = pen.style() == Qt::CustomDashLine ? pen.dashPattern() : QList<qreal>();
    const double dash = pattern.isEmpty() ? INFINITY : pattern[0] * pen.widthF(),
                 gap = pattern.isEmpty() ? 0 : pattern[1] * pen.widthF();
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    for (size_t from = 0; from < bands.size();) {
        size_t to = from + 1;
        while (to < bands.size() && bands[to].column <= bands[from].column + dash) ++to;
        QPolygonF outline{{bands[from].column - 0.5, bands[from].low - half}};
        for (size_t i = from; i < to; ++i) outline << QPointF(bands[i].column, bands[i].low - half);
        outline << QPointF(bands[to - 1].column + 0.5, bands[to - 1].low - half)
                << QPointF(bands[to - 1].column + 0.5, bands[to - 1].high + half);
        for (size_t i = to; i-- > from;) outline << QPointF(bands[i].column, bands[i].high + half);
        outline << QPointF(bands[from].column - 0.5, bands[from].high + half);
        painter.drawPolygon(outline);
        const double next = bands[to - 1].column + gap;
        from = to;
        while (from < bands.size() && bands[from].column < next) ++from;
    }
    painter.restore();
}

} // namespace

bool LineFigure::show(const core::Reading& reading)
{
    const auto* series = std::get_if<core::SeriesReading>(&reading);
    if (series) show(*series);
    return series;
}

void LineFigure::show(core::SeriesReading reading)
{
    m_reading = std::move(reading);
    m_tops.clear();
    if (!stacked()) return;
    std::vector<double> top;
    for (const auto& line : m_reading.lines) {
        top.resize(qMax(top.size(), line.y.size()), 0);
        for (size_t i = 0; i < line.y.size(); ++i)
            if (std::isfinite(line.y[i])) top[i] += line.y[i];
        m_tops.push_back(top);
    }
}

void LineFigure::setBounds(std::optional<double> low, std::optional<double> high)
{
    m_low = low;
    m_high = high;
}

Axis LineFigure::whole(bool vertical, bool logarithmic) const
{
    double low = INFINITY, high = -INFINITY;
    for (const auto& line : m_reading.lines)
        for (size_t i = 0; i < line.x.size() && i < line.y.size(); ++i) {
            const double value = vertical ? line.y[i] : line.x[i];
            if (!std::isfinite(line.y[i]) || !std::isfinite(value) || (logarithmic && value <= 0)) continue;
            low = qMin(low, value);
            high = qMax(high, value);
        }
    if (vertical && stacked() && !m_tops.empty()) {
        low = 0;
        for (double top : m_tops.back()) high = qMax(high, top);
    }
    if (vertical && !logarithmic && low <= high) {
        if (m_low) low = qMin(low, *m_low);
        if (m_high) high = qMax(high, *m_high);
    }
    return Axis::around(low, high, logarithmic, vertical);
}

LineFigure::Axes LineFigure::axes(QSizeF size, const Gaze& gaze) const
{
    const Axis x = whole(false, gaze.logX.value_or(m_reading.logX)).part(gaze.seen.left(), gaze.seen.right()),
               y = whole(true, !stacked() && gaze.logY.value_or(m_reading.logY))
                       .part(gaze.seen.top(), gaze.seen.bottom());
    const bool head = !m_title.isEmpty() || !m_reading.yLabel.empty() || m_reading.lines.size() > 1 ||
                      (!m_reading.lines.empty() && !m_reading.lines.front().name.empty());
    return {x, y, Frame::of(size, m_theme, x, y, !m_reading.xLabel.empty(), head)};
}

QRectF LineFigure::area(QSizeF size, const Gaze& gaze) const { return axes(size, gaze).frame.area; }

QColor LineFigure::colour(size_t line) const
{
    if (m_reading.lines[line].theory) return m_theme.muted;
    if (stacked()) return categoryColour(int(line));
    return m_theme.series.value(int(line) % qMax(1, int(m_theme.series.size())), m_theme.accent);
}

QPen LineFigure::pen(size_t line) const
{
    QPen pen(colour(line), m_reading.lines[line].theory ? 1.3 : 1.8);
    pen.setJoinStyle(Qt::BevelJoin); // round ones take four times as long, and look alike at this width
    if (m_reading.lines[line].theory || (line < m_dashed.size() && m_dashed[line]))
        pen.setDashPattern({4, 3});
    return pen;
}

/// Where more than one point falls on a column of pixels the line is the area between the lowest and the
/// highest of each: a stroke through all of them takes a hundred times as long.
void LineFigure::paintLine(QPainter& painter, size_t index, const Axes& axes) const
{
    const auto& line = m_reading.lines[index];
    const QRectF& area = axes.frame.area;
    const bool dense = line.x.size() > size_t(area.width());
    std::vector<Band> bands;
    QPolygonF run;
    const auto draw = [&] {
        if (run.size() == 1) painter.drawEllipse(run[0], 1.2, 1.2);
        painter.drawPolyline(run);
        run.clear();
        if (!bands.empty()) paintBands(painter, bands);
        bands.clear();
    };
    painter.setPen(pen(index));
    painter.setBrush(Qt::NoBrush);
    for (size_t i = 0; i < line.x.size() && i < line.y.size(); ++i) {
        const double x = area.left() + axes.x.shareOf(line.x[i]) * area.width(),
                     y = area.bottom() - axes.y.shareOf(line.y[i]) * area.height();
        if (!std::isfinite(x) || !std::isfinite(y)) {
            draw();
            continue;
        }
        const QPointF at(std::clamp(x, -1e5, 1e5), std::clamp(y, area.top() - 1e4, area.bottom() + 1e4));
        if (!dense)
            run << at;
        else if (!bands.empty() && bands.back().column == std::round(at.x()))
            bands.back().add(at.y());
        else
            bands.emplace_back(std::round(at.x()), at.y(), bands.empty() ? at.y() : bands.back().last);
    }
    draw();
}

/// From the highest down, so that each covers what is below it.
void LineFigure::paintAreas(QPainter& painter, const Axes& axes) const
{
    const QRectF& area = axes.frame.area;
    const double ground = area.bottom() - axes.y.shareOf(0) * area.height();
    for (size_t index = m_tops.size(); index-- > 0;) {
        const auto& x = m_reading.lines[index].x;
        QPolygonF outline;
        for (size_t i = 0; i < x.size() && i < m_tops[index].size(); ++i)
            outline << QPointF(area.left() + axes.x.shareOf(x[i]) * area.width(),
                               area.bottom() - axes.y.shareOf(m_tops[index][i]) * area.height());
        if (outline.size() < 2) continue;
        const double first = outline.front().x(), last = outline.back().x();
        outline << QPointF(last, ground) << QPointF(first, ground);
        painter.setPen(QPen(m_theme.panel, 0.7));
        painter.setBrush(colour(index));
        painter.drawPolygon(outline);
    }
}

void LineFigure::paintLegend(QPainter& painter, QSizeF size, const Axes& axes) const
{
    if (!axes.frame.words) return;
    const QFont words = m_theme.font(0.8), heading = m_theme.font(0.86, QFont::DemiBold);
    const QFontMetricsF metrics(words);
    const double top = 1, height = metrics.height() + 2;
    double x = 4;
    if (!m_title.isEmpty()) {
        painter.setFont(heading);
        painter.setPen(m_theme.text);
        const double width = QFontMetricsF(heading).horizontalAdvance(m_title);
        painter.drawText(QRectF(x, top, width + 2, height), Qt::AlignVCenter, m_title);
        x += width + 14;
    } else {
        x = axes.frame.area.left();
        if (!m_reading.yLabel.empty())
            x += metrics.horizontalAdvance(QString::fromStdString(m_reading.yLabel)) + 12;
    }
    painter.setFont(words);
    double wanted = x;
    for (const auto& line : m_reading.lines)
        wanted += metrics.horizontalAdvance(QString::fromStdString(line.name)) + 32;
    const bool dense = wanted - 12 > size.width();
    const double sample = dense ? 6 : 15, before = dense ? 2 : 4, behind = dense ? 6 : 13;
    for (size_t i = 0; i < m_reading.lines.size(); ++i) {
        const QString name = QString::fromStdString(m_reading.lines[i].name);
        const double width = metrics.horizontalAdvance(name);
        if (name.isEmpty() || x + sample + before + width > size.width()) continue;
        painter.setPen(pen(i));
        painter.drawLine(QPointF(x, top + height / 2), QPointF(x + sample, top + height / 2));
        painter.setPen(m_theme.muted);
        painter.drawText(QRectF(x + sample + before, top, width + 2, height), Qt::AlignVCenter, name);
        x += sample + before + width + behind;
    }
}

void LineFigure::paintReadout(QPainter& painter, const Axes& axes, double value) const
{
    const QRectF& area = axes.frame.area;
    struct Found {
        size_t line;
        double x, y;
        size_t point = 0;
    };
    std::vector<Found> found;
    for (size_t i = 0; i < m_reading.lines.size(); ++i) {
        const auto& line = m_reading.lines[i];
        const Found* best = nullptr;
        Found candidate{i, 0, 0};
        for (size_t p = 0; p < line.x.size() && p < line.y.size(); ++p)
            if (std::isfinite(line.y[p]) &&
                (!best || std::abs(line.x[p] - value) < std::abs(candidate.x - value))) {
                candidate = {i, line.x[p], line.y[p], p};
                best = &candidate;
            }
        if (best) found.push_back(candidate);
    }
    if (found.empty()) return;
    const double at = area.left() + axes.x.shareOf(found.front().x) * area.width();
    painter.setPen(QPen(m_theme.strong, 1));
    painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
    const size_t place = size_t(qMax(0.0, found.front().x));
    const bool named = place < m_reading.xNames.size() && double(place) == found.front().x;
    const QString x =
        m_reading.xLabel.empty() ? QStringLiteral("x") : QString::fromStdString(m_reading.xLabel);
    QStringList lines{named ? QString::fromStdString(m_reading.xNames[place])
                            : x + QLatin1Char(' ') + shortNumber(found.front().x)};
    for (const Found& one : found) {
        const double height = stacked() ? m_tops[one.line][one.point] : one.y;
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour(one.line));
        painter.drawEllipse(QPointF(area.left() + axes.x.shareOf(one.x) * area.width(),
                                    area.bottom() - axes.y.shareOf(height) * area.height()),
                            3, 3);
        lines << (QString::fromStdString(m_reading.lines[one.line].name) + QLatin1Char(' ') +
                  shortNumber(one.y))
                     .trimmed();
    }
    painter.setFont(m_theme.font(0.8));
    const QFontMetricsF metrics(painter.font());
    double width = 0;
    for (const QString& line : lines) width = qMax(width, metrics.horizontalAdvance(line));
    const QSizeF size(width + 26, metrics.height() * double(lines.size()) + 8);
    QRectF box(QPointF(at + 8, area.top() + 6), size);
    if (box.right() > area.right()) box.moveRight(at - 8);
    QColor ground = m_theme.panel;
    ground.setAlphaF(0.93f);
    painter.setPen(m_theme.border);
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 4, 4);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QRectF line(box.left() + 18, box.top() + 4 + metrics.height() * double(i), width + 4,
                          metrics.height());
        if (i > 0) {
            painter.setPen(pen(found[size_t(i - 1)].line));
            painter.drawLine(QPointF(box.left() + 5, line.center().y()),
                             QPointF(box.left() + 14, line.center().y()));
        }
        painter.setPen(i ? m_theme.text : m_theme.muted);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft, lines[i]);
    }
}

void LineFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    const Axes axes = this->axes(size, gaze);
    paintAxes(painter, axes.frame, m_theme, axes.x, axes.y, QString::fromStdString(m_reading.xLabel),
              QString::fromStdString(m_reading.yLabel), m_reading.xNames);
    paintLegend(painter, size, axes);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(axes.frame.area.adjusted(-2, -2, 2, 2));
    if (m_mark) {
        const double at = axes.frame.area.left() + axes.x.shareOf(*m_mark) * axes.frame.area.width();
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.drawLine(QPointF(at, axes.frame.area.top()), QPointF(at, axes.frame.area.bottom()));
    }
    if (stacked())
        paintAreas(painter, axes);
    else
        for (size_t i = 0; i < m_reading.lines.size(); ++i) paintLine(painter, i, axes);
    painter.restore();
    if (!gaze.cursor || !axes.frame.words) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintReadout(painter, axes, whole(false, axes.x.logarithmic).valueAt(gaze.cursor->x()));
    painter.restore();
}

} // namespace widgets
