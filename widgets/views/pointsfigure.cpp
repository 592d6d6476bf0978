#include "widgets/views/pointsfigure.h"

#include "widgets/views/axis.h"
#include "widgets/views/colours.h"

#include <QLineF>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace widgets
{

/// Class plus confidence: the class gives the hue, the confidence how much of it.
static QImage fieldOf(const core::PointsReading& reading, const QColor& base)
{
    const size_t cells = size_t(reading.fieldWidth) * size_t(reading.fieldHeight);
    if (cells == 0 || reading.field.size() != cells) return {};
    QImage field(reading.fieldWidth, reading.fieldHeight, QImage::Format_RGB32);
    for (int y = 0; y < reading.fieldHeight; ++y)
        for (int x = 0; x < reading.fieldWidth; ++x) {
            const float value = reading.field[size_t(y * reading.fieldWidth + x)];
            if (reading.classes == 0 || std::isnan(value)) {
                field.setPixel(x, y, divergingColour(value * 0.8f));
                continue;
            }
            const QColor hue = categoryColour(int(value));
            const double share = 0.08 + 0.5 * double(value - std::floor(value));
            const auto mix = [&](int a, int b) { return int(a + (b - a) * share); };
            field.setPixel(x, y,
                           qRgb(mix(base.red(), hue.red()), mix(base.green(), hue.green()),
                                mix(base.blue(), hue.blue())));
        }
    return field;
}

bool PointsFigure::show(const core::Reading& reading)
{
    const auto* points = std::get_if<core::PointsReading>(&reading);
    if (!points) return false;
    m_reading = *points;
    m_reading.y.resize(m_reading.x.size());
    m_field = fieldOf(m_reading, m_theme.canvas);
    const ColourScale values = ColourScale::of(m_reading.value, true);
    m_least = values.low;
    m_most = values.high;
    if (inSpace()) {
        const auto [low, high] = std::ranges::minmax(m_reading.z);
        m_zLow = low;
        m_zHigh = high > low ? high : low + 1;
    }
    return true;
}

QRectF PointsFigure::range(const Gaze& gaze) const
{
    const double width = m_reading.xHigh - m_reading.xLow, height = m_reading.yHigh - m_reading.yLow;
    return {m_reading.xLow + gaze.seen.left() * width, m_reading.yLow + gaze.seen.top() * height,
            gaze.seen.width() * width, gaze.seen.height() * height};
}

/// Squares leave little beside words.
bool PointsFigure::worded(QSizeF size) const
{
    return size.height() > 9 * m_theme.size && size.width() > 11 * m_theme.size;
}

QRectF PointsFigure::area(QSizeF size, const Gaze& gaze) const
{
    const bool words = worded(size);
    if (inSpace()) return QRectF(QPointF(), size).adjusted(4, 4, -4, words ? -1.5 * m_theme.size : -4);
    const QRectF range = this->range(gaze);
    const QRectF room =
        words ? QRectF(QPointF(), size)
                    .adjusted(3.2 * m_theme.size, m_reading.yLabel.empty() ? 5 : 1.6 * m_theme.size, -8,
                              (m_reading.xLabel.empty() ? -1.6 : -2.8) * m_theme.size)
              : QRectF(QPointF(), size).adjusted(3, 3, -3, -3);
    const double scale = qMin(room.width() / range.width(), room.height() / range.height());
    const QSizeF fitted(range.width() * scale, range.height() * scale);
    return QRectF(room.center() - QPointF(fitted.width() / 2, fitted.height() / 2), fitted);
}

/// Turned about the vertical axis, then towards the eye; parallel lines stay parallel.
QPointF PointsFigure::projected(double x, double y, double z, const QRectF& area, const Gaze& gaze,
                                double* depth) const
{
    const double a = (x - (m_reading.xLow + m_reading.xHigh) / 2) / (m_reading.xHigh - m_reading.xLow),
                 b = (y - (m_reading.yLow + m_reading.yHigh) / 2) / (m_reading.yHigh - m_reading.yLow),
                 c = (z - double(m_zLow + m_zHigh) / 2) / double(m_zHigh - m_zLow);
    const double right = a * std::cos(gaze.yaw) - b * std::sin(gaze.yaw),
                 away = a * std::sin(gaze.yaw) + b * std::cos(gaze.yaw);
    const double up = c * std::cos(gaze.pitch) + away * std::sin(gaze.pitch);
    if (depth) *depth = away * std::cos(gaze.pitch) - c * std::sin(gaze.pitch);
    const double scale = qMin(area.width(), area.height()) / 1.7 / gaze.seen.width();
    return area.center() + QPointF(right * scale, -up * scale);
}

QPointF PointsFigure::place(size_t point, const QRectF& area, const Gaze& gaze) const
{
    if (inSpace())
        return projected(double(m_reading.x[point]), double(m_reading.y[point]), double(m_reading.z[point]),
                         area, gaze, nullptr);
    const QRectF range = this->range(gaze);
    return {area.left() + (double(m_reading.x[point]) - range.left()) / range.width() * area.width(),
            area.bottom() - (double(m_reading.y[point]) - range.top()) / range.height() * area.height()};
}

QColor PointsFigure::colour(size_t point) const
{
    if (point < m_reading.value.size()) return ColourScale{m_least, m_most, true}(m_reading.value[point]);
    return categoryColour(point < m_reading.label.size() ? m_reading.label[point] : -1);
}

void PointsFigure::paintPoint(QPainter& painter, size_t i, QPointF at, double radius) const
{
    painter.setPen(QPen(m_theme.dark ? QColor(20, 22, 26) : QColor(Qt::white), radius > 2.5 ? 1 : 0.5));
    painter.setBrush(colour(i));
    painter.drawEllipse(at, radius, radius);
    if (i >= m_reading.wrong.size() || !m_reading.wrong[i]) return;
    painter.setPen(QPen(m_theme.text, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(at, radius + 2.5, radius + 2.5);
}

void PointsFigure::paintPlane(QPainter& painter, QSizeF size, const QRectF& area, const Gaze& gaze) const
{
    if (!m_field.isNull()) {
        const QRectF seen(gaze.seen.left() * m_field.width(), (1 - gaze.seen.bottom()) * m_field.height(),
                          gaze.seen.width() * m_field.width(), gaze.seen.height() * m_field.height());
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(area, m_field, seen);
    }
    const QRectF range = this->range(gaze);
    Frame frame;
    frame.area = area;
    frame.words = worded(size);
    if (m_field.isNull()) {
        paintAxes(painter, frame, m_theme, {range.left(), range.right()}, {range.top(), range.bottom()},
                  QString::fromStdString(m_reading.xLabel), QString::fromStdString(m_reading.yLabel));
    } else {
        painter.setPen(m_theme.border);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(area);
        if (frame.words) {
            painter.setFont(m_theme.font(0.74));
            painter.setPen(m_theme.muted);
            const double line = 1.3 * m_theme.size;
            const QRectF below(area.left(), area.bottom() + 2, area.width(), line);
            painter.drawText(below, Qt::AlignLeft, tickText(range.left()));
            painter.drawText(below, Qt::AlignRight, tickText(range.right()));
            painter.drawText(QRectF(area.left() - 64, area.top(), 60, line), Qt::AlignRight,
                             tickText(range.bottom()));
            painter.drawText(QRectF(area.left() - 64, area.bottom() - line, 60, line), Qt::AlignRight,
                             tickText(range.top()));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(area);
    const double radius = qBound(1.4, area.width() / 110, 4.0);
    for (size_t i = 0; i < m_reading.x.size(); ++i) paintPoint(painter, i, place(i, area, gaze), radius);
}

void PointsFigure::paintSpace(QPainter& painter, const QRectF& area, const Gaze& gaze) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(area);
    const double xs[] = {m_reading.xLow, m_reading.xHigh}, ys[] = {m_reading.yLow, m_reading.yHigh},
                 zs[] = {double(m_zLow), double(m_zHigh)};
    painter.setPen(QPen(m_theme.border, 1));
    for (int corner = 0; corner < 8; ++corner)
        for (int axis : {1, 2, 4}) {
            if (corner & axis) continue;
            const int other = corner | axis;
            painter.drawLine(
                projected(xs[corner & 1], ys[corner >> 1 & 1], zs[corner >> 2 & 1], area, gaze, nullptr),
                projected(xs[other & 1], ys[other >> 1 & 1], zs[other >> 2 & 1], area, gaze, nullptr));
        }
    std::vector<std::pair<double, QPointF>> places(m_reading.x.size());
    for (size_t i = 0; i < places.size(); ++i)
        places[i].second = projected(double(m_reading.x[i]), double(m_reading.y[i]), double(m_reading.z[i]),
                                     area, gaze, &places[i].first);
    std::vector<size_t> order(places.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::ranges::sort(order, [&](size_t a, size_t b) { return places[a].first > places[b].first; });
    const double radius = qBound(1.4, qMin(area.width(), area.height()) / 90, 4.0);
    for (size_t i : order) paintPoint(painter, i, places[i].second, radius * (1 - 0.3 * places[i].first));
    if (area.height() < 7.5 * m_theme.size) return;
    painter.setFont(m_theme.font(0.8));
    painter.setPen(m_theme.muted);
    painter.setClipping(false);
    painter.drawText(QRectF(area.left(), area.bottom() + 1, area.width(), 1.4 * m_theme.size),
                     Qt::AlignVCenter | Qt::AlignHCenter, QString::fromStdString(m_reading.xLabel));
}

/// The classes that are there, if they have names and there is room.
void PointsFigure::paintClasses(QPainter& painter, const QRectF& area) const
{
    if (!m_reading.value.empty() || m_reading.classNames.empty()) return;
    const std::set<int> labels(m_reading.label.begin(), m_reading.label.end());
    painter.setFont(m_theme.font(0.74));
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height() + 1;
    if (labels.size() > 12 || area.height() < line * double(labels.size() + 2) ||
        area.width() < 12 * m_theme.size)
        return;
    double y = area.top() + 4;
    for (int label : labels) {
        if (label < 0 || size_t(label) >= m_reading.classNames.size()) continue;
        const QString name = QString::fromStdString(m_reading.classNames[size_t(label)]);
        const double width = metrics.horizontalAdvance(name);
        QColor ground = m_theme.panel;
        ground.setAlphaF(0.75f);
        painter.fillRect(QRectF(area.right() - width - 18, y, width + 16, line), ground);
        painter.setPen(Qt::NoPen);
        painter.setBrush(categoryColour(label));
        painter.drawEllipse(QPointF(area.right() - width - 12, y + line / 2), 3, 3);
        painter.setPen(m_theme.text);
        painter.drawText(QRectF(area.right() - width - 5, y, width + 2, line), Qt::AlignVCenter, name);
        y += line;
    }
}

void PointsFigure::paint(QPainter& painter, QSizeF size, const Gaze& gaze) const
{
    const QRectF area = this->area(size, gaze);
    painter.save();
    if (inSpace())
        paintSpace(painter, area, gaze);
    else
        paintPlane(painter, size, area, gaze);
    if (m_field.isNull()) paintClasses(painter, area);
    painter.restore();
}

QString PointsFigure::tipAt(QPointF at, QSizeF size, const Gaze& gaze) const
{
    const QRectF area = this->area(size, gaze), range = this->range(gaze);
    if (!area.contains(at)) return {};
    QStringList text;
    if (!inSpace()) {
        const double x = (at.x() - area.left()) / area.width(), y = (area.bottom() - at.y()) / area.height();
        text << QObject::tr("(%1, %2)")
                    .arg(shortNumber(range.left() + x * range.width()),
                         shortNumber(range.top() + y * range.height()));
        if (!m_field.isNull()) {
            const int column =
                          qBound(0, int((gaze.seen.left() + x * gaze.seen.width()) * m_reading.fieldWidth),
                                 m_reading.fieldWidth - 1),
                      row = qBound(
                          0, int((1 - gaze.seen.top() - y * gaze.seen.height()) * m_reading.fieldHeight),
                          m_reading.fieldHeight - 1);
            const float value = m_reading.field[size_t(row * m_reading.fieldWidth + column)];
            const size_t label = size_t(qMax(0.f, value));
            text << (m_reading.classes == 0
                         ? QObject::tr("output %1").arg(shortNumber(double(value)))
                         : QObject::tr("class %1, confidence %2 %")
                               .arg(label < m_reading.classNames.size()
                                        ? QString::fromStdString(m_reading.classNames[label])
                                        : QString::number(label))
                               .arg(double(value - std::floor(value)) * 100, 0, 'f', 0));
        }
    }
    for (size_t i = 0; i < m_reading.x.size(); ++i) {
        if (QLineF(place(i, area, gaze), at).length() >= 5) continue;
        QString words = QObject::tr("example %1").arg(i);
        if (i < m_reading.label.size() && size_t(m_reading.label[i]) < m_reading.classNames.size())
            words += QStringLiteral(": ") +
                     QString::fromStdString(m_reading.classNames[size_t(m_reading.label[i])]);
        if (i < m_reading.wrong.size() && m_reading.wrong[i]) words += QObject::tr(", taken for another");
        text << words;
        break;
    }
    return text.join(QLatin1Char('\n'));
}

} // namespace widgets
