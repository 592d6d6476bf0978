// Kernels that do the same to neighbouring arrays, as the updates of all parameters, become one.
#pragma once

#include "core/backend/cpu/rows.h"

namespace core::cpu
{

/// Names of the states that kernels next to each other treat alike, in the order that lets them be merged.
std::vector<std::string> statesTogether(const Plan&);

/// Kernels next to each other whose operands lie one behind the other become one kernel.
void mergeAlike(Plan&, const Storage&);

} // namespace core::cpu
