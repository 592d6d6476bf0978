#include "core/instruments/common.h"
#include "core/instruments/list.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

constexpr int side = 60;
constexpr int64_t mostPoints = 1000;
constexpr float margin = 0.08f;

struct Box {
    float xLow = 0, xHigh = 0, yLow = 0, yHigh = 0;
};

Box boxOf(const std::vector<float>& points)
{
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

/// Cell centres, the highest row first.
Array gridOf(const Box& box, const Type& x)
{
    std::vector<float> points;
    for (int row = 0; row < side; ++row) {
        for (int column = 0; column < side; ++column) {
            points.push_back(box.xLow + (box.xHigh - box.xLow) * (float(column) + 0.5f) / side);
            points.push_back(box.yHigh - (box.yHigh - box.yLow) * (float(row) + 0.5f) / side);
        }
    }
    return Array::real({{"batch", side * side}, x.axes[1]}, std::move(points));
}

void addField(PointsReading& reading, const Array& output, int64_t classes)
{
    const int64_t width = output.count() / (side * side);
    reading.fieldWidth = reading.fieldHeight = side;
    if (classes <= 1 || width < 2) {
        for (int64_t i = 0; i < side * side; ++i) {
            reading.field.push_back(std::clamp(output.reals()[size_t(i * width)], -1.0f, 1.0f));
        }
        return;
    }
    reading.classes = int(classes);
    for (int64_t i = 0; i < side * side; ++i) {
        const float* row = output.reals().data() + i * width;
        const auto best = std::max_element(row, row + width);
        reading.field.push_back(float(best - row) + std::min(*best, 0.999f));
    }
}

void addPoints(PointsReading& reading, const Dataset& data, std::span<const int64_t> examples)
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
}

Reading read(Run& run, const std::string&, int64_t)
{
    const Dataset& data = run.data();
    const Type x = data.signature(1).x;
    if (x.element != Element::Real || x.axes.size() != 2 || x.axes[1].size != 2) {
        throw Error{"decision boundary", "the data has " + std::to_string(x.count()) + " features, not two",
                    "choose data in the plane, or look at predictions"};
    }
    std::vector<int64_t> shown = data.train;
    shown.insert(shown.end(), data.test.begin(), data.test.end());
    if (int64_t(shown.size()) > mostPoints) shown.resize(size_t(mostPoints));

    const Box box = boxOf(inputsOf(data, shown).reals());
    PointsReading reading;
    addField(reading, run.predict(gridOf(box, x)), data.classes());
    addPoints(reading, data, shown);
    std::array<float, 2> low{box.xLow, box.yLow}, high{box.xHigh, box.yHigh};
    data.normalisation.undo(low);
    data.normalisation.undo(high);
    reading.xLow = double(low[0]), reading.yLow = double(low[1]);
    reading.xHigh = double(high[0]), reading.yHigh = double(high[1]);
    reading.classNames = data.classNames;
    return reading;
}

} // namespace

const Instrument decisionBoundary = {
    "decision_boundary", "Decision boundary",
    "Data in the plane over what the network answers everywhere: for data with two features.",
    Instrument::Needs::Nothing, read};

} // namespace core::instruments
