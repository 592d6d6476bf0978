#include "core/picture/layout.h"

#include "core/picture/layoutgraph.h"

#include <numeric>
#include <set>

namespace core::picture
{
namespace
{

/// What hangs together, in the order of creation; blocks without wires are the last part.
std::vector<LayoutPart> partsOf(const LayoutGraph& graph)
{
    std::vector<int> root(graph.blocks.size());
    std::iota(root.begin(), root.end(), 0);
    const auto find = [&](int i) {
        while (root[size_t(i)] != i) i = root[size_t(i)] = root[size_t(root[size_t(i)])];
        return i;
    };
    std::vector<char> wired(graph.blocks.size(), 0);
    for (const WireShape& wire : graph.wires) {
        if (wire.from < 0 || wire.to < 0) continue;
        wired[size_t(wire.from)] = wired[size_t(wire.to)] = 1;
        const int a = find(wire.from), b = find(wire.to);
        root[size_t(std::max(a, b))] = std::min(a, b);
    }
    std::vector<LayoutPart> parts;
    LayoutPart lone;
    std::map<int, size_t> known;
    for (size_t i = 0; i < graph.blocks.size(); ++i) {
        if (!wired[i]) {
            lone.blocks.push_back(int(i));
            continue;
        }
        const auto [at, fresh] = known.emplace(find(int(i)), parts.size());
        if (fresh) parts.emplace_back();
        parts[at->second].blocks.push_back(int(i));
    }
    for (size_t w = 0; w < graph.wires.size(); ++w)
        if (graph.wires[w].from >= 0 && graph.wires[w].to >= 0)
            parts[known.at(find(graph.wires[w].from))].wires.push_back(int(w));
    if (!lone.blocks.empty()) parts.push_back(std::move(lone));
    return parts;
}

/// A wire's run through its edges, and where it leaves its trunk.
void runOf(WireRun& run, const LayeredGraph& graph, const Columns& columns, const std::vector<int>& path)
{
    for (const int e : path) {
        const LayerEdge& edge = graph.edges[size_t(e)];
        const double from = graph.nodes[size_t(edge.from)].y + edge.fromOffset,
                     to = graph.nodes[size_t(edge.to)].y + edge.toOffset;
        if (std::abs(from - to) > 0.5) run.bends.push_back({columns.bends[size_t(e)], to});
    }
    // Among the edges that leave one place the one that stays longest is the trunk; the others part from it.
    for (const int e : path) {
        const LayerEdge& edge = graph.edges[size_t(e)];
        const double here = graph.nodes[size_t(edge.from)].y + edge.fromOffset;
        const auto parting = [&](int other) {
            const LayerEdge& o = graph.edges[size_t(other)];
            const bool bends = std::abs(graph.nodes[size_t(o.to)].y + o.toOffset - here) > 0.5;
            return bends ? columns.bends[size_t(other)] : 1e18;
        };
        const double mine = parting(e);
        for (const int other : graph.nodes[size_t(edge.from)].out) {
            if (other == e || graph.edges[size_t(other)].fromOffset != edge.fromOffset) continue;
            const double theirs = parting(other);
            if (mine < theirs || (mine == theirs && mine < 1e17 && e < other)) {
                run.copy = Point{mine - bendRadius - halfSpan(edge.lanes), here};
                break;
            }
        }
        if (run.copy) break;
    }
}

/// A part by itself, from (0, 0) on downwards and to the right; returns its extent.
Rect placePart(Layout& layout, const LayoutGraph& shapes, const LayoutPart& part, const Precedent* before,
               const std::stop_token& stop)
{
    LayeredGraph graph = layered(shapes, part);
    if (before) recall(graph, part, *before);
    layout.crossings += orderLayers(graph, stop);
    placeRows(graph, stop);
    const Columns columns = placeColumns(graph, shapes);
    Rect extent;
    for (const LayerNode& node : graph.nodes) {
        if (node.block < 0) {
            extent = extent.united(Point{columns.left[size_t(node.layer)], node.y - node.above})
                         .united(Point{columns.left[size_t(node.layer)], node.y + node.below});
            continue;
        }
        const auto l = size_t(node.layer);
        const Size size = shapes.blocks[size_t(node.block)].size;
        // Ports of the left frame stand at its right side, the others in the middle of their column.
        const Point centre{columns.left[l] + snapped((columns.width[l] - size.width) / 2) + size.width / 2,
                           node.y};
        layout.centres[size_t(node.block)] = centre;
        extent = extent.united(Rect::around(centre, size));
    }
    for (size_t i = 0; i < part.wires.size(); ++i) {
        const WireShape& wire = shapes.wires[size_t(part.wires[i])];
        WireRun& run = layout.wires[size_t(part.wires[i])];
        run.drawn = true;
        run.forward = !graph.paths[i].empty();
        run.start = layout.centres[size_t(wire.from)] + wire.start;
        run.end = layout.centres[size_t(wire.to)] + wire.end;
        runOf(run, graph, columns, graph.paths[i]);
    }
    return extent;
}

void shiftPart(Layout& layout, const LayoutPart& part, Point by)
{
    for (const int block : part.blocks) layout.centres[size_t(block)] += by;
    for (const int w : part.wires) {
        WireRun& run = layout.wires[size_t(w)];
        run.start += by;
        run.end += by;
        for (WireRun::Bend& bend : run.bends) bend = {bend.x + by.x, bend.y + by.y};
        if (run.copy) *run.copy += by;
    }
}

void pinBlocks(Layout& layout, const LayoutGraph& graph)
{
    std::vector<char> moved(graph.blocks.size(), 0);
    for (size_t i = 0; i < graph.blocks.size(); ++i) {
        const auto& pin = graph.blocks[i].pin;
        if (!pin || *pin == layout.centres[i]) continue;
        layout.centres[i] = *pin;
        moved[i] = 1;
    }
    std::set<std::pair<int, double>> parted;
    for (size_t w = 0; w < graph.wires.size(); ++w) {
        const WireShape& wire = graph.wires[w];
        if (!layout.wires[w].drawn || (!moved[size_t(wire.from)] && !moved[size_t(wire.to)])) continue;
        layout.wires[w] = movedRun(layout.wires[w], layout.centres[size_t(wire.from)] + wire.start,
                                   layout.centres[size_t(wire.to)] + wire.end);
        parted.emplace(wire.from, wire.start.y);
    }
    if (parted.empty()) return;
    for (size_t w = 0; w < graph.wires.size(); ++w) // their copies go alone
        if (parted.contains({graph.wires[w].from, graph.wires[w].start.y})) layout.wires[w].copy.reset();
}

} // namespace

std::optional<Layout> layoutOf(const LayoutGraph& graph, std::stop_token stop, const Precedent* before)
{
    Layout layout;
    layout.centres.resize(graph.blocks.size());
    layout.wires.resize(graph.wires.size());
    for (WireRun& run : layout.wires) run.drawn = false;
    const std::vector<LayoutPart> parts = partsOf(graph);
    double bottom = 0;
    for (const LayoutPart& part : parts) {
        const bool first = &part == &parts.front();
        if (part.wires.empty()) { // blocks without wires: one row
            double x = 0, height = 0;
            for (const int block : part.blocks)
                height = std::max(height, graph.blocks[size_t(block)].size.height);
            const double y = snappedUp(bottom + (first ? 0 : 2 * rowGap) + height / 2);
            for (const int block : part.blocks) {
                const double width = graph.blocks[size_t(block)].size.width;
                layout.centres[size_t(block)] = {x + width / 2, y};
                x += snappedUp(width) + leastGap;
            }
            continue;
        }
        const Rect extent = placePart(layout, graph, part, before, stop);
        if (stop.stop_requested()) return std::nullopt;
        if (!first) shiftPart(layout, part, {0, snappedUp(bottom + 2 * rowGap - extent.top)});
        bottom = first ? extent.bottom : snappedUp(bottom + 2 * rowGap - extent.top) + extent.bottom;
    }
    pinBlocks(layout, graph);
    for (size_t i = 0; i < graph.blocks.size(); ++i)
        layout.bounds = layout.bounds.united(Rect::around(layout.centres[i], graph.blocks[i].size));
    for (size_t w = 0; w < graph.wires.size(); ++w) {
        if (!layout.wires[w].drawn) continue;
        const double half = halfSpan(graph.wires[w].lanes) + 10;
        for (const WireRun::Bend& bend : layout.wires[w].bends)
            layout.bounds = layout.bounds.united(Rect::around({bend.x, bend.y}, {0, 2 * half}));
    }
    return layout;
}

WireRun movedRun(const WireRun& run, Point start, Point end)
{
    WireRun result;
    result.start = start;
    result.end = end;
    result.forward = end.x >= start.x + 2 * bendRadius;
    if (!result.forward) return result;
    // Heights between the ends stay; the first and the last bend begin and end at the ends.
    for (const WireRun::Bend& bend : run.bends)
        if (bend.x > start.x + bendRadius && bend.x < end.x - bendRadius) result.bends.push_back(bend);
    if (result.bends.size() != run.bends.size() || !run.forward) result.bends.clear();
    const double last = result.bends.empty() ? start.y : result.bends.back().y;
    if (result.bends.size() == 1 || (result.bends.size() > 1 && run.bends.back().y == run.end.y))
        result.bends.back().y = end.y;
    else if (std::abs(last - end.y) > 0.5)
        result.bends.push_back(
            {result.bends.empty() ? (start.x + end.x) / 2 : (result.bends.back().x + end.x) / 2, end.y});
    return result;
}

} // namespace core::picture
