// The layered graph within the layout: blocks, and the places where long wires pass layers. Private to
// core/picture.
#pragma once

#include "core/picture/layout.h"

#include <map>
#include <span>

namespace core::picture
{

inline constexpr double rowGap = 30;     ///< between blocks of one column
inline constexpr double leastGap = 40;   ///< between columns
inline constexpr double bendRadius = 10; ///< of the innermost lane

/// From the middle of a bundle to its outermost lane.
inline double halfSpan(int lanes) { return lanes > 1 ? (lanes - 1) * lanePitch / 2 : 0; }

struct LayerNode {
    int block = -1; ///< -1: a trunk passes here
    int layer = 0, rank = 0;
    double above = 0, below = 0; ///< extent from the centre
    double y = 0;
    int lanes = 1;                          ///< of the trunk
    std::span<const int> in = {}, out = {}; ///< edges
    std::optional<double> before = {};      ///< its height in the picture before
};

/// Between nodes of neighbouring layers.
struct LayerEdge {
    int from, to;
    double fromOffset, toOffset; ///< of the ports from the centres
    int lanes;
};

struct LayeredGraph {
    std::vector<LayerNode> nodes;
    std::vector<LayerEdge> edges;
    std::vector<std::vector<int>> layers; ///< nodes from top to bottom
    std::vector<std::vector<int>> paths;  ///< edges of every wire of the part; empty: against the layers
    std::vector<int> ins, outs;           ///< what the nodes' edges lie in

    LayeredGraph() = default;
    LayeredGraph(LayeredGraph&&) = default; // moved, nodes still see their edges; a copy would not
    void number(int layer);
};

/// A part of the diagram that hangs together.
struct LayoutPart {
    std::vector<int> blocks, wires;
};

/// Layer of every block; wires that would close a cycle are ignored. Short wires: a block stands as far right
/// as makes its wires shortest.
std::vector<int> layersOf(const LayoutGraph&, const LayoutPart&);
LayeredGraph layered(const LayoutGraph&, const LayoutPart&);
/// Tells the nodes where they were; those that are new, where what they are wired to was.
void recall(LayeredGraph&, const LayoutPart&, const Precedent&);

/// Orders every layer, or keeps the order that nodes remember; the result is the number of axes that cross.
/// Where a layer has one node, what is left and what is right of it are ordered each by itself, so that an
/// edit of one leaves the other as it was.
int64_t orderLayers(LayeredGraph&, const std::stop_token&);

/// Heights of all nodes, given their order.
void placeRows(LayeredGraph&, const std::stop_token&);

/// Left edges of the columns and where edges bend, given the heights.
struct Columns {
    std::vector<double> left, width, room;
    std::vector<double> bends; ///< an edge each: where it changes its height
    double end = 0;
};
Columns placeColumns(const LayeredGraph&, const LayoutGraph&);

} // namespace core::picture
