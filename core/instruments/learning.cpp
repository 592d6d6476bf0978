#include "core/instruments/learning.h"

#include "core/data/dataset.h"
#include "core/diagram/elaborate.h"
#include "core/instruments/classifier.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/wires.h"

namespace core::instruments
{

bool learns(const Dataset& data, const Elaboration& made, const std::string&)
{
    return !data.train.empty() && made.trainable();
}

bool hasGradients(const Dataset& data, const Elaboration& made, const std::string& at)
{
    if (!learns(data, made, at) || !hasWires(data, made, at)) return false;
    ValueId loss = -1;
    for (const Result& result : made.program.results)
        if (result.name == "loss") loss = result.value;
    for (const std::string& wire : wiresOf(made, at))
        if (!dependsOn(made.program, loss, wireNamed(made, wire))) return false;
    return true;
}

ParameterDeclaration lossExamples()
{
    return wholeSetting("examples", 256, 1, 100000, "training examples of the loss");
}

std::vector<ParameterDeclaration> lossSettings(std::vector<ParameterDeclaration> own)
{
    own.push_back(lossExamples());
    return own;
}

BothWays bothWays(const Observation& o, int64_t count)
{
    const auto examples = trainingExamples(o.network.data(), count);
    const auto found = int64_t(examples.size());
    expectExamples(found, 1, "a gradient");
    const Elaboration& made = o.network.elaboration(found);
    const std::vector<std::string> wires = wiresOf(made, o.at);
    expectValueAnExample(made, wires);
    return {wires, valuesOf(o.network, o.now, wires, examples),
            gradientsOf(o.network, o.now, wires, examples), found};
}

std::vector<Moment> momentsOf(const Observation& o, size_t most)
{
    std::vector<Moment> moments{o.network.initial()};
    const size_t every = o.history.size() <= most ? 1 : o.history.size() / most + 1;
    for (size_t i = 0; i < o.history.size(); i += every)
        if (o.history[i].step > moments.back().step) moments.push_back(o.history[i]);
    if (o.now.step > moments.back().step) moments.push_back(o.now);
    return moments;
}

} // namespace core::instruments
