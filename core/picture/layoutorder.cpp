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

/// Layers that are ordered together. The first and the last have one node, or are the ends of the diagram.
struct Segment {
    size_t first, last;
    size_t nodes = 0;
};

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
void exchangeNeighbours(LayeredGraph& graph, const Segment& part, const std::stop_token& stop)
{
    bool better = true;
    for (int round = 0; better && round < 12 && !stop.stop_requested(); ++round) {
        better = false;
        for (size_t l = part.first; l <= part.last; ++l) {
            std::vector<int>& row = graph.layers[l];
            for (size_t i = 0; i + 1 < row.size(); ++i) {
                if (crossingsOfPair(graph, row[i], row[i + 1]) <= crossingsOfPair(graph, row[i + 1], row[i]))
                    continue;
                std::swap(row[i], row[i + 1]);
                std::swap(graph.nodes[size_t(row[i])].rank, graph.nodes[size_t(row[i + 1])].rank);
                better = true;
            }
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
void siftAll(LayeredGraph& graph, const Segment& part, const std::stop_token& stop)
{
    constexpr size_t highest = 40;
    bool better = true;
    for (int round = 0; better && round < 6 && !stop.stop_requested(); ++round) {
        better = false;
        for (size_t l = part.first; l <= part.last; ++l)
            if (graph.layers[l].size() > 2 && graph.layers[l].size() <= highest) better |= sift(graph, l);
    }
}

/// Order of the document from left to right: trunks come below the blocks beside them.
void firstOrder(LayeredGraph& graph, const Segment& part)
{
    for (size_t l = part.first; l <= part.last; ++l) {
        std::stable_sort(graph.layers[l].begin(), graph.layers[l].end(), [&](int a, int b) {
            return (graph.nodes[size_t(a)].block < 0) < (graph.nodes[size_t(b)].block < 0);
        });
        graph.number(int(l));
        if (l > part.first) sortByNeighbours(graph, l, true);
    }
}

using Order = std::vector<std::vector<int>>;

Order orderOf(const LayeredGraph& graph, const Segment& part)
{
    return {graph.layers.begin() + std::ptrdiff_t(part.first),
            graph.layers.begin() + std::ptrdiff_t(part.last) + 1};
}

void restore(LayeredGraph& graph, const Segment& part, const Order& order)
{
    for (size_t l = part.first; l <= part.last; ++l) {
        graph.layers[l] = order[l - part.first];
        graph.number(int(l));
    }
}

int64_t crossings(const LayeredGraph& graph, const Segment& part)
{
    int64_t total = 0;
    for (size_t l = part.first; l < part.last; ++l) total += crossingsAfter(graph, l);
    return total;
}

int64_t improve(LayeredGraph& graph, const Segment& part, const std::stop_token& stop)
{
    exchangeNeighbours(graph, part, stop);
    int64_t fewest = crossings(graph, part);
    if (fewest == 0) return 0;
    Order best = orderOf(graph, part);
    for (int sweep = 0, idle = 0; sweep < 24 && idle < 4 && fewest > 0 && !stop.stop_requested(); ++sweep) {
        const bool forward = sweep % 2 == 1;
        for (size_t i = 0; i <= part.last - part.first; ++i)
            sortByNeighbours(graph, forward ? part.first + i : part.last - i, forward);
        exchangeNeighbours(graph, part, stop);
        if (part.nodes <= fewNodes) siftAll(graph, part, stop);
        const int64_t now = crossings(graph, part);
        ++idle;
        if (now >= fewest) continue;
        fewest = now;
        best = orderOf(graph, part);
        idle = 0;
    }
    restore(graph, part, best);
    if (fewest == 0 || part.nodes <= fewNodes) return fewest;
    siftAll(graph, part, stop);
    return crossings(graph, part);
}

/// From the order of the document. Where wires still cross, as far as the part is small enough to be tried
/// often, also with neighbouring layers turned over: what is found so differs from what was by little, so
/// that it does not change with edits far away, as it would from orders drawn at random.
int64_t orderSegment(LayeredGraph& graph, const Segment& part, const std::stop_token& stop)
{
    firstOrder(graph, part);
    int64_t fewest = improve(graph, part, stop);
    const auto turn = [&](size_t layer) {
        std::ranges::reverse(graph.layers[layer]);
        graph.number(int(layer));
    };
    bool better = part.nodes <= fewNodes;
    for (int pass = 0; pass < 2 && std::exchange(better, false); ++pass)
        for (size_t l = part.first; l <= part.last && fewest > 0 && !stop.stop_requested(); ++l) {
            if (graph.layers[l].size() < 2) continue;
            const Order best = orderOf(graph, part);
            turn(l);
            if (l < part.last) turn(l + 1);
            const int64_t now = improve(graph, part, stop);
            better |= now < fewest;
            if (now < fewest)
                fewest = now;
            else
                restore(graph, part, best);
        }
    return fewest;
}

/// The order that the nodes remember, with no more changes than save crossings at once. Nothing where there
/// is none to remember.
std::optional<int64_t> keepOrder(LayeredGraph& graph, const Segment& part, const std::stop_token& stop)
{
    for (size_t l = part.first; l <= part.last; ++l)
        for (const int node : graph.layers[l])
            if (!graph.nodes[size_t(node)].before) return {};
    for (size_t l = part.first; l <= part.last; ++l) {
        std::ranges::stable_sort(graph.layers[l], {},
                                 [&](int node) { return *graph.nodes[size_t(node)].before; });
        graph.number(int(l));
    }
    exchangeNeighbours(graph, part, stop);
    if (crossings(graph, part) > 0) siftAll(graph, part, stop);
    return crossings(graph, part);
}

/// A new order has to save so much of the crossings that what was there is given up for it.
constexpr double worthTheChange = 0.6;

int64_t orderAgain(LayeredGraph& graph, const Segment& part, const std::stop_token& stop)
{
    const Order asCreated = orderOf(graph, part);
    const std::optional<int64_t> kept = keepOrder(graph, part, stop);
    if (kept && *kept == 0) return 0;
    const Order remembered = orderOf(graph, part);
    restore(graph, part, asCreated);
    const int64_t fresh = orderSegment(graph, part, stop);
    if (!kept || double(fresh) < worthTheChange * double(*kept)) return fresh;
    restore(graph, part, remembered);
    return *kept;
}

} // namespace

int64_t orderLayers(LayeredGraph& graph, const std::stop_token& stop)
{
    int64_t total = 0;
    for (size_t first = 0; first < graph.layers.size() && !stop.stop_requested();) {
        Segment part{first, first, graph.layers[first].size()};
        while (part.last + 1 < graph.layers.size()) {
            const size_t height = graph.layers[++part.last].size();
            part.nodes += height;
            if (height == 1) break;
        }
        if (part.nodes > part.last - part.first + 1) total += orderAgain(graph, part, stop);
        first = part.last == first ? first + 1 : part.last;
        if (part.last + 1 == graph.layers.size()) break;
    }
    return total;
}

} // namespace core::picture
