// Where results stay after a run, and how states get their new values.
#pragma once

#include "core/program/plan.h"
#include "core/program/plan_locations.h"

namespace core
{

PlanKernel copyKernel(PlanOperand from, PlanOperand to, const std::vector<Axis>& axes);

/// Results and updates of plan.program: in place where that is safe, else by copies. `buffers`: where values
/// lie, by base.
void storeResults(Plan&, const std::vector<Location>&, const std::vector<int>& buffers);

} // namespace core
