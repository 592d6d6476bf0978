// Wires without a mouse, and ways out where one does not fit.
#pragma once

#include "widgets/canvas/view.h"

namespace widgets
{

/// What the selected block could be wired to, nearest first, and the wires that it has, to be cut; chosen by
/// typing.
void openWiring(CanvasView&);

/// What would make the wire fit into the document, to be chosen at a point of the canvas; nothing if there is
/// no way.
void offerFixes(CanvasView&, QPoint at, const core::Document&, const core::Wire&);

} // namespace widgets
