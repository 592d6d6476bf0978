// Where blocks go and how wires run: layers from left to right, fewest crossings of axes, straight chains,
// bends in channels between the columns (Sugiyama, Tagawa, Toda 1981; Brandes, Koepf 2002). A function of the
// diagram and, while it is edited, of the picture before: an edit moves only what stands beside it, because
// parts that hang together by one block are ordered each by itself, and the order that was there stays where
// another one would not save crossings worth the change.
#pragma once

#include "core/picture/geometry.h"

#include <optional>
#include <stop_token>
#include <vector>

namespace core::picture
{

/// A block as the layout sees it. An opened block is one too: its inner diagram is laid out by itself.
struct BlockShape {
    enum class Column : uint8_t { Free, First, Last }; ///< the ports of a frame stand at its sides
    Size size;
    double room = 0;          ///< to the right of it, for the labels of its wires
    std::optional<Point> pin; ///< its centre has to be there
    Column column = Column::Free;
    friend bool operator==(const BlockShape&, const BlockShape&) = default;
};

/// A wire as the layout sees it. Wires that begin at one place of a block are copies of one array: they share
/// a trunk.
struct WireShape {
    int from = -1, to = -1; ///< indices of blocks; a wire without an end is not drawn
    Point start, end;       ///< middle of its lanes, relative to the centres of the blocks
    int lanes = 1;
    friend bool operator==(const WireShape&, const WireShape&) = default;
};

struct LayoutGraph {
    std::vector<BlockShape> blocks; ///< in the order of creation
    std::vector<WireShape> wires;
    friend bool operator==(const LayoutGraph&, const LayoutGraph&) = default;
};

/// How a wire runs: along its height, up or down at every bend.
struct WireRun {
    struct Bend {
        double x, y; ///< the height after it
        friend bool operator==(const Bend&, const Bend&) = default;
    };
    Point start, end; ///< absolute
    std::vector<Bend> bends;
    /// Where it leaves its trunk, if others go on along it: the place of a copy's dots.
    std::optional<Point> copy;
    bool drawn = true;   ///< it has two ends
    bool forward = true; ///< false: it runs against the layers or between pinned blocks, as a free curve
    friend bool operator==(const WireRun&, const WireRun&) = default;
};

struct Layout {
    std::vector<Point> centres; ///< of the blocks, as in the graph
    std::vector<WireRun> wires; ///< as in the graph
    Rect bounds;                ///< of the blocks and wires
    int64_t crossings = 0;      ///< of axes
};

/// Where things were in the picture before an edit, parallel to the graph; nothing for what is new.
struct Precedent {
    std::vector<std::optional<Point>> blocks; ///< centres
    std::vector<std::optional<WireRun>> wires;
};

/// The same for equal graphs and precedents; without one, a function of the graph alone. A pinned block moves
/// nothing else: the others are where they would be if nothing were pinned. Nothing if `stop` was requested.
std::optional<Layout> layoutOf(const LayoutGraph&, std::stop_token stop = {}, const Precedent* = nullptr);

/// The run between ends that were moved, as while a block is dragged; heights between the ends are kept where
/// that goes.
WireRun movedRun(const WireRun&, Point start, Point end);

} // namespace core::picture
