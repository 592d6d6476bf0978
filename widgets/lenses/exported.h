// What the person watches of wires, as pictures for an export.
#pragma once

#include "core/picture/lens.h"
#include "widgets/theme.h"

namespace widgets
{

class CanvasView;

/// The pictures on the canvas, where they stand there; then what is newest of other readings of wires, for a
/// row above. In the colours of a theme.
std::vector<core::picture::Lens> exportedLenses(const CanvasView&, const Theme&);

} // namespace widgets
