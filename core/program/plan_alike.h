// Kernels that do the same to different arrays, as the updates of all parameters: side by side in time and in
// memory, a backend can run them as one.
#pragma once

#include "core/program/plan.h"

namespace core
{

/// Reads first, then writes.
const PlanOperand& operand(const PlanKernel&, size_t i);

/// For each operand, reads first: does it differ (1: a whole array of each kernel) or is it the same single
/// value (0)? Empty if the kernels are not alike: formulas of elements, equal but for these arrays.
std::vector<char> alike(const Plan&, const PlanKernel& a, const PlanKernel& b);

/// Moves kernels that update states and are alike next to each other, to the last of them. Returns lists of
/// arena buffers that should lie one behind the other.
std::vector<std::vector<int>> gatherAlike(Plan&);

} // namespace core
