#include "core/picture/layoutgraph.h"

#include <tuple>
#include <utility>

namespace core::picture
{
namespace
{

/// Wires among the blocks of a part, by index within the part; none that closes a cycle.
struct Arcs {
    std::vector<std::vector<int>> in, out;
    std::vector<int> order; ///< sources first
};

/// Depth first from the sources in the order of creation; what leads back to an open block is left out.
Arcs acyclic(const std::vector<std::vector<int>>& next)
{
    const size_t n = next.size();
    std::vector<char> state(n, 0), hasFeeder(n, 0);
    for (const auto& readers : next)
        for (const int reader : readers) hasFeeder[size_t(reader)] = 1;
    Arcs arcs;
    arcs.in.resize(n);
    arcs.out.resize(n);
    std::vector<std::pair<int, size_t>> path;
    const auto visit = [&](int root) {
        if (state[size_t(root)]) return;
        path.emplace_back(root, 0);
        state[size_t(root)] = 1;
        while (!path.empty()) {
            const int block = path.back().first;
            if (path.back().second == next[size_t(block)].size()) {
                state[size_t(block)] = 2;
                arcs.order.push_back(block);
                path.pop_back();
                continue;
            }
            const int reader = next[size_t(block)][path.back().second++];
            if (state[size_t(reader)] == 1) continue;
            arcs.out[size_t(block)].push_back(reader);
            arcs.in[size_t(reader)].push_back(block);
            if (state[size_t(reader)]) continue;
            state[size_t(reader)] = 1;
            path.emplace_back(reader, 0);
        }
    };
    for (size_t i = 0; i < n; ++i)
        if (!hasFeeder[i]) visit(int(i));
    for (size_t i = 0; i < n; ++i) visit(int(i));
    std::reverse(arcs.order.begin(), arcs.order.end());
    return arcs;
}

/// Lets every node see its edges, in the order in which they were made.
void attachEdges(LayeredGraph& graph)
{
    const auto attach = [&](std::vector<int>& all, int LayerEdge::*end,
                            std::span<const int> LayerNode::*seen) {
        std::vector<size_t> first(graph.nodes.size() + 1, 0);
        for (const LayerEdge& edge : graph.edges) ++first[size_t(edge.*end) + 1];
        for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
        all.resize(graph.edges.size());
        std::vector<size_t> next(first.begin(), first.end() - 1);
        for (size_t e = 0; e < graph.edges.size(); ++e) all[next[size_t(graph.edges[e].*end)]++] = int(e);
        for (size_t i = 0; i < graph.nodes.size(); ++i)
            graph.nodes[i].*seen = std::span<const int>(all).subspan(first[i], first[i + 1] - first[i]);
    };
    attach(graph.outs, &LayerEdge::from, &LayerNode::out);
    attach(graph.ins, &LayerEdge::to, &LayerNode::in);
}

} // namespace

std::vector<int> layersOf(const LayoutGraph& graph, const LayoutPart& part)
{
    std::vector<int> local(graph.blocks.size(), -1);
    for (size_t i = 0; i < part.blocks.size(); ++i) local[size_t(part.blocks[i])] = int(i);
    std::vector<std::vector<int>> next(part.blocks.size());
    for (const int w : part.wires) {
        const WireShape& wire = graph.wires[size_t(w)];
        if (wire.from != wire.to) next[size_t(local[size_t(wire.from)])].push_back(local[size_t(wire.to)]);
    }
    const Arcs arcs = acyclic(next);
    std::vector<int> layer(part.blocks.size(), 0);
    for (const int block : arcs.order)
        for (const int feeder : arcs.in[size_t(block)])
            layer[size_t(block)] = std::max(layer[size_t(block)], layer[size_t(feeder)] + 1);
    const int last = layer.empty() ? 0 : *std::max_element(layer.begin(), layer.end());
    const auto column = [&](int block) { return graph.blocks[size_t(part.blocks[size_t(block)])].column; };
    // A block with more wires to the right than to the left makes them shorter by standing farther right.
    for (bool moved = true; std::exchange(moved, false);)
        for (auto it = arcs.order.rbegin(); it != arcs.order.rend(); ++it) {
            const auto block = size_t(*it);
            if (arcs.out[block].size() <= arcs.in[block].size() || column(*it) == BlockShape::Column::First)
                continue;
            int first = last + 1;
            for (const int reader : arcs.out[block]) first = std::min(first, layer[size_t(reader)]);
            moved |= first - 1 > layer[block];
            layer[block] = first - 1;
        }
    for (size_t i = 0; i < layer.size(); ++i)
        if (column(int(i)) == BlockShape::Column::Last) layer[i] = last;
    return layer;
}

LayeredGraph layered(const LayoutGraph& graph, const LayoutPart& part)
{
    const std::vector<int> layer = layersOf(graph, part);
    LayeredGraph result;
    std::vector<int> local(graph.blocks.size(), -1);
    for (size_t i = 0; i < part.blocks.size(); ++i) {
        const BlockShape& shape = graph.blocks[size_t(part.blocks[i])];
        local[size_t(part.blocks[i])] = int(i);
        result.nodes.push_back({part.blocks[i], layer[i], 0, shape.size.height / 2, shape.size.height / 2});
    }
    const auto connect = [&](int from, int to, double fromOffset, double toOffset, int lanes) {
        result.edges.push_back({from, to, fromOffset, toOffset, lanes});
        return int(result.edges.size()) - 1;
    };
    // One trunk a port: the places where it passes layers, and its edges.
    struct Trunk {
        std::vector<int> nodes, edges;
    };
    std::map<std::tuple<int, double, double, int>, Trunk> trunks;
    result.paths.resize(part.wires.size());
    for (size_t i = 0; i < part.wires.size(); ++i) {
        const WireShape& wire = graph.wires[size_t(part.wires[i])];
        const int from = local[size_t(wire.from)], to = local[size_t(wire.to)];
        const int first = layer[size_t(from)] + 1, end = layer[size_t(to)];
        if (first > end) continue;
        Trunk& trunk = trunks[{from, wire.start.x, wire.start.y, wire.lanes}];
        while (first + int(trunk.nodes.size()) < end) {
            const int before = trunk.nodes.empty() ? from : trunk.nodes.back();
            const int node = int(result.nodes.size());
            const double half = halfSpan(wire.lanes);
            LayerNode passing{-1, first + int(trunk.nodes.size()), 0, half + 10, half + 10};
            passing.lanes = wire.lanes;
            result.nodes.push_back(passing);
            trunk.edges.push_back(
                connect(before, node, trunk.nodes.empty() ? wire.start.y : 0, 0, wire.lanes));
            trunk.nodes.push_back(node);
        }
        const auto passed = size_t(end - first);
        result.paths[i].assign(trunk.edges.begin(), trunk.edges.begin() + std::ptrdiff_t(passed));
        result.paths[i].push_back(connect(passed ? trunk.nodes[passed - 1] : from, to,
                                          passed ? 0 : wire.start.y, wire.end.y, wire.lanes));
    }
    attachEdges(result);
    for (const LayerNode& node : result.nodes)
        if (size_t(node.layer) >= result.layers.size()) result.layers.resize(size_t(node.layer) + 1);
    for (size_t i = 0; i < result.nodes.size(); ++i)
        result.layers[size_t(result.nodes[i].layer)].push_back(int(i));
    for (size_t l = 0; l < result.layers.size(); ++l) result.number(int(l));
    return result;
}

void LayeredGraph::number(int layer)
{
    for (size_t i = 0; i < layers[size_t(layer)].size(); ++i)
        nodes[size_t(layers[size_t(layer)][i])].rank = int(i);
}

} // namespace core::picture
