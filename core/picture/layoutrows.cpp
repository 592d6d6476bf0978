#include "core/picture/layoutgraph.h"

#include <set>

namespace core::picture
{
namespace
{

/// Nodes that share one straight run of wires keep their heights to each other: one chain. Chains are placed,
/// not nodes.
struct Chain {
    std::vector<int> nodes; ///< from left to right
    double y = 0;           ///< of the first node
    int blocks = 0;
    std::vector<std::pair<int, double>> above,
        below; ///< neighbouring chains, and the least distance of the y's
};

struct Chains {
    std::vector<Chain> chains;
    std::vector<int> of;        ///< node -> chain
    std::vector<double> offset; ///< node: from the chain's y
    std::vector<int> order;     ///< chains from top to bottom
};

/// Which of two edges is drawn straight when they compete: trunks, then what joins neighbouring blocks, the
/// longest path of blocks first, then the ends of trunks; among equals the wider bundle, then the one nearest
/// to the middle of its rivals.
struct Claim {
    int edge, rank, path, lanes;
    double aside;
};

/// Blocks in a row on the longest path through each edge.
std::vector<int> pathLengths(const LayeredGraph& graph)
{
    std::vector<int> before(graph.nodes.size(), 0), after(graph.nodes.size(), 0), length;
    const auto joins = [&](const LayerEdge& edge) {
        return graph.nodes[size_t(edge.from)].block >= 0 && graph.nodes[size_t(edge.to)].block >= 0;
    };
    const auto extend = [&](int node) {
        for (const int e : graph.nodes[size_t(node)].in)
            if (const LayerEdge& edge = graph.edges[size_t(e)]; joins(edge))
                before[size_t(node)] = std::max(before[size_t(node)], before[size_t(edge.from)] + 1);
    };
    const auto extendBack = [&](int node) {
        for (const int e : graph.nodes[size_t(node)].out)
            if (const LayerEdge& edge = graph.edges[size_t(e)]; joins(edge))
                after[size_t(node)] = std::max(after[size_t(node)], after[size_t(edge.to)] + 1);
    };
    for (const auto& row : graph.layers) std::ranges::for_each(row, extend);
    for (auto row = graph.layers.rbegin(); row != graph.layers.rend(); ++row)
        std::ranges::for_each(*row, extendBack);
    for (const LayerEdge& edge : graph.edges)
        length.push_back(joins(edge) ? before[size_t(edge.from)] + after[size_t(edge.to)] : 0);
    return length;
}

std::vector<Claim> claims(const LayeredGraph& graph)
{
    std::vector<Claim> all;
    const std::vector<int> paths = pathLengths(graph);
    const auto aside = [](const std::vector<int>& rivals, int edge) {
        const auto at = std::find(rivals.begin(), rivals.end(), edge) - rivals.begin();
        return std::abs(double(at) - double(rivals.size() - 1) / 2);
    };
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const LayerEdge& edge = graph.edges[e];
        const LayerNode &from = graph.nodes[size_t(edge.from)], &to = graph.nodes[size_t(edge.to)];
        const int blocks = (from.block >= 0) + (to.block >= 0);
        const auto byHeight = [&](std::span<const int> some, bool right) {
            std::vector<int> rivals(some.begin(), some.end());
            if (rivals.size() < 2) return rivals;
            std::sort(rivals.begin(), rivals.end(), [&](int a, int b) {
                const LayerEdge &x = graph.edges[size_t(a)], &y = graph.edges[size_t(b)];
                const auto key = [&](const LayerEdge& z) {
                    return std::pair(graph.nodes[size_t(right ? z.to : z.from)].rank,
                                     right ? z.fromOffset : z.toOffset);
                };
                return key(x) < key(y);
            });
            return rivals;
        };
        all.push_back({int(e),
                       blocks == 0   ? 0
                       : blocks == 2 ? 1
                                     : 2,
                       paths[e], edge.lanes,
                       blocks == 2
                           ? aside(byHeight(from.out, true), int(e)) + aside(byHeight(to.in, false), int(e))
                           : 0});
    }
    std::stable_sort(all.begin(), all.end(), [](const Claim& a, const Claim& b) {
        return std::tuple(a.rank, -a.path, -a.lanes, a.aside) <
               std::tuple(b.rank, -b.path, -b.lanes, b.aside);
    });
    return all;
}

/// The edges that are drawn straight: at most one on each side of a node, none crossing another.
std::vector<char> straightEdges(const LayeredGraph& graph)
{
    std::vector<char> straight(graph.edges.size(), 0), left(graph.nodes.size(), 0),
        right(graph.nodes.size(), 0);
    std::vector<std::map<int, int>> taken(graph.layers.size()); // rank in a layer -> rank in the next
    for (const Claim& claim : claims(graph)) {
        const LayerEdge& edge = graph.edges[size_t(claim.edge)];
        if (right[size_t(edge.from)] || left[size_t(edge.to)]) continue;
        const int from = graph.nodes[size_t(edge.from)].rank, to = graph.nodes[size_t(edge.to)].rank;
        std::map<int, int>& row = taken[size_t(graph.nodes[size_t(edge.from)].layer)];
        const auto after = row.lower_bound(from);
        if (after != row.end() && after->second <= to) continue;
        if (after != row.begin() && std::prev(after)->second >= to) continue;
        row[from] = to;
        straight[size_t(claim.edge)] = right[size_t(edge.from)] = left[size_t(edge.to)] = 1;
    }
    return straight;
}

/// Least distance of the centres of neighbours in a layer.
double apart(const LayerNode& upper, const LayerNode& lower)
{
    const double gap = upper.block >= 0 && lower.block >= 0 ? rowGap : 10;
    return upper.below + gap + lower.above;
}

Chains chainsOf(const LayeredGraph& graph)
{
    const std::vector<char> straight = straightEdges(graph);
    Chains result;
    result.of.assign(graph.nodes.size(), -1);
    result.offset.assign(graph.nodes.size(), 0);
    for (const auto& row : graph.layers)
        for (const int first : row) {
            if (result.of[size_t(first)] >= 0) continue;
            Chain chain;
            double offset = 0;
            for (int node = first; node >= 0;) {
                result.of[size_t(node)] = int(result.chains.size());
                result.offset[size_t(node)] = offset;
                chain.nodes.push_back(node);
                chain.blocks += graph.nodes[size_t(node)].block >= 0;
                int next = -1;
                for (const int e : graph.nodes[size_t(node)].out)
                    if (straight[size_t(e)]) {
                        next = graph.edges[size_t(e)].to;
                        offset += graph.edges[size_t(e)].fromOffset - graph.edges[size_t(e)].toOffset;
                    }
                node = next;
            }
            result.chains.push_back(std::move(chain));
        }
    for (const auto& row : graph.layers)
        for (size_t i = 1; i < row.size(); ++i) {
            const auto upper = size_t(row[i - 1]), lower = size_t(row[i]);
            const double distance =
                apart(graph.nodes[upper], graph.nodes[lower]) + result.offset[upper] - result.offset[lower];
            Chain &a = result.chains[size_t(result.of[upper])], &b = result.chains[size_t(result.of[lower])];
            if (!a.below.empty() && a.below.back().first == result.of[lower]) {
                a.below.back().second = std::max(a.below.back().second, distance);
                b.above.back().second = std::max(b.above.back().second, distance);
                continue;
            }
            a.below.emplace_back(result.of[lower], distance);
            b.above.emplace_back(result.of[upper], distance);
        }
    // Curves from left to right that do not cross can always be sorted from top to bottom.
    std::vector<size_t> waiting;
    std::set<int> ready;
    for (size_t i = 0; i < result.chains.size(); ++i) {
        waiting.push_back(result.chains[i].above.size());
        if (!waiting[i]) ready.insert(int(i));
    }
    while (!ready.empty()) {
        const int chain = *ready.begin();
        ready.erase(ready.begin());
        result.order.push_back(chain);
        for (const auto& [below, unused] : result.chains[size_t(chain)].below)
            if (--waiting[size_t(below)] == 0) ready.insert(below);
    }
    return result;
}

struct Wanted {
    double y, weight;
};

/// Where most of the weight lies on neither side; the middle of the two best places if there are two.
double median(std::vector<Wanted>& wanted)
{
    std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.y < b.y; });
    double total = 0, sum = 0;
    for (const Wanted& one : wanted) total += one.weight;
    for (size_t i = 0; i < wanted.size(); ++i) {
        sum += wanted[i].weight;
        if (sum > total / 2 + 1e-9) return wanted[i].y;
        if (sum > total / 2 - 1e-9 && i + 1 < wanted.size()) return (wanted[i].y + wanted[i + 1].y) / 2;
    }
    return wanted.back().y;
}

