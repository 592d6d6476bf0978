// Where blocks go and how wires run: layered from left to right, deterministic, computed from the diagram
// alone. Method: longest-path layers, dummy nodes for long wires, barycentre ordering, aligned coordinates
// (Sugiyama, Tagawa, Toda 1981).
#pragma once

#include "core/diagram/document.h"

#include <QPointF>
#include <QSizeF>

#include <map>
#include <vector>

namespace widgets
{

/// What the layout needs of a block: its size, and where its ports are relative to its centre.
struct BlockShape {
    QSizeF size;
    std::map<std::string, QPointF> inputs, outputs;
    double room = 0; ///< width needed right of it for the labels of its wires
};

struct Layout {
    std::map<std::string, QPointF> centres;      ///< block id -> centre
    std::vector<std::vector<QPointF>> waypoints; ///< a wire each: points it passes between its ends
};

/// Blocks with a pin have their centre there; the others are where they would be if nothing were pinned, so
/// that moving one does not move the rest. Wires of a cycle count as drawn backwards.
Layout layoutDiagram(const core::Diagram&, const std::map<std::string, BlockShape>&);

} // namespace widgets
