// The curves of a wire's axes: exact parallels through high bends, so that lanes keep their distance, and one
// gentle curve for all of them through low ones. The canvas and every export draw these.
#pragma once

#include "core/picture/layout.h"

namespace core::picture
{

/// The curve of one lane. `offset`: below (positive) the middle of the bundle; `half`: from the middle of the
/// bundle to its outermost lane.
Path lanePath(const WireRun&, double offset, double half);

/// All lanes, from top to bottom.
std::vector<Path> lanePaths(const WireRun&, int lanes);

/// The outline of the whole bundle, `margin` wider than its lanes on each side: where it can be taken hold
/// of.
Path bundleOutline(const WireRun&, int lanes, double margin);

/// The point at a share (0..1) of the way along the middle of the bundle.
Point pointAlong(const WireRun&, double share);

} // namespace core::picture
