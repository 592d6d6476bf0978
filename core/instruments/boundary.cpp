#include "core/instruments/common.h"
#include "core/instruments/list.h"
#include "core/instruments/plane.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

constexpr int side = 60;
constexpr int64_t mostPoints = 1000;

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

Reading read(const Observation& o)
{
    const Dataset& data = o.network.data();
    const Type x = data.signature(1).x;
    if (!inPlane(data)) {
        throw Error{"decision boundary", "the data has " + std::to_string(x.count()) + " features, not two",
                    "choose data in the plane, or look at predictions"};
    }
    std::vector<int64_t> shown = data.train;
    shown.insert(shown.end(), data.test.begin(), data.test.end());
    if (int64_t(shown.size()) > mostPoints) shown.resize(size_t(mostPoints));

    const Box box = boxAround(data, shown);
    PointsReading reading;
    addField(reading, o.network.predict(o.now, gridOf(box, x)), data.classes());
    addPoints(reading, data, shown, box);
    return reading;
}

bool applies(const Dataset& data, const Elaboration& elaboration, const std::string&)
{
    return inPlane(data) && answers(elaboration);
}

} // namespace

const Instrument decisionBoundary = {
    "decision_boundary",
    "Decision boundary",
    "Data in the plane over what the network answers everywhere: for data with two features.",
    Instrument::Needs::Nothing,
    read,
    applies};

} // namespace core::instruments
