// Large diagrams that can be trained: what speed is measured on.
#pragma once

#include "core/diagram/document.h"

namespace core
{

/// The digits through a tower of mixer layers, transformer layers and gated units in turn, each around a
/// residual bypass, with the U-shaped skips of `skips` pairs of layers; close to `blocks` blocks in all.
Document towerDocument(int blocks, int skips = 0);

} // namespace core
