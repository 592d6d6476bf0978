#include "widgets/views/matrixfigure.h"

#include <QFontMetricsF>
#include <QPainter>
#include <cmath>

namespace widgets
{

constexpr double barWidth = 9, barGap = 8, barWords = 0.74;

double MatrixFigure::barRoom(double width) const
{
    if (width < 110) return 0;
    if (width < 18 * m_theme.size) return barGap + barWidth + 3;
    return barGap + barWidth + 6 + QFontMetricsF(m_theme.font(barWords)).horizontalAdvance("-0.00888");
}

bool MatrixFigure::show(const core::Reading& reading)
{
    const auto* matrix = std::get_if<core::MatrixReading>(&reading);
    if (!matrix) return false;
    m_reading = *matrix;
    const size_t wanted = size_t(m_reading.rows) * size_t(m_reading.columns);
    if (m_reading.values.size() != wanted || wanted == 0) m_reading = {};
    m_scale = ColourScale::of(m_reading.values, m_reading.diverging);
    m_whole = true;
    for (float value : m_reading.values) m_whole &= value == std::floor(value);
    m_image = {};
    return true;
}

ColourScale MatrixFigure::scale(bool logarithmic) const
{
    ColourScale scale = m_scale;
    scale.logarithmic = logarithmic;
    return scale;
}

const QImage& MatrixFigure::image(bool logarithmic) const
{
    if (m_image.isNull() || m_log != logarithmic) {
        m_image = heatMap(m_reading.values, m_reading.rows, m_reading.columns, scale(logarithmic));
        m_log = logarithmic;
    }
    return m_image;
}

MatrixFigure::Part MatrixFigure::part(const Gaze& gaze) const
{
    const QRectF& seen = gaze.seen;
    return {seen.left() * m_reading.columns, (1 - seen.bottom()) * m_reading.rows,
            seen.width() * m_reading.columns, seen.height() * m_reading.rows};
}

double MatrixFigure::nameRoom(QSizeF size) const
{
    double names = 0;
    const QFontMetricsF metrics(m_theme.font(0.8));
    for (const std::string& name : m_reading.rowNames)
        names = qMax(names, qMin(90.0, metrics.horizontalAdvance(QString::fromStdString(name)) + 6));
    return size.height() > 6 * m_theme.size && names < size.width() / 3 ? names : 0;
}

QRectF MatrixFigure::area(QSizeF size, const Gaze& gaze) const
{
    if (m_reading.rows < 1) return {QPointF(), size};
    const Part part = this->part(gaze);
    const double line = m_theme.size * 1.25;
    const bool words = labelled(size);
    const double left = nameRoom(size) + (m_reading.rowLabel.empty() || !words ? 0 : line);
    const double bottom = (m_reading.columnNames.empty() || !words ? 0 : line) +
                          (m_reading.columnLabel.empty() || !words ? 2 : line);
    const QRectF area =
        QRectF(QPointF(), size).adjusted(left + 2, words ? 4 : 2, -qMax(2.0, barRoom(size.width())), -bottom);
    // Square cells, unless one side is so long that nothing would be seen.
    const double cell = qMin(area.width() / part.columns, area.height() / part.rows);
    const bool square = cell >= 3;
    const double w = square ? cell * part.columns : area.width(),
                 h = square ? cell * part.rows : area.height();
    return QRectF(area.left() + (area.width() - w) / 2, area.top() + (area.height() - h) / 2, w, h);
}

void MatrixFigure::paintNumbers(QPainter& painter, const QRectF& area, const Part& part,
                                const ColourScale& scale) const
{
    const double cw = area.width() / part.columns, ch = area.height() / part.rows;
    if (ch < m_theme.size * 0.85 || cw < m_theme.size * 0.6) return;
    const auto text = [this](float value) {
        return m_whole ? QString::number(int(value)) : QString::number(double(value), 'g', 2);
    };
    const int firstRow = qMax(0, int(part.top)),
              lastRow = qMin(m_reading.rows, int(std::ceil(part.top + part.rows)));
    const int firstColumn = qMax(0, int(part.left)),
              lastColumn = qMin(m_reading.columns, int(std::ceil(part.left + part.columns)));
    const auto valueAt = [&](int row, int column) {
        return m_reading.values[size_t(row) * size_t(m_reading.columns) + size_t(column)];
    };
    painter.setFont(m_theme.font(0.74));
    const QFontMetricsF metrics(painter.font());
    double widest = 0; // numbers are drawn where all of them fit
    for (int row = firstRow; row < lastRow; ++row)
        for (int column = firstColumn; column < lastColumn; ++column)
            widest = qMax(widest, metrics.horizontalAdvance(text(valueAt(row, column))));
    if (widest + 2 > cw) {
        if (widest * 0.75 + 2 > cw) return;
        painter.setFont(m_theme.font(0.74 * (cw - 2) / widest));
    }
    for (int row = firstRow; row < lastRow; ++row)
        for (int column = firstColumn; column < lastColumn; ++column) {
            const float value = valueAt(row, column);
            if (m_whole && value == 0) continue;
            painter.setPen(qGray(scale(value)) > 130 ? Qt::black : Qt::white);
            painter.drawText(
                QRectF(area.left() + (column - part.left) * cw, area.top() + (row - part.top) * ch, cw, ch),
                Qt::AlignCenter, text(value));
        }
}

void MatrixFigure::paintNames(QPainter& painter, QSizeF size, const QRectF& area, const Part& part) const
{
    const double cw = area.width() / part.columns, ch = area.height() / part.rows, line = m_theme.size * 1.25;
    painter.setFont(m_theme.font(0.8));
    painter.setPen(m_theme.muted);
    if (ch >= m_theme.size * 0.7 && nameRoom(size) > 0)
        for (size_t row = 0; row < m_reading.rowNames.size() && int(row) < m_reading.rows; ++row) {
            const QRectF place(area.left() - 96, area.top() + (double(row) - part.top) * ch, 92, ch);
            if (place.center().y() < area.top() || place.center().y() > area.bottom()) continue;
            painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter,
                             QString::fromStdString(m_reading.rowNames[row]));
        }
    if (!labelled(size)) return;
    if (cw >= m_theme.size * 0.7)
        for (size_t column = 0; column < m_reading.columnNames.size() && int(column) < m_reading.columns;
             ++column) {
            const QRectF place(area.left() + (double(column) - part.left) * cw, area.bottom() + 1, cw, line);
            if (place.center().x() < area.left() || place.center().x() > area.right()) continue;
            painter.drawText(
                place, Qt::AlignCenter,
                painter.fontMetrics().elidedText(QString::fromStdString(m_reading.columnNames[column]),
                                                 Qt::ElideRight, int(cw)));
        }
    const double below = area.bottom() + (m_reading.columnNames.empty() ? 0 : line);
    painter.drawText(QRectF(area.center().x() - 120, below, 240, line), Qt::AlignCenter,
                     QString::fromStdString(m_reading.columnLabel));
    if (m_reading.rowLabel.empty()) return;
    painter.save();
    painter.translate(line / 2, area.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-120, -line / 2, 240, line), Qt::AlignCenter,
                     QString::fromStdString(m_reading.rowLabel));
    painter.restore();
}

