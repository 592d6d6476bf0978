// What instruments share that look at a network as it learns.
#pragma once

#include "core/instruments/instrument.h"
#include "core/instruments/network.h"

namespace core::instruments
{

/// An Instrument::applies: there are examples to learn from and parameters that may learn.
bool learns(const Dataset&, const Elaboration&, const std::string& at);
/// The same, and the loss depends on every wire that `at` names.
bool hasGradients(const Dataset&, const Elaboration&, const std::string& at);

/// The setting "examples": how many training examples the loss is that of.
ParameterDeclaration lossExamples();
/// An instrument's own settings, and that one.
std::vector<ParameterDeclaration> lossSettings(std::vector<ParameterDeclaration> own = {});

/// What the wires that are asked for carry, and the gradients there, of the mean loss of that many training
/// examples.
struct BothWays {
    std::vector<std::string> wires; ///< in the order of computation
    Arrays values, gradients;       ///< by wire
    int64_t examples = 0;
};
BothWays bothWays(const Observation&, int64_t examples);

/// The network before its first step, moments of its history that grow in step, now. Of a history of more
/// than `most` moments at most so many, evenly.
std::vector<Moment> momentsOf(const Observation&, size_t most);

} // namespace core::instruments
