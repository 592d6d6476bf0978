// Small symbols for buttons, drawn rather than loaded: crisp at every scale, in the colours of the theme.
#pragma once

#include <QColor>
#include <QIcon>

namespace widgets
{

enum class Symbol : uint8_t { Play, Pause, Step, Reset, Fit, Pin, Close, Undo, Redo };

QIcon symbolIcon(Symbol, const QColor&, int size = 18);

} // namespace widgets
