// A diagram as a Python module for PyTorch, to be read and run: what is learned in __init__, what is computed
// in forward, the axes of every array beside it.
#pragma once

#include "core/diagram/elaborate.h"

namespace core
{

/// `class Net(nn.Module)` with `forward(x)`, which gives logits or predictions, and `loss(x, y)`; blocks with
/// parameters are torch's layers where their shapes say so, else classes of their own. `from_lab(tensors)`
/// makes a state for load_state_dict of tensors that the lab saved. The same document gives the same text.
/// Throws the first error of the diagram.
std::string pytorchOf(const Document&, const BlockLibrary&, const DataSignature&);

} // namespace core
