#include "widgets/views/plot.h"

#include "widgets/views/colours.h"

#include <QChart>
#include <QLabel>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QMouseEvent>
#include <QToolTip>
#include <QValueAxis>
#include <cmath>

namespace widgets
{

NiceRange niceRange(double low, double high, int most)
{
    if (!(high > low)) high = low + (low == 0 ? 1 : std::abs(low) * 0.1);
    const double rough = (high - low) / most, power = std::pow(10, std::floor(std::log10(rough)));
    double step = power;
    for (double factor : {1.0, 2.0, 5.0, 10.0})
        if (factor * power >= rough * (1 - 1e-9)) {
            step = factor * power;
            break;
        }
    return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

Plot::Plot(const Theme& theme, QWidget* parent)
    : QChartView(parent)
    , m_theme(theme)
    , m_heading(new QLabel(this))
{
    auto* chart = new QChart;
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->setMargins({4, 2, 8, 2});
    chart->setContentsMargins(0, 0, 0, 0);
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->setBackgroundRoundness(0);
    chart->setBackgroundVisible(false);
    chart->legend()->hide();
    setChart(chart);
    setRenderHint(QPainter::Antialiasing);
    setMinimumSize(120, 90);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setStyleSheet(QStringLiteral("background: transparent"));
    makeAxes();
}

void Plot::setLabels(const QString& title, const QString& x, const QString& y)
{
    if (title == m_title && x == m_xLabel && y == m_yLabel) return;
    m_title = title;
    m_xLabel = x;
    m_yLabel = y;
    setAccessibleName(title);
    applyTheme();
}

void Plot::setLogarithmic(bool y, bool x)
{
    if (y == m_logY && x == m_logX) return;
    m_logY = y;
    m_logX = x;
    makeAxes();
    setLines(m_lines);
}

void Plot::setBounds(std::optional<double> low, std::optional<double> high)
{
    m_low = low;
    m_high = high;
}

void Plot::makeAxes()
{
    const auto make = [](bool logarithmic) -> QAbstractAxis* {
        if (!logarithmic) return new QValueAxis;
        auto* axis = new QLogValueAxis;
        axis->setLabelFormat(QStringLiteral("%g"));
        axis->setMinorTickCount(0);
        return axis;
    };
    for (QAbstractAxis* axis : chart()->axes()) {
        chart()->removeAxis(axis);
        delete axis;
    }
    chart()->addAxis(m_x = make(m_logX), Qt::AlignBottom);
    chart()->addAxis(m_y = make(m_logY), Qt::AlignLeft);
    for (QLineSeries* series : m_series) {
        series->attachAxis(m_x);
        series->attachAxis(m_y);
    }
    applyTheme();
}

void Plot::applyTheme()
{
    nameLines();
    for (QAbstractAxis* axis : {m_x, m_y}) {
        axis->setLabelsFont(m_theme.font(0.8));
        axis->setLabelsColor(m_theme.muted);
        axis->setTitleFont(m_theme.font(0.8));
        axis->setTitleBrush(m_theme.muted);
        axis->setGridLinePen(QPen(m_theme.border, 1));
        axis->setLinePen(QPen(m_theme.strong, 1));
        axis->setTitleText(axis == m_x ? m_xLabel : m_yLabel);
    }
    for (qsizetype i = 0; i < m_series.size() && i < m_lines.size(); ++i) {
        QPen pen(m_theme.series.value(m_lines[i].colour % qMax(1, int(m_theme.series.size()))), 1.8);
        pen.setCosmetic(true);
        if (m_lines[i].dashed) pen.setDashPattern({5, 3});
        m_series[i]->setPen(pen);
    }
}

void Plot::setLines(const QList<Line>& lines)
{
    bool renamed = m_lines.size() != lines.size();
    for (qsizetype i = 0; i < lines.size() && !renamed; ++i)
        renamed = m_lines[i].name != lines[i].name || m_lines[i].colour != lines[i].colour;
    m_lines = lines;
    if (renamed || m_series.size() != lines.size()) {
        while (m_series.size() > lines.size()) {
            chart()->removeSeries(m_series.back());
            delete m_series.takeLast();
        }
        while (m_series.size() < lines.size()) {
            auto* series = new QLineSeries;
            series->setUseOpenGL(false);
            chart()->addSeries(series);
            series->attachAxis(m_x);
            series->attachAxis(m_y);
            m_series << series;
        }
        for (qsizetype i = 0; i < lines.size(); ++i) m_series[i]->setName(lines[i].name);
        applyTheme();
    }
    fitAxes();
    const int most = qMax(60, int(chart()->plotArea().width()));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QList<QPointF> points;
        const qsizetype stride =
            qMax(qsizetype(1), lines[i].points.size() / most + (lines[i].points.size() % most > 0));
        for (qsizetype p = 0; p < lines[i].points.size(); ++p) {
            const QPointF& point = lines[i].points[p];
            if (p % stride && p + 1 < lines[i].points.size()) continue;
            if (!std::isfinite(point.y()) || (m_logY && point.y() <= 0) || (m_logX && point.x() <= 0))
                continue;
            points << point;
        }
        m_series[i]->replace(points);
    }
}

/// One line above the plot: what it shows, and which line is which.
void Plot::nameLines()
{
    QString text = QStringLiteral("<b>%1</b>").arg(m_title.toHtmlEscaped());
    for (const Line& line : m_lines) {
        if (m_lines.size() < 2) break;
        const QColor colour = m_theme.series.value(line.colour % qMax(1, int(m_theme.series.size())));
        text +=
            QStringLiteral(
                "&nbsp;&nbsp; <span style='color:%1'><b>%2</b></span>&nbsp;<span style='color:%3'>%4</span>")
                .arg(colour.name(), line.dashed ? QStringLiteral("\u254c") : QStringLiteral("\u2501"),
                     m_theme.muted.name(), line.name.toHtmlEscaped());
    }
    m_heading->setFont(m_theme.font(0.88));
    m_heading->setText(text);
    m_heading->move(10, 5);
    m_heading->adjustSize();
    m_heading->setVisible(!m_title.isEmpty() || m_lines.size() > 1);
    chart()->setMargins({4, m_heading->isHidden() ? 2 : m_heading->height() + 6, 8, 2});
}

void Plot::fitAxes()
{
    double left = INFINITY, right = -INFINITY, low = INFINITY, high = -INFINITY;
    for (const Line& line : m_lines)
        for (const QPointF& point : line.points) {
            if (!std::isfinite(point.y()) || (m_logY && point.y() <= 0) || (m_logX && point.x() <= 0))
                continue;
            left = qMin(left, point.x());
            right = qMax(right, point.x());
            low = qMin(low, point.y());
            high = qMax(high, point.y());
        }
    if (left > right) left = 0, right = 1, low = 0, high = 1;
    const auto apply = [](QAbstractAxis* axis, double from, double to, int most, bool tight) {
        if (auto* values = qobject_cast<QValueAxis*>(axis)) {
            const NiceRange nice = niceRange(from, to, most);
            const double last = tight ? qMax(to, from + nice.step * 1e-3) : nice.high;
            const int decimals = qMax(0, -int(std::floor(std::log10(nice.step) + 1e-9)));
            const QString format = QStringLiteral("%.%1f").arg(decimals);
            if (values->labelFormat() != format) values->setLabelFormat(format);
            values->setTickType(QValueAxis::TicksDynamic);
            if (values->tickAnchor() != nice.low) values->setTickAnchor(nice.low);
            if (values->tickInterval() != nice.step) values->setTickInterval(nice.step);
            values->setRange(tight ? from : nice.low, last);
        } else {
            const double first = std::pow(10, std::floor(std::log10(from))),
                         past = std::pow(10, std::ceil(std::log10(to)));
            axis->setRange(first, past > first ? past : first * 10);
        }
    };
    if (!m_logY) {
        if (m_low) low = qMin(low, *m_low);
        if (m_high) high = qMax(high, *m_high);
    }
    apply(m_x, left, right, qBound(2, width() / 55, 10), true);
    apply(m_y, low, high, qBound(2, height() / 42, 6), false);
}

void Plot::mouseMoveEvent(QMouseEvent* event)
{
    QChartView::mouseMoveEvent(event);
    if (m_series.isEmpty() || !chart()->plotArea().contains(event->position())) return QToolTip::hideText();
    const double x = chart()->mapToValue(event->position(), m_series.front()).x();
    QString text = (m_xLabel.isEmpty() ? QStringLiteral("x") : m_xLabel) + QLatin1Char(' ');
    bool first = true;
    for (const Line& line : m_lines) {
        const QPointF* nearest = nullptr;
        for (const QPointF& point : line.points)
            if (std::isfinite(point.y()) && (!nearest || qAbs(point.x() - x) < qAbs(nearest->x() - x)))
                nearest = &point;
        if (!nearest) continue;
        if (std::exchange(first, false)) text += shortNumber(nearest->x());
        text += QLatin1Char('\n') + line.name + QLatin1String(": ") + shortNumber(nearest->y());
    }
    if (!first) QToolTip::showText(event->globalPosition().toPoint() + QPoint(12, 6), text, this);
}

void Plot::leaveEvent(QEvent* event)
{
    QToolTip::hideText();
    QChartView::leaveEvent(event);
}

} // namespace widgets
