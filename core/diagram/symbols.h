// The sizes that a diagram can name. Private to core/diagram.
#pragma once

#include "core/diagram/elaborate.h"
#include "core/diagram/size.h"

namespace core::diagram
{

/// Those that every document has (batch, classes, vocabulary) and the diagram's own.
std::map<std::string, Size> symbolsOf(const Diagram&, const DataSignature&, Errors&);

} // namespace core::diagram
