// What the canvas can do by name.
#pragma once

namespace widgets
{

class CanvasView;
class Commands;

void addCanvasCommands(Commands&, CanvasView&);
void addBlockCommands(Commands&, CanvasView&);
/// Axes of the selected wires, else of all.
void chooseAxisToRename(CanvasView&);

} // namespace widgets
