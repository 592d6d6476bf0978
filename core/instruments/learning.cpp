#include "core/instruments/learning.h"

#include "core/data/dataset.h"
#include "core/diagram/elaborate.h"
#include "core/instruments/network.h"
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
