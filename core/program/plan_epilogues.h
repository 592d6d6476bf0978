// Formulas that a contraction applies to its result while that is still in cache: bias and activation, the
// derivative of an activation, the update of a large parameter.
#pragma once

#include "core/program/plan_groups.h"

namespace core
{

/// Moves formulas from groups of rows to the group of the contraction whose result they read element for
/// element, unless they wait for something that comes after it. Groups that lose all members disappear.
void intoContractions(const Program&, Groups&);

} // namespace core
