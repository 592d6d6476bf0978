// The programs of a run, made from its diagram: train, evaluate, observe.
#pragma once

#include "core/diagram/elaborate.h"

namespace core
{

/// Elaborates; throws the first error, or one that says that there is no loss.
Elaboration elaborateForTraining(const Diagram&, const BlockLibrary&, const DataSignature&, Phase);

/// Loss, its gradient by every parameter that it depends on, clipping, the optimiser, updates of statistics.
/// Inputs beside those of the elaboration: "rate" and "t" (step + 1), real scalars. Result: "loss".
/// A loss (or, with clipping, a gradient norm) that is not finite makes the result NaN, and the same
/// comparison selects the old value in every update; an element whose own new value is not finite keeps the
/// old one, too. One select an element, no copy of the parameters, no second pass.
Program trainingProgram(const Elaboration&, const TrainChoice&);

/// Results are the gradients of the loss, each by the name of its parameter.
Program gradientProgram(const Elaboration&);

/// Results "loss" and "output": logits or predictions, the axes of the targets first, in their order. Either
/// is left out on request, with the inputs that only it needs.
enum class Outputs : uint8_t { LossAndOutput, OutputOnly };
Program evaluationProgram(const Elaboration&, const DataSignature&, Outputs);

/// Results are the named wires. Error if there is none of a name.
Program observationProgram(const Elaboration&, const std::vector<std::string>& wires);

/// Names of the parameters that the elaborated diagram has.
std::vector<std::string> parameterNamesOf(const Program&);

} // namespace core
