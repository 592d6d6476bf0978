// The brackets of a recurrence: an array comes in whole and is there position by position, states go out on
// the right and come in again on the left. Private to core/picture.
#pragma once

#include "core/picture/drawing.h"

namespace core::picture
{

inline constexpr double walkedSide = 60;  ///< from the frame of an opened recurrence to what is inside
inline constexpr double walkedReach = 50; ///< from the frame to the brackets

Lanes withoutAxis(Lanes, const std::string& axis);
/// The lanes of the type with all of its axes, those inside in their order there.
Lanes withAxis(const Lanes& inside, const Lanes& all, const std::string& axis);

/// Wires between the edge of the frame and the bracket. That of the axis which is walked along ends, or
/// begins, before it. `top`: heights of the first lanes.
void addCrossing(Marks&, const Lanes& outside, double outsideTop, const Lanes& inside, double insideTop,
                 double edge, double bracket);
/// A state on one side, with its name at the bracket; `end` is where the inside takes it over.
void addState(Marks&, const std::string& name, const Lanes&, double top, double bracket, double end);
/// Brackets that say what is walked along.
void addWalkedBrackets(Marks&, const Rect&, const std::string& axis, bool reverse);

} // namespace core::picture
