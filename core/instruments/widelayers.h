// The infinitely wide network that a diagram is a sample of.
#pragma once

#include "core/diagram/elaborate.h"
#include "core/instruments/limit.h"

namespace core::instruments
{

/// Layers from the data to a wire, from the initial formulas of its weights and the formulas of its
/// nonlinearities. Error where the way is no chain of linear maps and formulas: it names the block.
std::vector<WideLayer> wideLayersTo(const Elaboration&, const std::string& wire);

} // namespace core::instruments
