// Cases of axo bench about large diagrams: the whole way from an edit to places and runs.
#include "app/axo/bench.h"

#include "core/diagram/tower.h"
#include "core/picture/layout.h"

namespace axo
{
namespace
{

using core::picture::LayoutGraph;

/// What the window lays out, with boxes of one width.
LayoutGraph graphOf(const core::Diagram& diagram)
{
    LayoutGraph graph;
    std::map<std::string, int> index, inputs;
    for (const core::Wire& wire : diagram.wires) ++inputs[wire.to.block];
    for (const core::Block& block : diagram.blocks) {
        index[block.id] = int(graph.blocks.size());
        graph.blocks.push_back({{60, 60.0 * std::max(1, inputs[block.id])}, 60, {}, {}});
    }
    std::map<std::string, int> taken;
    for (const core::Wire& wire : diagram.wires)
        graph.wires.push_back({index[wire.from.block],
                               index[wire.to.block],
                               {30, 0},
                               {-30, 60.0 * taken[wire.to.block]++ - 30.0 * (inputs[wire.to.block] - 1)},
                               3});
    return graph;
}

Prepared layoutCase(int blocks)
{
    const auto graph = std::make_shared<LayoutGraph>(graphOf(core::towerDocument(blocks, 4).diagram));
    Prepared prepared;
    prepared.work = [graph] { (void)core::picture::layoutOf(*graph); };
    prepared.counts = {{"blocks", graph->blocks.size()},
                       {"wires", graph->wires.size()},
                       {"crossings", core::picture::layoutOf(*graph)->crossings}};
    return prepared;
}

} // namespace

std::vector<Case> layoutCases()
{
    std::vector<Case> cases;
    for (const int blocks : {1000, 10'000}) {
        const std::string size = std::to_string(blocks);
        cases.push_back({"layout-" + size, "places and runs of so many blocks",
                         [blocks](core::Backend&) { return layoutCase(blocks); }});
    }
    return cases;
}

} // namespace axo
