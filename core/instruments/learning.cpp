#include "core/instruments/learning.h"

#include "core/data/dataset.h"
#include "core/diagram/elaborate.h"
#include "core/instruments/network.h"
#include "core/instruments/settings.h"

namespace core::instruments
{

bool learns(const Dataset& data, const Elaboration& made, const std::string&)
{
    return !data.train.empty() && made.trainable();
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
