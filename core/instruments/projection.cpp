#include "core/instruments/projection.h"

#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/numeric/linear.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

Projection principalComponents(const Matrix& x, int64_t components)
{
    const Matrix centred = numeric::withoutColumnMeans(x);
    const bool wide = x.columns > x.rows;
    const numeric::Eigen parts = numeric::eigen(wide ? numeric::gram(centred) : numeric::innerGram(centred));
    double all = 0;
    for (const double value : parts.values) all += std::max(0.0, value);
    if (!(all > 0)) throw Error{"projection", "is the same for every example", "choose another wire"};
    Projection result{Matrix(x.rows, components), std::vector<double>(size_t(components), 0)};
    const int64_t size = parts.vectors.rows;
    for (int64_t k = 0; k < std::min(components, size); ++k) {
        const int64_t at = size - 1 - k;
        const double length = std::sqrt(std::max(0.0, parts.values[size_t(at)]));
        result.shares[size_t(k)] = length * length / all;
        double largest = 0;
        for (int64_t i = 0; i < x.rows; ++i) {
            double& point = result.points(i, k);
            if (wide) {
                point = parts.vectors(i, at) * length;
            } else {
                for (int64_t j = 0; j < x.columns; ++j) point += centred(i, j) * parts.vectors(j, at);
            }
            if (std::abs(point) > std::abs(largest)) largest = point;
        }
        if (largest < 0)
            for (int64_t i = 0; i < x.rows; ++i) result.points(i, k) *= -1;
    }
    return result;
}

namespace
{

Reading read(const Observation& o)
{
    const Settings settings(projection, o);
    const Dataset& data = o.network.data();
    const auto examples = shownExamples(data, o.example, settings.whole("examples"));
    expectExamples(int64_t(examples.size()), 2, "a projection");
    const int64_t dimensions = settings.whole("dimensions");
    const Projection found = principalComponents(representationOf(o, examples), dimensions);
    PointsReading reading;
    reading.xLabel = "component 1, " + percent(found.shares[0]);
    reading.yLabel = "component 2, " + percent(found.shares[1]);
    if (dimensions > 2)
        reading.xLabel = "components 1 to 3: " + percent(found.shares[0]) + ", " + percent(found.shares[1]) +
                         ", " + percent(found.shares[2]);
    reading.classNames = data.classNames;
    reading.label = hasLabels(data) ? labelsOf(data, examples) : std::vector<int>(examples.size(), -1);
    double most = 0;
    for (int64_t i = 0; i < found.points.rows; ++i) {
        reading.x.push_back(float(found.points(i, 0)));
        reading.y.push_back(float(found.points(i, 1)));
        if (dimensions > 2) reading.z.push_back(float(found.points(i, 2)));
        most = std::max({most, std::abs(found.points(i, 0)), std::abs(found.points(i, 1))});
    }
    reading.xHigh = reading.yHigh = 1.05 * most;
    reading.xLow = reading.yLow = -1.05 * most;
    reading.value.assign(hasLabels(data) ? 0 : examples.size(), 0.0f);
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string& at)
{
    return isWire(data, made, at);
}

} // namespace

const Instrument projection = {
    "projection",
    "Projection",
    "What a wire carries for each example, along its two or three widest directions, coloured by class.",
    Instrument::Needs::Wire,
    read,
    applies,
    "principal components, Pearson 1901",
    {wholeSetting("examples", 500, 2, 4096, "size of the observation batch"),
     wholeSetting("dimensions", 2, 2, 3, "in the plane, or in space")},
    Instrument::Cost::Light,
    Instrument::Sees::Wire};

} // namespace core::instruments
