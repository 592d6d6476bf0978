#include "widgets/views/matrixview.h"

#include <QPainter>

namespace widgets
{

constexpr double barWidth = 9;

/// Right of the elements: a colour bar, with its numbers if there is room.
static double barRoom(int width) { return width < 240 ? 20 : 54; }

void MatrixView::prepare()
{
    const size_t wanted = size_t(m_reading.rows) * size_t(m_reading.columns);
    if (m_reading.values.size() != wanted || wanted == 0) m_reading = {};
    m_scale = ColourScale::of(m_reading.values, m_reading.diverging);
    m_image = heatMap(m_reading.values, m_reading.rows, m_reading.columns, m_scale);
}

QRectF MatrixView::cells() const
{
    const double line = m_theme.size * 1.25;
    double names = 0;
    const QFontMetricsF metrics(m_theme.font(0.8));
    for (const std::string& name : m_reading.rowNames)
        names = qMax(names, qMin(90.0, metrics.horizontalAdvance(QString::fromStdString(name)) + 6));
    const double left = names + (m_reading.rowLabel.empty() || !labelled() ? 0 : line), top = 4;
    const double bottom = (m_reading.columnNames.empty() ? 0 : line) +
                          (m_reading.columnLabel.empty() || !labelled() ? 2 : line);
    QRectF area = QRectF(rect()).adjusted(left + 2, top, -barRoom(width()), -bottom);
    if (m_reading.rows < 1) return area;
    // Square cells, unless one side is so long that nothing would be seen.
    const double cell = qMin(area.width() / m_reading.columns, area.height() / m_reading.rows);
    const bool square = cell >= 3;
    const double w = square ? cell * m_reading.columns : area.width(),
                 h = square ? cell * m_reading.rows : area.height();
    return QRectF(area.left() + (area.width() - w) / 2, area.top() + (area.height() - h) / 2, w, h);
}

void MatrixView::paintEvent(QPaintEvent*)
{
    if (m_image.isNull()) return;
    QPainter painter(this);
    const QRectF area = cells();
    const double cw = area.width() / m_reading.columns, ch = area.height() / m_reading.rows;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, cw < 1 || ch < 1);
    painter.drawImage(area, m_image);
    painter.setPen(m_theme.border);
    painter.drawRect(area);
    painter.setFont(m_theme.font(0.8));

    bool whole = true;
    for (float value : m_reading.values) whole &= value == std::floor(value);
    const auto text = [whole](float value) {
        return whole ? QString::number(int(value)) : QString::number(double(value), 'g', 2);
    };
    double widest = 0; // numbers are drawn where all of them fit
    painter.setFont(m_theme.font(0.74));
    const bool tall = ch >= m_theme.size * 0.85;
    if (tall)
        for (float value : m_reading.values)
            widest = qMax(widest, QFontMetricsF(painter.font()).horizontalAdvance(text(value)));
    if (widest + 2 > cw && widest * 0.75 + 2 <= cw) {
        painter.setFont(m_theme.font(0.74 * (cw - 2) / widest));
        widest = cw - 2;
    }
    if (tall && widest + 2 <= cw)
        for (int row = 0; row < m_reading.rows; ++row)
            for (int column = 0; column < m_reading.columns; ++column) {
                const float value = m_reading.values[size_t(row * m_reading.columns + column)];
                if (whole && value == 0) continue;
                painter.setPen(qGray(m_scale(value)) > 130 ? Qt::black : Qt::white);
                painter.drawText(QRectF(area.left() + column * cw, area.top() + row * ch, cw, ch),
                                 Qt::AlignCenter, text(value));
            }
    painter.setFont(m_theme.font(0.8));
    painter.setPen(m_theme.muted);
    const double line = m_theme.size * 1.25;
    if (ch >= m_theme.size * 0.7)
        for (size_t row = 0; row < m_reading.rowNames.size() && int(row) < m_reading.rows; ++row)
            painter.drawText(QRectF(area.left() - 96, area.top() + double(row) * ch, 92, ch),
                             Qt::AlignRight | Qt::AlignVCenter,
                             QString::fromStdString(m_reading.rowNames[row]));
    for (size_t column = 0; column < m_reading.columnNames.size() && int(column) < m_reading.columns;
         ++column)
        if (cw >= m_theme.size * 0.7)
            painter.drawText(
                QRectF(area.left() + double(column) * cw, area.bottom() + 1, cw, line), Qt::AlignCenter,
                painter.fontMetrics().elidedText(QString::fromStdString(m_reading.columnNames[column]),
                                                 Qt::ElideRight, int(cw)));
    const double below = area.bottom() + (m_reading.columnNames.empty() ? 0 : line);
    if (labelled())
        painter.drawText(QRectF(area.center().x() - 120, below, 240, line), Qt::AlignCenter,
                         QString::fromStdString(m_reading.columnLabel));
    if (!m_reading.rowLabel.empty() && labelled()) {
        painter.save();
        painter.translate(line / 2, area.center().y());
        painter.rotate(-90);
        painter.drawText(QRectF(-120, -line / 2, 240, line), Qt::AlignCenter,
                         QString::fromStdString(m_reading.rowLabel));
        painter.restore();
    }

    const QRectF bar(area.right() + 8, area.top(), barWidth, area.height());
    for (int y = 0; y < int(bar.height()); ++y)
        painter.fillRect(QRectF(bar.left(), bar.bottom() - y - 1, bar.width(), 1.5),
                         m_scale(m_scale.low + (m_scale.high - m_scale.low) * float(y / bar.height())));
    if (barRoom(width()) < 40) return;
    painter.setFont(m_theme.font(0.74));
    const QRectF words(bar.right() + 4, bar.top(), barRoom(width()) - barWidth - 10, bar.height());
    const auto brief = [](double value) { return QString::number(value, 'g', 3); };
    painter.drawText(words, Qt::AlignTop | Qt::AlignLeft, brief(double(m_scale.high)));
    painter.drawText(words, Qt::AlignBottom | Qt::AlignLeft, brief(double(m_scale.low)));
    if (m_reading.diverging && bar.height() > 50)
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, QStringLiteral("0"));
}

QString MatrixView::tipAt(QPointF place) const
{
    const QRectF area = cells();
    if (m_image.isNull() || !area.contains(place)) return {};
    const int column =
        qMin(m_reading.columns - 1, int((place.x() - area.left()) / area.width() * m_reading.columns));
    const int row = qMin(m_reading.rows - 1, int((place.y() - area.top()) / area.height() * m_reading.rows));
    const auto name = [](const std::vector<std::string>& names, const std::string& label, int i) {
        const QString number =
            size_t(i) < names.size() ? QString::fromStdString(names[size_t(i)]) : QString::number(i);
        return label.empty() ? number : QString::fromStdString(label) + QLatin1Char(' ') + number;
    };
    return name(m_reading.rowNames, m_reading.rowLabel, row) + QStringLiteral(", ") +
           name(m_reading.columnNames, m_reading.columnLabel, column) + QStringLiteral(": ") +
           shortNumber(double(m_reading.values[size_t(row * m_reading.columns + column)]));
}

} // namespace widgets
