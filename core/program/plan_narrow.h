// Arrays between kernels in half the memory.
#pragma once

#include "core/program/plan.h"

namespace core
{

/// Arrays of the arena that only hand real values from one kernel to the next are kept as that precision
/// says; the arena is laid out anew. In full stay results, what states are updated with, what a recurrence
/// touches, and what is small.
void keepNarrow(Plan&, Precision);

} // namespace core
