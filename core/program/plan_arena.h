// Places of the arena's buffers by liveness.
#pragma once

#include "core/program/plan.h"

namespace core
{

/// Fills first, last and offset of the arena buffers, and arenaBytes. Results live to the end. The buffers of
/// a chain lie one behind the other.
void layOut(Plan&, const std::vector<std::vector<int>>& chains);

} // namespace core
