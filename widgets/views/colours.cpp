#include "widgets/views/colours.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace widgets
{
namespace
{

constexpr QRgb notANumber = 0xff808080;
constexpr int steps = 256;

template<typename Function> std::array<QRgb, steps> tabulate(Function colour)
{
    std::array<QRgb, steps> table;
    for (int i = 0; i < steps; ++i) table[size_t(i)] = colour(float(i) / (steps - 1));
    return table;
}

QRgb rgb(const float (&c)[3])
{
    const auto byte = [](float v) { return int(std::lround(std::clamp(v, 0.f, 1.f) * 255)); };
    return qRgb(byte(c[0]), byte(c[1]), byte(c[2]));
}

QRgb viridis(float t)
{
    static constexpr float c[7][3] = {
        {0.27772733f, 0.00540734f, 0.33409981f},   {0.10509304f, 1.40461353f, 1.38459016f},
        {-0.33086183f, 0.21484756f, 0.09509516f},  {-4.63423050f, -5.79910097f, -19.33244096f},
        {6.22826994f, 14.17993337f, 56.69055260f}, {4.77638500f, -13.74514538f, -65.35303263f},
        {-5.43545586f, 4.64585261f, 26.31243525f}};
    float colour[3];
    for (int i = 0; i < 3; ++i) {
        colour[i] = c[6][i];
        for (int k = 5; k >= 0; --k) colour[i] = colour[i] * t + c[k][i];
    }
    return rgb(colour);
}

/// Interpolated between anchors of even lightness steps on both sides.
QRgb blueWhiteOrange(float t)
{
    static constexpr float anchors[7][3] = {{0.031f, 0.227f, 0.478f}, {0.165f, 0.451f, 0.741f},
                                            {0.573f, 0.757f, 0.902f}, {0.969f, 0.969f, 0.969f},
                                            {0.992f, 0.737f, 0.494f}, {0.886f, 0.443f, 0.110f},
                                            {0.510f, 0.204f, 0.016f}};
    const float place = t * 6;
    const int i = std::min(5, int(place));
    const float f = place - float(i);
    float colour[3];
    for (int k = 0; k < 3; ++k) colour[k] = anchors[i][k] * (1 - f) + anchors[i + 1][k] * f;
    return rgb(colour);
}

QRgb lookUp(const std::array<QRgb, steps>& table, float t)
{
    if (std::isnan(t)) return notANumber;
    return table[size_t(std::clamp(t, 0.f, 1.f) * (steps - 1) + 0.5f)];
}

} // namespace

QRgb sequentialColour(float t)
{
    static const auto table = tabulate(viridis);
    return lookUp(table, t);
}

QRgb divergingColour(float t)
{
    static const auto table = tabulate(blueWhiteOrange);
    return lookUp(table, t / 2 + 0.5f);
}

QColor categoryColour(int category)
{
    static const QRgb colours[] = {0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7, 0xff56b4e9,
                                   0xffd55e00, 0xffb8a800, 0xff6a3d9a, 0xff444a55, 0xff8c564b};
    return category < 0 ? QColor(notANumber) : QColor(colours[category % 10]);
}

ColourScale ColourScale::of(std::span<const float> values, bool diverging)
{
    float low = INFINITY, high = -INFINITY;
    for (float value : values)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (low > high) return {diverging ? -1.f : 0.f, 1, diverging};
    if (diverging) {
        const float most = std::max({std::abs(low), std::abs(high), 1e-30f});
        return {-most, most, true};
    }
    return {low, high > low ? high : low + 1, false};
}

static constexpr float decades = 4;

/// -1..1 where it diverges, else 0..1: the share of the scale that a value stands at.
static float placeOf(const ColourScale& scale, float value)
{
    const float most = std::max(std::abs(scale.low), std::abs(scale.high));
    if (!scale.logarithmic || !(most > 0))
        return scale.diverging ? 2 * (value - scale.low) / (scale.high - scale.low) - 1
                               : (value - scale.low) / (scale.high - scale.low);
    const float size = std::abs(value);
    const float share = size > 0 ? std::max(0.f, 1 + std::log10(size / most) / decades) : 0;
    return scale.diverging && value < 0 ? -share : share;
}

QRgb ColourScale::operator()(float value) const
{
    const float place = placeOf(*this, value);
    return diverging ? divergingColour(place) : sequentialColour(place);
}

QRgb ColourScale::colourAt(float share) const
{
    return diverging ? divergingColour(2 * share - 1) : sequentialColour(share);
}

float ColourScale::valueAt(float share) const
{
    if (!logarithmic) return low + share * (high - low);
    const float most = std::max(std::abs(low), std::abs(high));
    const float place = diverging ? 2 * share - 1 : share;
    if (diverging && place == 0) return 0;
    const float size = most * std::pow(10.f, decades * (std::abs(place) - 1));
    return place < 0 ? -size : size;
}

QImage heatMap(std::span<const float> values, int rows, int columns, const ColourScale& scale)
{
    QImage image(columns, rows, QImage::Format_RGB32);
    for (int row = 0; row < rows; ++row) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(row));
        for (int column = 0; column < columns; ++column)
            line[column] = scale(values[size_t(row) * size_t(columns) + size_t(column)]);
    }
    return image;
}

QString shortNumber(double value)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? QStringLiteral("not a number") : QStringLiteral("infinite");
    if (value == std::round(value) && std::abs(value) < 1e6) return QString::number(qint64(value));
    return QString::number(value, 'g', std::abs(value) >= 1000 ? 6 : 4);
}

} // namespace widgets
