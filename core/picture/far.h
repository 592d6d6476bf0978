// Blocks when the picture is seen from afar: a box with a title that can still be read, as large as its
// neighbours leave room; small symbols stay as they are.
#pragma once

#include "core/picture/cell.h"

namespace core::picture
{

/// The room around every body that no other one takes, in the same coordinates.
std::vector<Rect> farRooms(std::span<const Rect> bodies);

/// What stands for a cell, around its centre (0, 0). An opened one shows what is in it.
Marks farMarks(const Cell&, const Rect& room);

/// The title of an opened block, at the upper left of its frame: as large as what is drawn there leaves room,
/// cut where even the smallest is too long. The marks are those of the whole block.
void addFrameTitle(Marks&, const Runs& title, const Rect& frame);

} // namespace core::picture
