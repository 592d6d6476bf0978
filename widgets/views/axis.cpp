#include "widgets/views/axis.h"

#include "widgets/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <cmath>

namespace widgets
{
namespace
{

constexpr double wordScale = 0.8;

int ticksAcross(double length, const Theme& theme) { return qBound(3, int(length / (theme.size * 4)), 10); }
int ticksDown(double length, const Theme& theme) { return qBound(2, int(length / (theme.size * 2.4)), 6); }

} // namespace

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

double Axis::shareOf(double value) const
{
    if (!logarithmic) return (value - low) / (high - low);
    return value > 0 ? std::log(value / low) / std::log(high / low) : NAN;
}

double Axis::valueAt(double share) const
{
    return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
}

Axis Axis::part(double from, double to) const { return {valueAt(from), valueAt(to), logarithmic}; }

std::vector<double> Axis::ticks(int most) const
{
    std::vector<double> ticks;
    const double decades = logarithmic ? std::log10(high / low) : 0;
    if (decades >= 1) {
        const int apart = qMax(1, int(std::ceil(decades / most)));
        for (int power = int(std::floor(std::log10(low) - 1e-9)); power <= std::log10(high) + 1e-9; ++power)
            for (double factor : {1.0, 2.0, 5.0}) {
                if (factor > 1 && decades * 3 > most) break;
                const double tick = factor * std::pow(10, power);
                if (power % apart == 0 && tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))
                    ticks.push_back(tick);
            }
        return ticks;
    }
    const NiceRange nice = niceRange(low, high, most);
    for (double tick = nice.low; tick <= high + 1e-9 * (high - low); tick += nice.step)
        if (tick >= low - 1e-9 * (high - low)) ticks.push_back(std::abs(tick) < nice.step * 1e-9 ? 0 : tick);
    return ticks;
}

Axis Axis::around(double low, double high, bool logarithmic, bool round)
{
    if (!(low <= high)) return {logarithmic ? 0.1 : 0., 1, logarithmic};
    if (logarithmic) {
        if (!round) return {low, high > low ? high : low * 10, true};
        // Whole decades where that wastes little, else to the nearest 1, 2, 5.
        const double room = std::pow(high / low, 0.04);
        return high > low ? Axis{low / room, high * room, true} : Axis{low / 2, low * 2, true};
    }
    if (!round) return {low, high > low ? high : low + 1, false};
    const NiceRange nice = niceRange(low, high, 5);
    return {nice.low, nice.high, false};
}

QString tickText(double value)
{
    const double size = std::abs(value);
    if (size >= 1e4 && size < 1e9 && std::fmod(size, 1000) == 0)
        return size >= 1e6 ? QString::number(value / 1e6) + QLatin1Char('M')
                           : QString::number(value / 1e3) + QLatin1Char('k');
    return QString::number(value, 'g', 4).replace(QLatin1Char('-'), QChar(0x2212));
}

Frame Frame::of(QSizeF size, const Theme& theme, const Axis& x, const Axis& y, bool named, bool head)
{
    Q_UNUSED(x);
    Frame frame;
    frame.words = size.height() > 7.5 * theme.size && size.width() > 11 * theme.size;
    if (!frame.words) {
        frame.area = QRectF(QPointF(), size).adjusted(3, 3, -3, -3);
        return frame;
    }
    const QFontMetricsF metrics(theme.font(wordScale));
    const double line = metrics.height();
    frame.area = QRectF(QPointF(), size)
                     .adjusted(0, head ? line + 6 : line * 0.6, -line * 0.8, -line - 5 - (named ? line : 0));
    double widest = 0;
    for (double tick : y.ticks(ticksDown(frame.area.height(), theme)))
        widest = qMax(widest, metrics.horizontalAdvance(tickText(tick)));
    frame.area.setLeft(widest + 8);
    return frame;
}

void paintAxes(QPainter& painter, const Frame& frame, const Theme& theme, const Axis& x, const Axis& y,
               const QString& xName, const QString& yName, std::span<const std::string> places)
{
    const QRectF& area = frame.area;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(theme.font(wordScale));
    const QFontMetricsF metrics(painter.font());
    for (double tick : y.ticks(ticksDown(area.height(), theme))) {
        const double at = area.bottom() - y.shareOf(tick) * area.height();
        painter.setPen(QPen(theme.border, 1));
        painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at));
        if (!frame.words) continue;
        painter.setPen(theme.muted);
        painter.drawText(QRectF(0, at - metrics.height() / 2, area.left() - 5, metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, tickText(tick));
    }
    double free = -1e9;
    std::vector<double> across = x.ticks(ticksAcross(area.width(), theme));
    if (!places.empty()) {
        across.clear();
        for (size_t i = 0; i < places.size(); ++i)
            if (double(i) >= x.low - 1e-9 && double(i) <= x.high + 1e-9) across.push_back(double(i));
    }
    for (double tick : across) {
        const double at = area.left() + x.shareOf(tick) * area.width();
        painter.setPen(QPen(theme.border, 1));
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
        if (!frame.words) continue;
        const QString text = places.empty() ? tickText(tick) : QString::fromStdString(places[size_t(tick)]);
        const double half = metrics.horizontalAdvance(text) / 2;
        if (at - half < free || at + half > area.right() + 14) continue;
        painter.setPen(theme.muted);
        painter.drawText(QRectF(at - half - 1, area.bottom() + 3, 2 * half + 2, metrics.height()),
                         Qt::AlignCenter, text);
        free = at + half + 4;
    }
    painter.setPen(QPen(theme.strong, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.drawLine(area.bottomLeft(), area.topLeft());
    if (frame.words) {
        painter.setPen(theme.muted);
        painter.drawText(
            QRectF(area.left(), area.bottom() + metrics.height() + 2, area.width(), metrics.height()),
            Qt::AlignCenter, xName);
        painter.drawText(
            QRectF(area.left() - 4, area.top() - metrics.height() - 4, area.width(), metrics.height()),
            Qt::AlignLeft | Qt::AlignVCenter, yName);
    }
    painter.restore();
}

} // namespace widgets
