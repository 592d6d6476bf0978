// Where blocks stand, changed by hand.
#pragma once

#include "widgets/canvas/scene.h"

namespace widgets
{

/// Pins blocks, at whole numbers, as one step. Steps with equal `merge` keys that follow each other are one.
void placeBlocks(Lab&, const QString& text, const std::map<std::string, QPointF>& places,
                 const QString& merge = {});
/// Presses of arrow keys that follow each other are one step.
void nudgeSelected(Lab&, const DiagramScene&, QPointF by);

enum class Line : uint8_t { Left, Centre, Right, Top, Middle, Bottom };
void alignSelected(Lab&, const DiagramScene&, Line);
/// Equal distances between the middles of the first and the last.
void distributeSelected(Lab&, const DiagramScene&, Qt::Orientation);
/// Lets the layout place them; all blocks if none is selected.
void unpinSelected(Lab&);

/// The block a step along a wire leads to; of several the one whose middle is nearest. "" if there is none.
std::string alongWire(const Lab&, const DiagramScene&, const std::string& block, bool forwards);
/// The next block in reading order; "" past the ends.
std::string nextInOrder(const Lab&, const DiagramScene&, bool forwards);

} // namespace widgets
