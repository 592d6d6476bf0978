#include "core/instruments/representation.h"

#include "core/instruments/derivatives.h"
#include "core/instruments/wires.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

namespace
{

numeric::Matrix matrixOfWire(const Array& values, const std::string& wire)
{
    if (values.type.element != Element::Real)
        throw Error{"wire " + wire, "carries whole numbers", "choose a wire behind the embedding"};
    if (!values.type.has("batch"))
        throw Error{"wire " + wire, "is one value for the whole batch", "choose one with a value an example"};
    numeric::Matrix x = numeric::rowsAlong(values, "batch");
    expectFinite(x, "wire " + wire);
    return x;
}

} // namespace

Representations representationsOf(const Observation& o, int64_t count, int64_t least)
{
    Representations all;
    all.examples = shownExamples(o.network.data(), o.example, count);
    expectExamples(int64_t(all.examples.size()), least, "this measure");
    all.wires = wiresOf(o.network.elaboration(int64_t(all.examples.size())), o.at);
    const Arrays values = valuesOf(o.network, o.now, all.wires, all.examples);
    for (const std::string& wire : all.wires) all.x.push_back(matrixOfWire(values.at(wire), wire));
    return all;
}

numeric::Matrix representationOf(const Observation& o, std::span<const int64_t> examples)
{
    return matrixOfWire(valuesOf(o.network, o.now, {o.at}, examples).at(o.at), o.at);
}

void expectFinite(const numeric::Matrix& x, const std::string& where)
{
    const auto bad =
        std::find_if_not(x.values.begin(), x.values.end(), [](double v) { return std::isfinite(v); });
    if (bad == x.values.end()) return;
    const int64_t at = bad - x.values.begin();
    throw Error{where,
                std::string(std::isnan(*bad) ? "is nan" : "is infinite") + " for example " +
                    std::to_string(at / x.columns) + ", unit " + std::to_string(at % x.columns),
                "look for the first wire that is not finite, or go back to an earlier checkpoint"};
}

void expectExamples(int64_t count, int64_t least, const std::string& definition)
{
    if (count >= least) return;
    throw Error{"observation batch",
                "has " + std::to_string(count) + " examples, " + definition + " needs at least " +
                    std::to_string(least),
                "raise the setting examples, or choose more data"};
}

void expectValueAnExample(const Elaboration& made, const std::vector<std::string>& wires)
{
    for (const std::string& wire : wires)
        if (!made.program.type(wireNamed(made, wire)).has("batch"))
            throw Error{"wire " + wire, "is one value for the whole batch",
                        "choose one with a value an example"};
}

std::vector<int> labelsOf(const Dataset& data, std::span<const int64_t> examples)
{
    if (!hasLabels(data))
        throw Error{"data " + data.name, "has no class for each example", "choose a classification task"};
    const Array y = targetsOf(data, examples);
    std::vector<int> labels;
    for (size_t i = 0; i < examples.size(); ++i)
        labels.push_back(y.type.element == Element::Integer ? y.integers()[i] : int(y.reals()[i] > 0));
    return labels;
}

bool hasLabels(const Dataset& data)
{
    return (data.task == Task::Classification || data.signs()) && data.signature(1).y.count() == 1;
}

bool carriesExamples(const Elaboration& made, const std::string& wire)
{
    try {
        const Type& type = made.program.type(wireNamed(made, wire));
        return type.element == Element::Real && type.has("batch");
    } catch (const Error&) {
        return false;
    }
}

bool hasWires(const Dataset&, const Elaboration& made, const std::string& at)
{
    try {
        const std::vector<std::string> wires = wiresOf(made, at);
        return std::all_of(wires.begin(), wires.end(),
                           [&](const std::string& wire) { return carriesExamples(made, wire); });
    } catch (const Error&) {
        return false;
    }
}

bool isWire(const Dataset&, const Elaboration& made, const std::string& at)
{
    return carriesExamples(made, at);
}

} // namespace core::instruments