void MatrixFigure::paintBar(QPainter& painter, QSizeF size, const QRectF& area,
                            const ColourScale& scale) const
{
    if (barRoom(size.width()) == 0) return;
    const QRectF bar(area.right() + barGap, area.top(), barWidth, area.height());
    for (int y = 0; y < int(bar.height()); ++y)
        painter.fillRect(QRectF(bar.left(), bar.bottom() - y - 1, bar.width(), 1.5),
                         scale.colourAt(float(y / bar.height())));
    const QRectF words(bar.right() + 4, bar.top(), barRoom(size.width()) - barGap - barWidth - 4,
                       bar.height());
    if (words.width() < m_theme.size) return;
    painter.setPen(m_theme.muted);
    painter.setFont(m_theme.font(barWords));
    const QFontMetricsF metrics(painter.font());
    const auto brief = [&](double value) { // in as many digits as there is room for
        QString text;
        for (int digits = 3; digits > 0; --digits) {
            text = QString::number(value, 'g', digits).replace(QLatin1Char('-'), QChar(0x2212));
            if (metrics.horizontalAdvance(text) <= words.width()) break;
        }
        return text;
    };
    painter.drawText(words, Qt::AlignTop | Qt::AlignLeft, brief(double(scale.high)));
    painter.drawText(words, Qt::AlignBottom | Qt::AlignLeft, brief(double(scale.valueAt(0))));
    if (bar.height() > 50 && (m_reading.diverging || scale.logarithmic))
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, brief(double(scale.valueAt(0.5f))));
}

void MatrixFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    if (m_reading.rows < 1) return;
    const Part part = this->part(gaze);
    const QRectF area = this->area(size, gaze);
    const double cw = area.width() / part.columns, ch = area.height() / part.rows;
    const ColourScale scale = this->scale(gaze.logColours);
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, cw < 1 || ch < 1);
    painter.drawImage(area, image(gaze.logColours), QRectF(part.left, part.top, part.columns, part.rows));
    painter.setPen(m_theme.border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area);
    painter.setClipRect(area);
    paintNumbers(painter, area, part, scale);
    painter.setClipping(false);
    paintNames(painter, size, area, part);
    paintBar(painter, size, area, scale);
    painter.restore();
}

QString MatrixFigure::tipAt(QPointF place, QSizeF size, const Gaze& gaze) const
{
    const QRectF area = this->area(size, gaze);
    if (m_reading.rows < 1 || !area.contains(place)) return {};
    const Part part = this->part(gaze);
    const int column = qBound(0, int(part.left + (place.x() - area.left()) / area.width() * part.columns),
                              m_reading.columns - 1),
              row = qBound(0, int(part.top + (place.y() - area.top()) / area.height() * part.rows),
                           m_reading.rows - 1);
    const auto name = [](const std::vector<std::string>& names, const std::string& label, int i) {
        const QString number =
            size_t(i) < names.size() ? QString::fromStdString(names[size_t(i)]) : QString::number(i);
        return label.empty() ? number : QString::fromStdString(label) + QLatin1Char(' ') + number;
    };
    return name(m_reading.rowNames, m_reading.rowLabel, row) + QStringLiteral(", ") +
           name(m_reading.columnNames, m_reading.columnLabel, column) + QStringLiteral(": ") +
           shortNumber(double(m_reading.values[size_t(row) * size_t(m_reading.columns) + size_t(column)]));
}

} // namespace widgets
