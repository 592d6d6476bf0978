#include "widgets/canvas/layout.h"

#include <QtGlobal>

#include <algorithm>
#include <functional>
#include <numeric>

namespace widgets
{
namespace
{

constexpr double columnGap = 52, rowGap = 34, wireRow = 22;

/// A block, or a dummy where a long wire passes a layer.
struct Node {
    int layer = 0;
    double height = 0, y = 0;
    int wire = -1; ///< of a dummy
};

/// Between nodes of neighbouring layers; the offsets are those of the ports from the centres.
struct Edge {
    int from, to;
    double fromOffset, toOffset;
};

/// Longest path from the sources; a wire that would close a cycle is left out.
std::vector<int> layersOf(int blocks, const std::vector<std::pair<int, int>>& wires)
{
    std::vector<int> layer(size_t(blocks), -1);
    std::vector<char> open(size_t(blocks), 0);
    std::vector<std::vector<int>> feeders{size_t(blocks)};
    for (const auto& [from, to] : wires) feeders[size_t(to)].push_back(from);
    const std::function<int(int)> visit = [&](int block) {
        if (layer[size_t(block)] >= 0 || open[size_t(block)]) return std::max(0, layer[size_t(block)]);
        open[size_t(block)] = 1;
        int deepest = -1;
        for (int feeder : feeders[size_t(block)])
            if (!open[size_t(feeder)] || layer[size_t(feeder)] >= 0)
                deepest = std::max(deepest, visit(feeder));
        return layer[size_t(block)] = deepest + 1;
    };
    for (int block = 0; block < blocks; ++block) visit(block);
    // A source is drawn right before the first block that reads it.
    for (int block = 0; block < blocks; ++block) {
        if (!feeders[size_t(block)].empty()) continue;
        int first = -1;
        for (const auto& [from, to] : wires)
            if (from == block) first = first < 0 ? layer[size_t(to)] : std::min(first, layer[size_t(to)]);
        if (first > 0) layer[size_t(block)] = first - 1;
    }
    return layer;
}

/// Nodes of one layer at their wanted heights, moved as little as possible (least squares) until none
/// overlap: neighbours that collide become one group that takes their mean.
void separate(std::vector<Node>& nodes, const std::vector<int>& order, const std::vector<double>& wanted,
              const std::vector<double>& weights)
{
    struct Group {
        size_t first, last;
        double position, weight; ///< of the first node's centre
    };
    std::vector<double> offset(order.size(), 0);
    for (size_t i = 1; i < order.size(); ++i) {
        const Node &above = nodes[size_t(order[i - 1])], &below = nodes[size_t(order[i])];
        const double gap = above.wire >= 0 && below.wire >= 0 ? wireRow : rowGap;
        offset[i] = offset[i - 1] + above.height / 2 + gap + below.height / 2;
    }
    std::vector<Group> groups;
    for (size_t i = 0; i < order.size(); ++i) {
        groups.push_back({i, i, wanted[i] - offset[i], weights[i]});
        while (groups.size() > 1 && groups.back().position < groups[groups.size() - 2].position) {
            const Group last = groups.back();
            groups.pop_back();
            Group& merged = groups.back();
            const double weight = merged.weight + last.weight;
            merged.position = (merged.position * merged.weight + last.position * last.weight) / weight;
            merged.weight = weight;
            merged.last = last.last;
        }
    }
    for (const Group& group : groups)
        for (size_t i = group.first; i <= group.last; ++i)
            nodes[size_t(order[i])].y = group.position + offset[i];
}

} // namespace

Layout layoutDiagram(const core::Diagram& diagram, const std::map<std::string, BlockShape>& shapes)
{
    std::map<std::string, int> index;
    std::vector<Node> nodes;
    for (const core::Block& block : diagram.blocks) {
        index[block.id] = int(nodes.size());
        nodes.push_back({0, shapes.at(block.id).size.height()});
    }
    std::vector<std::pair<int, int>> ends;
    for (const core::Wire& wire : diagram.wires)
        ends.emplace_back(index.count(wire.from.block) ? index[wire.from.block] : -1,
                          index.count(wire.to.block) ? index[wire.to.block] : -1);
    std::vector<std::pair<int, int>> known;
    for (const auto& end : ends)
        if (end.first >= 0 && end.second >= 0) known.push_back(end);
    const std::vector<int> layer = layersOf(int(nodes.size()), known);
    for (size_t i = 0; i < layer.size(); ++i) nodes[i].layer = layer[i];

    std::vector<Edge> edges;
    std::vector<std::vector<int>> dummies(diagram.wires.size());
    const auto portOffset = [&](const std::map<std::string, QPointF>& ports, const std::string& port) {
        const auto found = ports.find(port);
        return found == ports.end() ? 0.0 : found->second.y();
    };
    for (size_t w = 0; w < diagram.wires.size(); ++w) {
        const auto [from, to] = ends[w];
        if (from < 0 || to < 0 || nodes[size_t(from)].layer >= nodes[size_t(to)].layer) continue;
        const core::Wire& wire = diagram.wires[w];
        const double fromOffset = portOffset(shapes.at(wire.from.block).outputs, wire.from.port);
        const double toOffset = portOffset(shapes.at(wire.to.block).inputs, wire.to.port);
        int previous = from;
        for (int l = nodes[size_t(from)].layer + 1; l < nodes[size_t(to)].layer; ++l) {
            dummies[w].push_back(int(nodes.size()));
            edges.push_back({previous, int(nodes.size()), previous == from ? fromOffset : 0, 0});
            previous = int(nodes.size());
            nodes.push_back({l, 26, 0, int(w)});
        }
        edges.push_back({previous, to, previous == from ? fromOffset : 0, toOffset});
    }

    const int layers = nodes.empty() ? 0 : 1 + std::ranges::max_element(nodes, {}, &Node::layer)->layer;
    std::vector<std::vector<int>> order{size_t(layers)};
    std::vector<char> wired(nodes.size(), 0); // what has no wire stands apart
    for (const Edge& edge : edges) wired[size_t(edge.from)] = wired[size_t(edge.to)] = 1;
    for (size_t i = 0; i < nodes.size(); ++i)
        if (wired[i]) order[size_t(nodes[i].layer)].push_back(int(i));

    // Order within layers: by the mean position of neighbours on the side that was just placed. Dummies start
    // below.
    std::vector<double> rank(nodes.size());
    const auto number = [&](const std::vector<int>& row) {
        for (size_t i = 0; i < row.size(); ++i) rank[size_t(row[i])] = double(i);
    };
    for (const auto& row : order) number(row);
    for (int sweep = 0; sweep < 8; ++sweep) {
        const bool forward = sweep % 2 == 0;
        for (int step = 0; step < layers; ++step) {
            auto& row = order[size_t(forward ? step : layers - 1 - step)];
            std::map<int, double> mean;
            for (int node : row) {
                double sum = 0;
                int count = 0;
                for (const Edge& edge : edges) {
                    if ((forward ? edge.to : edge.from) != node) continue;
                    const double offset = forward ? edge.fromOffset : edge.toOffset;
                    sum += rank[size_t(forward ? edge.from : edge.to)] + offset * 0.004;
                    ++count;
                }
                mean[node] = count ? sum / count : rank[size_t(node)];
            }
            std::ranges::stable_sort(row, [&](int a, int b) { return mean[a] < mean[b]; });
            number(row);
        }
    }

    // Heights: alternately from the left and from the right, each node where its wires to the side just
    // placed would be straight; from the left last, so that chains are. Blocks weigh more than wires that
    // only pass.
    const auto place = [&](const std::vector<int>& row, const auto& wantedOf) {
        std::vector<double> wanted, weights;
        for (int node : row) {
            wanted.push_back(wantedOf(node));
            weights.push_back(nodes[size_t(node)].wire < 0 ? 1000 : 1);
        }
        separate(nodes, row, wanted, weights);
    };
    for (const auto& row : order) place(row, [](int) { return 0.0; });
    for (int sweep = 0; sweep < 9; ++sweep) {
        const bool forward = sweep % 2 == 0;
        for (int step = 0; step < layers; ++step)
            place(order[size_t(forward ? step : layers - 1 - step)], [&](int node) {
                double sum = 0, weight = 0;
                for (const Edge& edge : edges) {
                    if ((forward ? edge.to : edge.from) != node) continue;
                    const int other = forward ? edge.from : edge.to;
                    const double shift = edge.fromOffset - edge.toOffset;
                    // A block follows the blocks beside it; what comes from afar bends.
                    const bool bends = nodes[size_t(other)].wire >= 0 && nodes[size_t(node)].wire < 0;
                    sum += (bends ? 0.01 : 1) * (nodes[size_t(other)].y + (forward ? shift : -shift));
                    weight += bends ? 0.01 : 1;
                }
                return weight > 0 ? sum / weight : nodes[size_t(node)].y;
            });
    }
    // A long wire runs at one height: that of the place where it must keep farthest from its ends.
    for (const auto& chain : dummies) {
        if (chain.empty()) continue;
        const auto passesBelow = [&](int dummy) {
            for (int node : order[size_t(nodes[size_t(dummy)].layer)]) {
                if (node == dummy) return false;
                if (nodes[size_t(node)].wire < 0) return true;
            }
            return false;
        };
        const bool below = std::ranges::any_of(chain, passesBelow);
        double farthest = nodes[size_t(chain.front())].y;
        for (int dummy : chain)
            farthest =
                below ? qMax(farthest, nodes[size_t(dummy)].y) : qMin(farthest, nodes[size_t(dummy)].y);
        for (int dummy : chain) nodes[size_t(dummy)].y = farthest;
    }
    for (const auto& row : order) place(row, [&](int node) { return nodes[size_t(node)].y; });

    // Columns: as wide as their widest block, and room for labels after it.
    Layout result;
    std::vector<double> centre(size_t(layers), 0), width(size_t(layers), 0), room(size_t(layers), 0);
    for (size_t i = 0; i < diagram.blocks.size(); ++i) {
        if (!wired[i]) continue;
        const BlockShape& shape = shapes.at(diagram.blocks[i].id);
        const size_t l = size_t(nodes[i].layer);
        width[l] = std::max(width[l], shape.size.width());
        room[l] = std::max(room[l], shape.room);
    }
    double x = 0;
    for (size_t l = 0; l < size_t(layers); ++l) {
        centre[l] = x + width[l] / 2;
        x += width[l] + std::max(columnGap, room[l]);
    }
    // A wire passes the blocks of a layer where they are pinned, beside them as it would beside unpinned
    // ones.
    std::vector<std::vector<QPointF>> moved{size_t(layers)};
    const auto mean = [](const std::vector<QPointF>& all) {
        const QPointF sum = std::accumulate(all.begin(), all.end(), QPointF());
        return all.empty() ? sum : sum / double(all.size());
    };
    double bottom = 0, loneX = 0;
    for (size_t i = 0; i < nodes.size(); ++i)
        if (wired[i]) bottom = std::max(bottom, nodes[i].y + nodes[i].height / 2);
    for (size_t i = 0; i < diagram.blocks.size(); ++i) {
        const core::Block& block = diagram.blocks[i];
        const QSizeF size = shapes.at(block.id).size;
        QPointF& place = result.centres[block.id];
        place = {centre[size_t(nodes[i].layer)], nodes[i].y};
        if (!wired[i]) {
            place = {loneX + size.width() / 2, bottom + 2 * rowGap + size.height() / 2};
            loneX += size.width() + columnGap;
        }
        if (!block.pin) continue;
        if (wired[i]) moved[size_t(nodes[i].layer)].push_back(QPointF(block.pin->x, block.pin->y) - place);
        place = {block.pin->x, block.pin->y};
    }
    result.waypoints.resize(diagram.wires.size());
    for (size_t w = 0; w < diagram.wires.size(); ++w)
        for (int dummy : dummies[w]) {
            const size_t l = size_t(nodes[size_t(dummy)].layer);
            const QPointF middle = QPointF(centre[l], nodes[size_t(dummy)].y) + mean(moved[l]);
            result.waypoints[w].push_back(middle - QPointF(width[l] / 2, 0));
            result.waypoints[w].push_back(middle + QPointF(width[l] / 2, 0));
        }
    return result;
}

} // namespace widgets
