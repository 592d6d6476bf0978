// First values of parameters and states: one function for all backends, so that they start from the same
// bits.
#pragma once

#include "core/program/program.h"

namespace core
{

/// Elements in the memory order of the type of `source` (op parameter or state) from its formula in n
/// (standard normal), u (uniform in -1..1), fan_in, fan_out. A pure function of seed, name and position,
/// whatever else exists.
std::vector<float> initialValues(const Instruction& source, uint64_t seed);

} // namespace core
