// What an inside looks like where it multiplies by parameters: one linear block each.
#pragma once

#include "core/diagram/text.h"

namespace core
{

/// As insideOf, but a contraction with a parameter that nothing else reads is a block `linear`, with the
/// renaming and the bias that follow it. For pictures: the names of the parameters are not those of the
/// block. The inside of `linear` itself stays as it is written.
Inside drawnInsideOf(const Block&, const Diagram& around, const BlockLibrary&, const Elaboration* = nullptr);

} // namespace core