class Placer
{
public:
    Placer(const LayeredGraph& graph, Chains& chains)
        : m_graph(graph)
        , m_chains(chains)
        , m_placed(chains.chains.size(), 0)
    {
    }

    /// The chain with the most blocks is the spine; the others are stacked on it from both sides, then drawn
    /// towards what they are wired to.
    void place(const std::stop_token& stop)
    {
        auto& chains = m_chains.chains;
        m_spine = int(std::max_element(chains.begin(), chains.end(),
                                       [](const Chain& a, const Chain& b) { return a.blocks < b.blocks; }) -
                      chains.begin());
        m_placed[size_t(m_spine)] = 1;
        const auto& order = m_chains.order;
        const auto spine = std::find(order.begin(), order.end(), m_spine);
        for (auto it = spine; it != order.end(); ++it) stack(*it, true);
        for (auto it = std::reverse_iterator(spine); it != order.rend(); ++it) stack(*it, false);
        for (auto it = order.begin(); it != order.end(); ++it)
            if (!m_placed[size_t(*it)]) settleFresh(*it);
        for (int round = 0; round < 8 && !stop.stop_requested(); ++round) {
            bool moved = false;
            for (const int chain : order) moved |= move(chain);
            for (auto it = order.rbegin(); it != order.rend(); ++it) moved |= move(*it);
            if (!moved) break;
        }
    }

private:
    Chain& chain(int i) { return m_chains.chains[size_t(i)]; }

