// Panels: the docks around the canvas. Each knows the lab and no other panel; the window knows only this
// list.
#pragma once

#include <QWidget>

#include <span>

namespace widgets
{

class Lab;

struct PanelDeclaration {
    const char *name, *title;
    Qt::DockWidgetArea area;
    int width;    ///< wanted, in pixels when the body text has 13; 0: what is left
    double share; ///< of the window's height; 0: what is left
    QWidget* (*make)(Lab&, QWidget* parent);
    const char* beside = nullptr; ///< the panel that it stands to the right of; closed at first
    const char* key = nullptr;    ///< opens and closes it
};

/// In the order in which they are docked.
std::span<const PanelDeclaration> allPanels();

} // namespace widgets
