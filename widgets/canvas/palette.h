// Lists over the canvas that are searched by typing: blocks to add, things to find.
#pragma once

#include "widgets/canvas/view.h"

namespace widgets
{

/// What a block that is chosen is connected to, and where it stands.
struct PaletteWish {
    std::optional<QPointF> place;   ///< none: where the layout puts it, behind the selected block
    std::optional<PortHit> loose;   ///< the end of a wire that was dropped on nothing
    std::optional<core::Wire> wire; ///< it goes between the ends of this one
};
void openPalette(CanvasView&, QPoint at, const PaletteWish&);

/// Blocks by name, kind and setting; axes; problems.
void openFind(CanvasView&);

} // namespace widgets
