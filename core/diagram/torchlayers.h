// Blocks that PyTorch has a layer for. Private to core/diagram.
#pragma once

#include "core/diagram/torchscope.h"

namespace core::diagram
{

/// Writes the block as one layer, or a call of one function, if its instructions are such a one and its
/// shapes allow it. Else writes nothing and returns false.
bool writeLayer(TorchScope&, const Part&);

} // namespace core::diagram
