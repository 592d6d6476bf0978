// Costs of blocks, counted over the elaborated program. Private to core/diagram.
#pragma once

#include "core/diagram/term.h"

namespace core::diagram
{

/// By block id; what bodies inside a block cost counts for it. FLOPs: 2 M N K for a contraction, one an
/// element and call for a formula, one an element read for a reduction, none for what only moves data. Bytes:
/// 4 for each element of every value that is computed rather than re-read.
std::map<std::string, BlockCost> costsOf(const Program&, const Evaluator&);

} // namespace core::diagram
