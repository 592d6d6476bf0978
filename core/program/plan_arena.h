// Places of the arena's buffers by liveness.
#pragma once

#include "core/program/plan.h"

namespace core
{

/// Fills first, last and offset of the arena buffers, and arenaBytes. Results live to the end.
void layOut(Plan&);

} // namespace core
