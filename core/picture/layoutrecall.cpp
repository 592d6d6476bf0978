#include "core/picture/layoutgraph.h"

namespace core::picture
{
namespace
{

/// Where the layers were, from left to right: the middle of the blocks that are in them now.
std::vector<double> placesOf(const LayeredGraph& graph, const Precedent& before)
{
    std::vector<double> places;
    for (const auto& row : graph.layers) {
        std::vector<double> all;
        for (const int node : row)
            if (const int block = graph.nodes[size_t(node)].block; block >= 0)
                if (const auto& centre = before.blocks[size_t(block)]) all.push_back(centre->x);
        std::ranges::sort(all);
        const double last = places.empty() ? -1e18 : places.back();
        places.push_back(all.empty() ? last : std::max(last, all[all.size() / 2]));
    }
    return places;
}

double heightAt(const WireRun& run, double x)
{
    double y = run.start.y;
    for (const WireRun::Bend& bend : run.bends)
        if (bend.x <= x) y = bend.y;
    return y;
}

/// The mean of what it is wired to and knows.
std::optional<double> besides(const LayeredGraph& graph, const LayerNode& node)
{
    double sum = 0, lanes = 0;
    const auto add = [&](int edge, bool out) {
        const LayerEdge& e = graph.edges[size_t(edge)];
        const auto& y = graph.nodes[size_t(out ? e.to : e.from)].before;
        if (!y) return;
        sum += (*y + (out ? e.toOffset - e.fromOffset : e.fromOffset - e.toOffset)) * e.lanes;
        lanes += e.lanes;
    };
    for (const int edge : node.in) add(edge, false);
    for (const int edge : node.out) add(edge, true);
    return lanes > 0 ? std::optional(sum / lanes) : std::nullopt;
}

} // namespace

void recall(LayeredGraph& graph, const LayoutPart& part, const Precedent& before)
{
    for (LayerNode& node : graph.nodes)
        if (node.block >= 0)
            if (const auto& centre = before.blocks[size_t(node.block)]) node.before = centre->y;
    const std::vector<double> places = placesOf(graph, before);
    for (size_t i = 0; i < part.wires.size(); ++i) {
        const auto& run = before.wires[size_t(part.wires[i])];
        if (!run || !run->drawn || !run->forward) continue;
        for (const int e : graph.paths[i]) {
            LayerNode& node = graph.nodes[size_t(graph.edges[size_t(e)].to)];
            if (node.block < 0) node.before = heightAt(*run, places[size_t(node.layer)]);
        }
    }
    std::vector<int> fresh;
    for (const auto& row : graph.layers)
        for (const int node : row)
            if (!graph.nodes[size_t(node)].before) fresh.push_back(node);
    if (fresh.size() == graph.nodes.size()) return;
    const auto guess = [&](int node) {
        if (const auto y = besides(graph, graph.nodes[size_t(node)])) graph.nodes[size_t(node)].before = y;
    };
    for (int round = 0; round < 2; ++round) {
        std::ranges::for_each(fresh, guess);
        std::for_each(fresh.rbegin(), fresh.rend(), guess);
    }
}

} // namespace core::picture