    void stack(int i, bool down)
    {
        if (m_placed[size_t(i)]) return;
        double y = down ? -1e18 : 1e18;
        for (const auto& [other, distance] : down ? chain(i).above : chain(i).below)
            if (m_placed[size_t(other)])
                y = down ? std::max(y, chain(other).y + distance) : std::min(y, chain(other).y - distance);
        if (std::abs(y) > 1e17) return;
        chain(i).y = y;
        m_placed[size_t(i)] = 1;
    }

    /// Valid until the next call.
    std::vector<Wanted>& wishes(int i, bool onlyPlaced)
    {
        std::vector<Wanted>& wanted = m_wanted;
        wanted.clear();
        for (const int node : m_chains.chains[size_t(i)].nodes) {
            const auto offer = [&](int edge, bool out) {
                const LayerEdge& e = m_graph.edges[size_t(edge)];
                const int other = out ? e.to : e.from, theirs = m_chains.of[size_t(other)];
                if (theirs == i || (onlyPlaced && !m_placed[size_t(theirs)])) return;
                const double shift = out ? e.toOffset - e.fromOffset : e.fromOffset - e.toOffset;
                wanted.push_back({m_chains.chains[size_t(theirs)].y + m_chains.offset[size_t(other)] + shift -
                                      m_chains.offset[size_t(node)],
                                  double(e.lanes)});
            };
            for (const int edge : m_graph.nodes[size_t(node)].in) offer(edge, false);
            for (const int edge : m_graph.nodes[size_t(node)].out) offer(edge, true);
        }
        return wanted;
    }

    /// A chain that neither stands above nor below the spine.
    void settleFresh(int i)
    {
        auto& wanted = wishes(i, true);
        chain(i).y = wanted.empty() ? 0 : median(wanted);
        for (const auto& [other, distance] : chain(i).above)
            if (m_placed[size_t(other)]) chain(i).y = std::max(chain(i).y, chain(other).y + distance);
        m_placed[size_t(i)] = 1;
        // What follows below must make room; it comes later in the order or is pushed now.
        push(i);
    }

    void push(int i)
    {
        std::vector<int> open{i};
        while (!open.empty()) {
            const int upper = open.back();
            open.pop_back();
            for (const auto& [lower, distance] : chain(upper).below) {
                if (!m_placed[size_t(lower)] || chain(lower).y >= chain(upper).y + distance - 1e-9) continue;
                chain(lower).y = chain(upper).y + distance;
                open.push_back(lower);
            }
        }
    }

    bool move(int i)
    {
        if (i == m_spine) return false;
        auto& wanted = wishes(i, false);
        if (wanted.empty()) return false;
        double low = -1e18, high = 1e18;
        for (const auto& [other, distance] : chain(i).above) low = std::max(low, chain(other).y + distance);
        for (const auto& [other, distance] : chain(i).below) high = std::min(high, chain(other).y - distance);
        if (low > high) return false;
        // Grid by grid, and never past the neighbours.
        double y = std::clamp(median(wanted), low, high);
        y = std::clamp(chain(i).y + std::round((y - chain(i).y) / gridUnit) * gridUnit, low, high);
        if (std::abs(y - chain(i).y) < 0.5) return false;
        chain(i).y = y;
        return true;
    }

    const LayeredGraph& m_graph;
    Chains& m_chains;
    std::vector<char> m_placed;
    std::vector<Wanted> m_wanted;
    int m_spine = 0;
};

} // namespace

void placeRows(LayeredGraph& graph, const std::stop_token& stop)
{
    Chains chains = chainsOf(graph);
    Placer(graph, chains).place(stop);
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        graph.nodes[i].y = chains.chains[size_t(chains.of[i])].y + chains.offset[i];
    // On the grid, without opening an overlap: from top to bottom, upwards only where there is room.
    for (const int i : chains.order) {
        Chain& chain = chains.chains[size_t(i)];
        double low = -1e18;
        for (const auto& [other, distance] : chain.above)
            low = std::max(low, chains.chains[size_t(other)].y + distance);
        chain.y = std::max(snapped(chain.y), low > -1e17 ? snappedUp(low) : -1e18);
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        graph.nodes[i].y = chains.chains[size_t(chains.of[i])].y + chains.offset[i];
}

} // namespace core::picture
