// A block applied position after position, what it says at one going into the next. Private to core/diagram.
#pragma once

#include "core/diagram/term.h"

namespace core::diagram
{

/// recurrence(of, over, x, reverse): inputs of the block that are optional and have the name of an output are
/// its state, zero to begin with. The first such output at every position of `over`.
Value recurrence(Arguments&);

/// Which outputs of a block go back into which of its inputs, by their place among the outputs.
std::vector<size_t> carriedOutputs(const BlockDeclaration&);

} // namespace core::diagram
