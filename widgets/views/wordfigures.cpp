#include "widgets/views/wordfigures.h"

#include "widgets/views/colours.h"

#include <QPainter>

namespace widgets
{

bool TextFigure::show(const core::Reading& reading)
{
    const auto* text = std::get_if<core::TextReading>(&reading);
    if (text) m_text = QString::fromStdString(text->text);
    return text;
}

void TextFigure::paint(QPainter& painter, QSizeF size, const Gaze&) const
{
    painter.setFont(m_theme.font(size.height() < 8 * m_theme.size ? 0.74 : 0.9));
    painter.setPen(m_theme.muted);
    painter.drawText(QRectF(QPointF(), size).adjusted(4, 3, -4, -3),
                     Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_text);
}

bool ScalarFigure::show(const core::Reading& reading)
{
    const auto* scalar = std::get_if<core::ScalarReading>(&reading);
    if (scalar) m_reading = *scalar;
    return scalar;
}

void ScalarFigure::showTrail(std::shared_ptr<const core::Trail> trail)
{
    core::SeriesReading series;
    series.xLabel = "step";
    series.yLabel = m_reading.unit;
    series.lines.emplace_back();
    if (trail)
        for (const core::Trail::Point& point : trail->points)
            if (const auto* scalar = std::get_if<core::ScalarReading>(point.reading.get())) {
                series.lines[0].x.push_back(double(point.step));
                series.lines[0].y.push_back(scalar->value);
            }
    m_trail = series.lines[0].x.size() > 1;
    m_line.show(std::move(series));
}

QRectF ScalarFigure::area(QSizeF size, const Gaze& gaze) const
{
    return m_trail && gaze.overTime ? m_line.area(size, gaze) : Figure::area(size, gaze);
}

void ScalarFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    if (m_trail && gaze.overTime) return m_line.paint(painter, size, gaze);
    const double scale = qBound(0.9, size.height() / m_theme.size / 4.5, 2.2);
    painter.setFont(m_theme.font(scale, QFont::DemiBold));
    painter.setPen(m_theme.text);
    const double line = 1.3 * scale * m_theme.size, unit = m_reading.unit.empty() ? 0 : 1.4 * m_theme.size;
    const double top = (size.height() - line - unit) / 2;
    painter.drawText(QRectF(0, top, size.width(), line), Qt::AlignCenter, shortNumber(m_reading.value));
    painter.setFont(m_theme.font(0.85));
    painter.setPen(m_theme.muted);
    painter.drawText(QRectF(0, top + line, size.width(), unit), Qt::AlignCenter,
                     QString::fromStdString(m_reading.unit));
}

bool TableFigure::show(const core::Reading& reading)
{
    const auto* table = std::get_if<core::TableReading>(&reading);
    if (table) m_reading = *table;
    return table;
}

void TableFigure::paint(QPainter& painter, QSizeF size, const Gaze&) const
{
    const double scale = size.height() < 9 * m_theme.size ? 0.7 : 0.86;
    painter.setFont(m_theme.font(scale));
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height() + 2;
    const size_t shown = qMin(m_reading.rows.size(), size_t(qMax(0.0, size.height() / line - 1)));
    double x = 4;
    for (size_t column = 0; column < m_reading.columns.size() && x < size.width(); ++column) {
        const QString name = QString::fromStdString(m_reading.columns[column]);
        double width = metrics.horizontalAdvance(name);
        for (size_t row = 0; row < shown; ++row)
            if (column < m_reading.rows[row].size())
                width = qMax(width,
                             metrics.horizontalAdvance(QString::fromStdString(m_reading.rows[row][column])));
        width = qMin(width, size.width() - x);
        painter.setPen(m_theme.muted);
        const auto draw = [&](double top, const QString& text) {
            painter.drawText(QRectF(x, top, width + 1, line), Qt::AlignVCenter,
                             metrics.elidedText(text, Qt::ElideRight, width + 1));
        };
        draw(0, name);
        painter.setPen(m_theme.text);
        for (size_t row = 0; row < shown; ++row)
            if (column < m_reading.rows[row].size())
                draw(line * double(row + 1), QString::fromStdString(m_reading.rows[row][column]));
        x += width + 12;
    }
    painter.setPen(m_theme.border);
    painter.drawLine(QPointF(2, line), QPointF(size.width() - 2, line));
}

} // namespace widgets
