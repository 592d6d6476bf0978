#include "core/picture/layoutgraph.h"

namespace core::picture
{
namespace
{

struct Crossover {
    int edge;
    double from, to, half;
    double x = 0; ///< within the gap
    double top() const { return std::min(from, to) - half; }
    double bottom() const { return std::max(from, to) + half; }
};

/// Vertical runs beside each other wherever they would meet: of those that go down the lower ones turn first,
/// of those that go up the upper ones, so that what need not cross does not.
double assignTracks(std::vector<Crossover>& turns)
{
    std::stable_sort(turns.begin(), turns.end(), [](const Crossover& a, const Crossover& b) {
        const bool downA = a.to > a.from, downB = b.to > b.from;
        if (downA != downB) return downA;
        const double keyA = downA ? -a.from : a.from, keyB = downB ? -b.from : b.from;
        if (keyA != keyB) return keyA < keyB;
        return downA ? a.to > b.to : a.to < b.to;
    });
    double width = 0;
    for (size_t i = 0; i < turns.size(); ++i) {
        Crossover& turn = turns[i];
        turn.x = turn.half + bendRadius;
        for (size_t k = 0; k < i; ++k)
            if (turns[k].top() < turn.bottom() + lanePitch / 2 &&
                turn.top() < turns[k].bottom() + lanePitch / 2)
                turn.x = std::max(turn.x, turns[k].x + turns[k].half + lanePitch + turn.half);
        turn.x = snappedUp(turn.x);
        width = std::max(width, turn.x + turn.half + bendRadius);
    }
    return width;
}

} // namespace

Columns placeColumns(const LayeredGraph& graph, const LayoutGraph& shapes)
{
    const size_t layers = graph.layers.size();
    Columns result{std::vector<double>(layers, 0), std::vector<double>(layers, 0),
                   std::vector<double>(layers, 0), std::vector<double>(graph.edges.size(), 0), 0};
    double x = 0;
    for (size_t l = 0; l < layers; ++l) {
        std::vector<Crossover> turns;
        for (const int index : graph.layers[l]) {
            const LayerNode& node = graph.nodes[size_t(index)];
            if (node.block >= 0) {
                const BlockShape& shape = shapes.blocks[size_t(node.block)];
                result.width[l] = std::max(result.width[l], snappedUp(shape.size.width));
                result.room[l] = std::max(result.room[l], snappedUp(shape.room));
            }
            for (const int e : node.out) {
                const LayerEdge& edge = graph.edges[size_t(e)];
                const double from = node.y + edge.fromOffset,
                             to = graph.nodes[size_t(edge.to)].y + edge.toOffset;
                if (std::abs(from - to) > 0.5) turns.push_back({e, from, to, halfSpan(edge.lanes)});
            }
        }
        const double turning = assignTracks(turns), begin = x + result.width[l] + result.room[l];
        for (const Crossover& turn : turns) result.bends[size_t(turn.edge)] = begin + turn.x;
        result.left[l] = x;
        x += result.width[l] +
             snappedUp(std::max(leastGap, result.room[l] + turning + (turning > 0 ? 10 : 0)));
    }
    result.end = layers ? result.left.back() + result.width.back() : 0;
    return result;
}

} // namespace core::picture
