// What must hold of every program: operands before their users, types as the ops say, results and updates in
// order.
#pragma once

#include "core/program/program.h"

namespace core
{

/// Asserts (in every build) with the offending instruction in the message.
void check(const Program&);

} // namespace core
