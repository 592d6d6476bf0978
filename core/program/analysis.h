// What can be counted on a program without running it.
#pragma once

#include "core/program/program.h"

namespace core
{

/// Calls in a formula, equal parts counted once.
int operations(const language::Expression&);
/// Arithmetic of one instruction: 2*M*N*K*batch for a contraction, operations of the tree per element for a
/// formula, one per input element for reductions and sums into places; views and other moves are free.
double flops(const Program&, ValueId);
/// Bytes read and written once, 4 an element; 0 for sources and views.
double bytes(const Program&, ValueId);

/// Which values results and updates depend on.
std::vector<bool> liveValues(const Program&);
/// How often each value is an operand, a result or an update.
std::vector<int> useCounts(const Program&);
/// Last instruction that reads each value; code.size() for results and updates, -1 if nobody reads it.
std::vector<ValueId> lastUses(const Program&);

} // namespace core
