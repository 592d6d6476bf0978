// Kernels that do the same to neighbouring arrays, as the updates of all parameters, become one.
#pragma once

#include "core/program/plan.h"

#include <span>

namespace core
{

/// Names of the states that kernels next to each other treat alike, in the order that lets them be merged.
std::vector<std::string> statesTogether(const Plan&);

/// Kernels next to each other whose operands lie one behind the other become one kernel, over no more than
/// that many bytes of an array. Addresses of the plan's buffers are in bytes; each array is padded to 64.
void mergeAlike(Plan&, std::span<const int64_t> addresses, int64_t mostBytes = INT64_MAX);

} // namespace core
