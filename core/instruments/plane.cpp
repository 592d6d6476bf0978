#include "core/instruments/plane.h"

#include "core/instruments/common.h"

#include <algorithm>
#include <array>

namespace core::instruments
{

namespace
{

constexpr float margin = 0.08f;

} // namespace

bool inPlane(const Dataset& data)
{
    const Type x = data.signature(1).x;
    return x.element == Element::Real && x.axes.size() == 2 && x.axes[1].size == 2;
}

Box boxAround(const Dataset& data, std::span<const int64_t> examples)
{
    const Array x = inputsOf(data, examples);
    const std::vector<float>& points = x.reals();
    Box box{points[0], points[0], points[1], points[1]};
    for (size_t i = 0; i + 1 < points.size(); i += 2) {
        box.xLow = std::min(box.xLow, points[i]);
        box.xHigh = std::max(box.xHigh, points[i]);
        box.yLow = std::min(box.yLow, points[i + 1]);
        box.yHigh = std::max(box.yHigh, points[i + 1]);
    }
    const float dx = margin * (box.xHigh - box.xLow), dy = margin * (box.yHigh - box.yLow);
    return {box.xLow - dx, box.xHigh + dx, box.yLow - dy, box.yHigh + dy};
}

void addPoints(PointsReading& reading, const Dataset& data, std::span<const int64_t> examples, const Box& box)
{
    const Array x = inputsOf(data, examples), y = targetsOf(data, examples);
    for (size_t i = 0; i < examples.size(); ++i) {
        std::array<float, 2> point{x.reals()[2 * i], x.reals()[2 * i + 1]};
        data.normalisation.undo(point);
        reading.x.push_back(point[0]);
        reading.y.push_back(point[1]);
        if (y.type.element == Element::Integer) {
            reading.label.push_back(y.integers()[i]);
        } else if (data.signs()) {
            reading.label.push_back(y.reals()[i] > 0 ? 1 : 0);
        } else {
            reading.label.push_back(-1);
            reading.value.push_back(y.reals()[i * size_t(y.count()) / examples.size()]);
        }
    }
    std::array<float, 2> low{box.xLow, box.yLow}, high{box.xHigh, box.yHigh};
    data.normalisation.undo(low);
    data.normalisation.undo(high);
    reading.xLow = double(low[0]), reading.yLow = double(low[1]);
    reading.xHigh = double(high[0]), reading.yHigh = double(high[1]);
    reading.classNames = data.classNames;
}

} // namespace core::instruments
