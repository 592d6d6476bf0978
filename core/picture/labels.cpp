#include "core/picture/draw.h"
#include "core/picture/layoutgraph.h"

#include <algorithm>

namespace core::picture
{

namespace
{

/// Where a wire goes up or down, as a box.
struct Turn {
    double left, top, bottom;
};

std::vector<Turn> turnsOf(const WireRun& run, int lanes)
{
    const double half = halfSpan(lanes);
    std::vector<Turn> turns;
    double height = run.start.y;
    for (const WireRun::Bend& bend : run.bends) {
        if (std::abs(bend.y - height) > 0.5)
            turns.push_back({bend.x - half - bendRadius, std::min(height, bend.y) - half,
                             std::max(height, bend.y) + half});
        height = bend.y;
    }
    return turns;
}

} // namespace

std::vector<double> labelRooms(const Diagram& diagram, const LayoutGraph& graph,
                               std::span<const WireRun> runs)
{
    std::vector<Turn> turns;
    for (size_t w = 0; w < runs.size(); ++w)
        if (runs[w].drawn)
            for (const Turn& turn : turnsOf(runs[w], graph.wires[w].lanes)) turns.push_back(turn);
    std::ranges::stable_sort(turns, {}, &Turn::left);

    std::vector<double> rooms(runs.size(), 0);
    std::set<PortRef> labelled;
    for (size_t w = 0; w < runs.size(); ++w) {
        const WireRun& run = runs[w];
        if (!run.drawn || !labelled.insert(diagram.wires[w].from).second) continue;
        const double half = halfSpan(graph.wires[w].lanes), top = run.start.y - half - lanePitch;
        double end = run.end.x;
        for (auto turn = std::ranges::lower_bound(turns, run.start.x, {}, &Turn::left);
             turn != turns.end() && turn->left < end; ++turn)
            if (turn->top < run.start.y + half && turn->bottom > top) end = turn->left;
        rooms[w] = std::max(1.0, end - run.start.x);
    }
    return rooms;
}

} // namespace core::picture
