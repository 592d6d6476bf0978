#include "widgets/views/pointsview.h"

#include "widgets/views/colours.h"

#include <QPainter>
#include <cmath>

namespace widgets
{

void PointsView::prepare()
{
    const size_t cells = size_t(m_reading.fieldWidth) * size_t(m_reading.fieldHeight);
    m_field = {};
    if (cells == 0 || m_reading.field.size() != cells) return;
    m_field = QImage(m_reading.fieldWidth, m_reading.fieldHeight, QImage::Format_RGB32);
    const QColor base = m_theme.canvas;
    for (int y = 0; y < m_reading.fieldHeight; ++y)
        for (int x = 0; x < m_reading.fieldWidth; ++x) {
            const float value = m_reading.field[size_t(y * m_reading.fieldWidth + x)];
            if (m_reading.classes == 0 || std::isnan(value)) {
                m_field.setPixel(x, y, divergingColour(value * 0.8f));
                continue;
            }
            // Class plus confidence: the class gives the hue, the confidence how much of it.
            const QColor hue = categoryColour(int(value));
            const double share = 0.08 + 0.5 * double(value - std::floor(value));
            const auto mix = [&](int a, int b) { return int(a + (b - a) * share); };
            m_field.setPixel(x, y,
                             qRgb(mix(base.red(), hue.red()), mix(base.green(), hue.green()),
                                  mix(base.blue(), hue.blue())));
        }
}

QRectF PointsView::plot() const
{
    const double spanX = m_reading.xHigh - m_reading.xLow, spanY = m_reading.yHigh - m_reading.yLow;
    const QRectF area = QRectF(rect()).adjusted(26, 4, -6, -18);
    const double scale = qMin(area.width() / spanX, area.height() / spanY);
    const QSizeF size(spanX * scale, spanY * scale);
    return QRectF(area.center() - QPointF(size.width() / 2, size.height() / 2), size);
}

QPointF PointsView::place(const QRectF& area, float x, float y) const
{
    return {area.left() + (double(x) - m_reading.xLow) / (m_reading.xHigh - m_reading.xLow) * area.width(),
            area.bottom() -
                (double(y) - m_reading.yLow) / (m_reading.yHigh - m_reading.yLow) * area.height()};
}

void PointsView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRectF area = plot();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (!m_field.isNull()) painter.drawImage(area, m_field);
    painter.setPen(m_theme.border);
    painter.drawRect(area);
    painter.setFont(m_theme.font(0.74));
    painter.setPen(m_theme.muted);
    const auto number = [](double value) { return QString::number(value, 'g', 3); };
    painter.drawText(QRectF(area.left(), area.bottom() + 2, area.width(), 16), Qt::AlignLeft,
                     number(m_reading.xLow));
    painter.drawText(QRectF(area.left(), area.bottom() + 2, area.width(), 16), Qt::AlignRight,
                     number(m_reading.xHigh));
    painter.drawText(QRectF(area.left() - 64, area.top(), 60, 16), Qt::AlignRight, number(m_reading.yHigh));
    painter.drawText(QRectF(area.left() - 64, area.bottom() - 15, 60, 16), Qt::AlignRight,
                     number(m_reading.yLow));

    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(area);
    const double radius = qBound(2.0, area.width() / 110, 4.0);
    const ColourScale values = ColourScale::of(m_reading.value, true);
    for (size_t i = 0; i < m_reading.x.size() && i < m_reading.y.size(); ++i) {
        const int label = i < m_reading.label.size() ? m_reading.label[i] : -1;
        const QColor colour =
            i < m_reading.value.size() ? QColor(values(m_reading.value[i])) : categoryColour(label);
        painter.setPen(QPen(m_theme.dark ? QColor(20, 22, 26) : QColor(Qt::white), 1));
        painter.setBrush(colour);
        const QPointF at = place(area, m_reading.x[i], m_reading.y[i]);
        painter.drawEllipse(at, radius, radius);
        if (i >= m_reading.wrong.size() || !m_reading.wrong[i]) continue;
        painter.setPen(QPen(m_theme.text, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(at, radius + 2.5, radius + 2.5);
    }
}

QString PointsView::tipAt(QPointF at) const
{
    const QRectF area = plot();
    if (!area.contains(at)) return {};
    const double x =
        m_reading.xLow + (at.x() - area.left()) / area.width() * (m_reading.xHigh - m_reading.xLow);
    const double y =
        m_reading.yLow + (area.bottom() - at.y()) / area.height() * (m_reading.yHigh - m_reading.yLow);
    QString text = tr("(%1, %2)").arg(shortNumber(x), shortNumber(y));
    if (!m_field.isNull()) {
        const int column =
            qMin(m_reading.fieldWidth - 1, int((at.x() - area.left()) / area.width() * m_reading.fieldWidth));
        const int row = qMin(m_reading.fieldHeight - 1,
                             int((at.y() - area.top()) / area.height() * m_reading.fieldHeight));
        const float value = m_reading.field[size_t(row * m_reading.fieldWidth + column)];
        const size_t label = size_t(qMax(0.f, value));
        if (m_reading.classes == 0)
            text += tr("\noutput %1").arg(shortNumber(double(value)));
        else
            text += tr("\nclass %1, confidence %2 %")
                        .arg(label < m_reading.classNames.size()
                                 ? QString::fromStdString(m_reading.classNames[label])
                                 : QString::number(label))
                        .arg(double(value - std::floor(value)) * 100, 0, 'f', 0);
    }
    for (size_t i = 0; i < m_reading.x.size() && i < m_reading.y.size(); ++i)
        if (QLineF(place(area, m_reading.x[i], m_reading.y[i]), at).length() < 5) {
            text += tr("\nexample %1").arg(i);
            if (i < m_reading.label.size() && size_t(m_reading.label[i]) < m_reading.classNames.size())
                text += QStringLiteral(": ") +
                        QString::fromStdString(m_reading.classNames[size_t(m_reading.label[i])]);
            if (i < m_reading.wrong.size() && m_reading.wrong[i]) text += tr(", taken for another");
            break;
        }
    return text;
}

} // namespace widgets
