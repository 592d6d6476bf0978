// Recurrence: the plan of a body, run position after position.
#pragma once

#include "core/backend/cpu/kernels.h"

namespace core::cpu
{

std::unique_ptr<Kernel> makeScan(const PlanKernel&, const Storage&, int threads);

} // namespace core::cpu
