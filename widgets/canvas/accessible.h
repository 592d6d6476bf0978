// The canvas for screen readers: a child for each block.
#pragma once

namespace widgets
{

/// Once in a program, before the first canvas is asked for.
void installCanvasAccessibility();

} // namespace widgets
