// What one run of a plan costs, counted from its kernels.
#pragma once

#include "core/program/plan.h"

namespace core
{

/// Adds to the plan's flops and bytes.
void countWork(Plan&);

} // namespace core
