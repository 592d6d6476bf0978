#include "core/instruments/common.h"
#include "core/instruments/list.h"

namespace core::instruments
{

namespace
{

constexpr int64_t mostTiles = 64, examples = 64, mostRows = 32;

Array oneExample(const Observation& o)
{
    Array values = wireValues(o, o.at, shownExamples(o.network.data(), o.example, 1));
    std::erase_if(values.type.axes, [](const Axis& axis) { return axis.name == "batch"; });
    return values;
}

Reading readActivation(const Observation& o)
{
    const Array values = oneExample(o);
    if (values.type.axes.empty()) return ScalarReading{values.reals().front(), ""};
    if (const ImageAxes image = imageAxes(values.type)) return tilesOf(values, image, mostTiles);
    return matrixOf(values);
}

Reading readActivations(const Observation& o)
{
    Array values = wireValues(o, o.at, shownExamples(o.network.data(), o.example, examples));
    if (!values.type.has("batch")) {
        throw Error{"wire " + o.at, "is one value for the whole batch", "activation shows it"};
    }
    std::vector<std::string> order{"batch"};
    for (const Axis& axis : values.type.axes) {
        if (axis.name != "batch") order.push_back(axis.name);
    }
    values = inOrder(values, order);
    const int64_t rows = values.type.axes.front().size;
    std::string units;
    for (size_t i = 1; i < order.size(); ++i) units += (i > 1 ? ", " : "") + order[i];
    values.type.axes = {{"example", rows}, {units, values.count() / rows}};
    return matrixOf(values, mostRows);
}

bool appliesToOne(const Dataset&, const Elaboration& elaboration, const std::string& wire)
{
    return carriesReals(elaboration, wire);
}

bool appliesToMany(const Dataset&, const Elaboration& elaboration, const std::string& wire)
{
    return carriesReals(elaboration, wire) &&
           elaboration.program.type(elaboration.wires.at(wire)).has("batch");
}

} // namespace

const Instrument activation = {
    "activation",
    "Activation",
    "What a wire carries for one example: pictures along row and column, else a heat map.",
    Instrument::Needs::Wire,
    readActivation,
    appliesToOne,
    {},
    {},
    Instrument::Cost::Light,
    Instrument::Sees::Wire};

const Instrument activations = {"activations",
                                "Activations of many",
                                "What a wire carries for 32 examples: one row an example, one column a unit.",
                                Instrument::Needs::Wire,
                                readActivations,
                                appliesToMany,
                                {},
                                {},
                                Instrument::Cost::Light,
                                Instrument::Sees::Wire};

} // namespace core::instruments
