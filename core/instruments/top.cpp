// What a unit looks for: the examples that move it most.
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace core::instruments
{

namespace
{

/// The largest value of the unit over its places (row, column, token), for each example.
std::vector<double> strengths(const Array& values, int64_t unit, const std::string& wire)
{
    std::string axis;
    for (const Axis& one : values.type.axes)
        if (one.name != "batch" && axis != "channel") axis = one.name;
    const int64_t units = values.type.size(axis);
    if (axis.empty() ? unit != 0 : unit >= units)
        throw Error{"wire " + wire, "has no unit " + std::to_string(unit),
                    "units go from 0 to " + std::to_string(units - 1)};
    const std::vector<int64_t> strides = values.type.strides();
    const int64_t batch = strides[size_t(values.type.find("batch"))], examples = values.type.size("batch");
    const int64_t along = axis.empty() ? 1 : strides[size_t(values.type.find(axis))];
    std::vector<double> most(size_t(examples), -INFINITY);
    for (int64_t i = 0; i < values.count(); ++i) {
        if (!axis.empty() && i / along % units != unit) continue;
        double& best = most[size_t(i / batch % examples)];
        best = std::max(best, double(values.reals()[size_t(i)]));
    }
    return most;
}

Reading read(const Observation& o)
{
    const Settings settings(topExamples, o);
    const Dataset& data = o.network.data();
    const auto examples = shownExamples(data, o.example, settings.whole("examples"));
    const Array values = wireValues(o, o.at, examples);
    if (!values.type.has("batch"))
        throw Error{"wire " + o.at, "is one value for the whole batch", "choose one with a value an example"};
    const std::vector<double> strength = strengths(values, settings.whole("unit"), o.at);
    std::vector<size_t> order(examples.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return strength[a] > strength[b]; });
    order.resize(std::min(order.size(), size_t(settings.whole("count"))));
    std::vector<int64_t> chosen;
    for (const size_t i : order) chosen.push_back(examples[i]);
    Array x = inputsOf(data, chosen);
    if (x.type.element == Element::Real) {
        const size_t features = size_t(x.count()) / chosen.size();
        for (size_t i = 0; i < chosen.size(); ++i)
            data.normalisation.undo(std::span(x.reals()).subspan(i * features, features));
        if (const ImageAxes image = imageAxes(x.type)) {
            ImageReading reading = tilesOf(x, image, int64_t(chosen.size()));
            for (size_t i = 0; i < reading.tiles.size(); ++i)
                reading.tiles[i].caption = number(strength[order[i]]);
            return reading;
        }
    }
    TableReading table;
    table.columns = {"example", "value"};
    for (size_t i = 0; i < chosen.size(); ++i)
        table.rows.push_back({std::to_string(chosen[i]), number(strength[order[i]])});
    return table;
}

} // namespace

const Instrument topExamples = {
    "top_examples",
    "Top examples",
    "The examples for which a unit of a wire is largest, the largest first.",
    Instrument::Needs::Wire,
    read,
    isWire,
    "",
    {wholeSetting("unit", 0, 0, 1 << 20, "which unit: along channel, else the last axis"),
     wholeSetting("count", 20, 1, 100, "how many examples to show"),
     wholeSetting("examples", 500, 1, 8192, "examples that are searched")},
    Instrument::Cost::Light,
    Instrument::Sees::Wire};

} // namespace core::instruments
