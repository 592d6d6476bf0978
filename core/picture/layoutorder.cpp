#include "core/picture/layoutgraph.h"

#include <utility>

namespace core::picture
{
namespace
{

/// So small that every way of improving an order can be tried often.
constexpr size_t fewNodes = 400;

/// Ports of a block count as places between its rank and the next.
double placeOf(const LayerNode& node, double offset)
{
    const double extent = node.above + node.below;
    return node.rank + (extent > 0 ? std::clamp((offset + node.above) / extent, 0.0, 1.0) * 0.9 : 0.45);
}

struct Sides {
    double left, right;
    int lanes;
};

Sides sidesOf(const LayeredGraph& graph, int edge)
{
    const LayerEdge& e = graph.edges[size_t(edge)];
    return {placeOf(graph.nodes[size_t(e.from)], e.fromOffset),
            placeOf(graph.nodes[size_t(e.to)], e.toOffset), e.lanes};
}

/// Between a layer and the next: pairs of axes whose ends are in opposite orders (Fenwick tree over the right
/// ends).
int64_t crossingsAfter(const LayeredGraph& graph, size_t layer)
{
    std::vector<Sides> sides;
    for (const int node : graph.layers[layer])
        for (const int edge : graph.nodes[size_t(node)].out) sides.push_back(sidesOf(graph, edge));
    if (sides.size() < 2) return 0;
    std::vector<double> rights;
    for (const Sides& side : sides) rights.push_back(side.right);
    std::sort(rights.begin(), rights.end());
    rights.erase(std::unique(rights.begin(), rights.end()), rights.end());
    std::sort(sides.begin(), sides.end(), [](const Sides& a, const Sides& b) { return a.left < b.left; });
    std::vector<int64_t> tree(rights.size() + 1, 0);
    const auto position = [&](double right) {
        return size_t(std::lower_bound(rights.begin(), rights.end(), right) - rights.begin()) + 1;
    };
    int64_t total = 0, all = 0;
    for (size_t i = 0; i < sides.size();) {
        size_t end = i; // ends at one port do not cross each other
        for (; end < sides.size() && sides[end].left == sides[i].left; ++end) {
            int64_t notBelow = 0;
            for (size_t at = position(sides[end].right); at > 0; at -= at & (~at + 1)) notBelow += tree[at];
            total += (all - notBelow) * sides[end].lanes;
        }
        for (; i < end; ++i) {
            all += sides[i].lanes;
            for (size_t at = position(sides[i].right); at < tree.size(); at += at & (~at + 1))
                tree[at] += sides[i].lanes;
        }
    }
    return total;
}

/// Sorts a layer by the mean place of what its nodes are wired to on one side; others keep their places.
void sortByNeighbours(LayeredGraph& graph, size_t layer, bool leftSide)
{
    std::vector<int>& row = graph.layers[layer];
    std::vector<std::pair<double, int>> keyed;
    for (const int node : row) {
        double sum = 0, lanes = 0;
        for (const int edge : leftSide ? graph.nodes[size_t(node)].in : graph.nodes[size_t(node)].out) {
            const Sides sides = sidesOf(graph, edge);
            sum += (leftSide ? sides.left : sides.right) * sides.lanes;
            lanes += sides.lanes;
        }
        keyed.emplace_back(lanes > 0 ? sum / lanes : graph.nodes[size_t(node)].rank + 0.45, node);
    }
    std::stable_sort(keyed.begin(), keyed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first - 1e-9; });
    for (size_t i = 0; i < row.size(); ++i) row[i] = keyed[i].second;
    graph.number(int(layer));
}

/// Axes that cross because `upper` stands above `lower`, on both sides.
int64_t crossingsOfPair(const LayeredGraph& graph, int upper, int lower)
{
    int64_t total = 0;
    const auto& nodes = graph.nodes;
    for (const int a : nodes[size_t(upper)].in)
        for (const int b : nodes[size_t(lower)].in) {
            const Sides x = sidesOf(graph, a), y = sidesOf(graph, b);
            if (x.left > y.left) total += int64_t(x.lanes) * y.lanes;
        }
    for (const int a : nodes[size_t(upper)].out)
        for (const int b : nodes[size_t(lower)].out) {
            const Sides x = sidesOf(graph, a), y = sidesOf(graph, b);
            if (x.right > y.right) total += int64_t(x.lanes) * y.lanes;
        }
    return total;
}

/// Exchanges neighbours wherever that saves crossings, until it saves no more.
void exchangeNeighbours(LayeredGraph& graph, const std::stop_token& stop)
{
    bool better = true;
    for (int round = 0; better && round < 12 && !stop.stop_requested(); ++round) {
        better = false;
        for (std::vector<int>& row : graph.layers)
            for (size_t i = 0; i + 1 < row.size(); ++i) {
                if (crossingsOfPair(graph, row[i], row[i + 1]) <= crossingsOfPair(graph, row[i + 1], row[i]))
                    continue;
                std::swap(row[i], row[i + 1]);
                std::swap(graph.nodes[size_t(row[i])].rank, graph.nodes[size_t(row[i + 1])].rank);
                better = true;
            }
    }
}

/// Takes every node of a layer out and puts it where it crosses least (Matuszewski, Schoenfeld, Molitor
/// 1999).
bool sift(LayeredGraph& graph, size_t layer)
{
    std::vector<int>& row = graph.layers[layer];
    bool better = false;
    for (const int node : std::vector<int>(row)) {
        const auto at = std::find(row.begin(), row.end(), node) - row.begin();
        int64_t change = 0, least = 0;
        auto best = at;
        for (auto i = at + 1; i < std::ssize(row); ++i) { // down past row[i]
            change +=
                crossingsOfPair(graph, row[size_t(i)], node) - crossingsOfPair(graph, node, row[size_t(i)]);
            if (change < least) least = change, best = i;
        }
        change = 0;
        for (auto i = at - 1; i >= 0; --i) {
            change +=
                crossingsOfPair(graph, node, row[size_t(i)]) - crossingsOfPair(graph, row[size_t(i)], node);
            if (change < least) least = change, best = i;
        }
        if (best == at) continue;
        row.erase(row.begin() + at);
        row.insert(row.begin() + best, node);
        graph.number(int(layer));
        better = true;
    }
    return better;
}

/// Sifting costs the square of a layer's height, so only where layers are low.
void siftAll(LayeredGraph& graph, const std::stop_token& stop)
{
    constexpr size_t highest = 40;
    bool better = true;
    for (int round = 0; better && round < 6 && !stop.stop_requested(); ++round) {
        better = false;
        for (size_t l = 0; l < graph.layers.size(); ++l)
            if (graph.layers[l].size() > 2 && graph.layers[l].size() <= highest) better |= sift(graph, l);
    }
}

/// Order of the document from left to right: trunks come below the blocks beside them.
void firstOrder(LayeredGraph& graph)
{
    for (size_t l = 0; l < graph.layers.size(); ++l) {
        std::stable_sort(graph.layers[l].begin(), graph.layers[l].end(), [&](int a, int b) {
            return (graph.nodes[size_t(a)].block < 0) < (graph.nodes[size_t(b)].block < 0);
        });
        graph.number(int(l));
        if (l > 0) sortByNeighbours(graph, l, true);
    }
}

/// The order that was: what is known by its former height, the others by their neighbours.
void formerOrder(LayeredGraph& graph, const LayoutGraph& shapes, const Layout& previous)
{
    std::vector<double> height(graph.nodes.size(), 0);
    const auto former = [&](const LayerNode& node) -> std::optional<double> {
        if (node.block >= 0) {
            const auto known = previous.known.find(shapes.blocks[size_t(node.block)].id);
            if (known == previous.known.end() || known->second.part < 0) return {};
            return known->second.centre.y;
        }
        const auto trunk = previous.trunks.find(graph.trunk(node, shapes));
        if (trunk == previous.trunks.end()) return {};
        const BlockShape& source = shapes.blocks[size_t(graph.nodes[size_t(node.source)].block)];
        const auto known = previous.known.find(source.id);
        if (known == previous.known.end()) return {};
        return known->second.centre.y + trunk->second[std::min(size_t(node.step), trunk->second.size() - 1)];
    };
    for (size_t l = 0; l < graph.layers.size(); ++l) {
        for (const int index : graph.layers[l]) {
            const LayerNode& node = graph.nodes[size_t(index)];
            double sum = node.block < 0 && node.step == 0 ? 1 : 0; // a trunk begins below what it passes
            for (const int edge : node.in)
                sum += height[size_t(graph.edges[size_t(edge)].from)] + graph.edges[size_t(edge)].fromOffset;
            height[size_t(index)] = former(node).value_or(node.in.empty() ? 0 : sum / double(node.in.size()));
        }
        std::stable_sort(graph.layers[l].begin(), graph.layers[l].end(),
                         [&](int a, int b) { return height[size_t(a)] < height[size_t(b)]; });
        graph.number(int(l));
    }
}

/// Whether blocks that were wired before stand in the same order in both.
bool keepsOrder(const LayeredGraph& graph, const std::vector<std::vector<int>>& former,
                const LayoutGraph& shapes, const Layout& previous)
{
    const auto known = [&](const std::vector<int>& row) {
        std::vector<int> blocks;
        for (const int node : row) {
            const int block = graph.nodes[size_t(node)].block;
            if (block >= 0 && previous.known.count(shapes.blocks[size_t(block)].id)) blocks.push_back(block);
        }
        return blocks;
    };
    for (size_t l = 0; l < former.size(); ++l)
        if (former[l].size() > 1 && known(former[l]) != known(graph.layers[l])) return false;
    return true;
}

int64_t improve(LayeredGraph& graph, const std::stop_token& stop)
{
    exchangeNeighbours(graph, stop);
    int64_t fewest = crossings(graph);
    std::vector<std::vector<int>> best = graph.layers;
    for (int sweep = 0, idle = 0; sweep < 24 && idle < 4 && fewest > 0 && !stop.stop_requested(); ++sweep) {
        const bool forward = sweep % 2 == 1;
        const size_t n = graph.layers.size();
        for (size_t i = 0; i < n; ++i) sortByNeighbours(graph, forward ? i : n - 1 - i, forward);
        exchangeNeighbours(graph, stop);
        if (graph.nodes.size() <= fewNodes) siftAll(graph, stop);
        const int64_t now = crossings(graph);
        ++idle;
        if (now >= fewest) continue;
        fewest = now;
        best = graph.layers;
        idle = 0;
    }
    graph.layers = std::move(best);
    for (size_t l = 0; l < graph.layers.size(); ++l) graph.number(int(l));
    if (fewest == 0 || graph.nodes.size() <= fewNodes) return fewest;
    siftAll(graph, stop);
    return crossings(graph);
}

/// From the order of the document; where wires still cross, also from other first columns, as far as the
/// diagram is small enough to be tried often.
int64_t orderAnew(LayeredGraph& graph, const std::stop_token& stop)
{
    const std::vector<std::vector<int>> unordered = graph.layers;
    firstOrder(graph);
    int64_t fewest = improve(graph, stop);
    const size_t tries = graph.nodes.size() <= fewNodes ? 8 : 0;
    uint32_t random = 1;
    for (size_t i = 0; i < tries && fewest > 0 && !stop.stop_requested(); ++i) {
        const std::vector<std::vector<int>> best = std::exchange(graph.layers, unordered);
        for (std::vector<int>& row : graph.layers)
            for (size_t k = row.size(); k > 1; --k) {
                random = random * 1664525 + 1013904223; // Numerical Recipes
                std::swap(row[k - 1], row[(random >> 8) % k]);
            }
        for (size_t l = 0; l < graph.layers.size(); ++l) graph.number(int(l));
        const int64_t now = improve(graph, stop);
        if (now < fewest) {
            fewest = now;
            continue;
        }
        graph.layers = best;
        for (size_t l = 0; l < graph.layers.size(); ++l) graph.number(int(l));
    }
    return fewest;
}

} // namespace

int64_t crossings(const LayeredGraph& graph)
{
    int64_t total = 0;
    for (size_t l = 0; l + 1 < graph.layers.size(); ++l) total += crossingsAfter(graph, l);
    return total;
}

int64_t orderLayers(LayeredGraph& graph, const LayoutGraph& shapes, const Layout* previous,
                    const std::stop_token& stop)
{
    if (!previous) return orderAnew(graph, stop);
    // What was is kept unless another order has fewer crossings. Without a conflict the order is that of a
    // diagram that was just opened.
    const std::vector<std::vector<int>> unordered = graph.layers;
    formerOrder(graph, shapes, *previous);
    exchangeNeighbours(graph, stop);
    int64_t kept = crossings(graph);
    if (kept > previous->crossings) kept = improve(graph, stop);
    const std::vector<std::vector<int>> former = std::exchange(graph.layers, unordered);
    const int64_t fresh = orderAnew(graph, stop);
    if (fresh < std::min(kept, previous->crossings)) return fresh;
    if (fresh <= kept && keepsOrder(graph, former, shapes, *previous)) return fresh;
    graph.layers = former;
    for (size_t l = 0; l < graph.layers.size(); ++l) graph.number(int(l));
    return kept;
}

} // namespace core::picture
