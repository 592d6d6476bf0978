#include "core/picture/route.h"

#include <QtTest>

#include <numeric>
#include <set>

using namespace core::picture;
using core::Point;

namespace
{

/// Boxes 60 by 60 whose wires end in their middles.
LayoutGraph graphOf(std::initializer_list<std::pair<const char*, const char*>> wires)
{
    LayoutGraph graph;
    std::vector<std::string_view> names;
    const auto index = [&](const char* name) {
        const auto known = std::ranges::find(names, name);
        if (known != names.end()) return int(known - names.begin());
        names.emplace_back(name);
        graph.blocks.push_back({{60, 60}, 40, {}, {}});
        return int(graph.blocks.size()) - 1;
    };
    for (const auto& [from, to] : wires) {
        const int a = index(from), b = index(to);
        graph.wires.push_back({a, b, {30, 0}, {-30, 0}, 1});
    }
    return graph;
}

/// Every block reads one or two of those shortly before it; each wire has its own height at its block, wide
/// enough for its lanes.
LayoutGraph randomGraph(unsigned seed)
{
    std::mt19937 random(seed);
    LayoutGraph graph;
    const int blocks = 2 + int(random() % 40), reach = 1 + int(random() % 6);
    std::vector<int> lanes;
    for (int i = 0; i < blocks; ++i) {
        lanes.push_back(1 + int(random() % 4));
        graph.blocks.push_back({{40.0 + 20 * double(random() % 4), 0}, 40, {}, {}});
        double height = 20 * lanes.back();
        std::vector<int> feeders;
        for (int k = 0; i > 0 && k < 1 + int(random() % 2); ++k)
            feeders.push_back(std::max(0, i - 1 - int(random() % unsigned(reach))));
        double all = 0;
        for (const int feeder : feeders) all += 20 * lanes[size_t(feeder)] + 20;
        height = std::max(height, all) + 20;
        graph.blocks.back().size.height = height;
        double y = -all / 2;
        for (const int feeder : feeders) {
            const double room = 20 * lanes[size_t(feeder)] + 20;
            graph.wires.push_back({feeder,
                                   i,
                                   {graph.blocks[size_t(feeder)].size.width / 2, 0},
                                   {-graph.blocks.back().size.width / 2, y + room / 2},
                                   lanes[size_t(feeder)]});
            y += room;
        }
    }
    return graph;
}

Rect boxOf(const LayoutGraph& graph, const Layout& layout, size_t i)
{
    return Rect::around(layout.centres[i], graph.blocks[i].size);
}

bool onGrid(double value) { return std::abs(value / gridUnit - std::round(value / gridUnit)) < 1e-6; }

/// Pairs of straight lines between ports that cross, counted pair by pair, for the best of all orders of all
/// columns. Only for graphs whose wires join neighbouring columns.
int64_t fewestCrossings(const LayoutGraph& graph, const std::vector<std::vector<int>>& columns)
{
    std::vector<double> rank(graph.blocks.size());
    int64_t best = std::numeric_limits<int64_t>::max();
    std::vector<long> column;
    for (size_t i = 0; i < graph.blocks.size(); ++i)
        column.push_back(
            std::ranges::find_if(columns,
                                 [&](const auto& c) { return std::ranges::find(c, int(i)) != c.end(); }) -
            columns.begin());
    const auto count = [&] {
        int64_t total = 0;
        for (size_t i = 0; i < graph.wires.size(); ++i)
            for (size_t k = 0; k < i; ++k) {
                const WireShape &a = graph.wires[i], &b = graph.wires[k];
                if (column[size_t(a.from)] != column[size_t(b.from)]) continue;
                const double left =
                    rank[size_t(a.from)] + a.start.y / 1e4 - rank[size_t(b.from)] - b.start.y / 1e4;
                const double right = rank[size_t(a.to)] + a.end.y / 1e4 - rank[size_t(b.to)] - b.end.y / 1e4;
                if (left * right < 0) total += int64_t(a.lanes) * b.lanes;
            }
        return total;
    };
    const std::function<void(size_t)> permute = [&](size_t c) {
        if (c == columns.size()) {
            best = std::min(best, count());
            return;
        }
        std::vector<int> order = columns[c];
        std::ranges::sort(order);
        do {
            for (size_t i = 0; i < order.size(); ++i) rank[size_t(order[i])] = double(i);
            permute(c + 1);
        } while (std::ranges::next_permutation(order).found);
    };
    permute(0);
    return best;
}

} // namespace

class TestLayout : public QObject
{
    Q_OBJECT
private slots:
    void wiresGoFromLeftToRight()
    {
        const LayoutGraph graph = graphOf({{"a", "b"}, {"b", "c"}, {"a", "c"}, {"c", "d"}});
        const Layout layout = *layoutOf(graph);
        for (const WireRun& run : layout.wires) QVERIFY(run.forward && run.start.x + 30 < run.end.x);
    }

    void aChainIsStraightAndOneBypassLeavesItSo()
    {
        const LayoutGraph graph = graphOf({{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "d"}});
        const Layout layout = *layoutOf(graph);
        for (const Point centre : layout.centres) QCOMPARE(centre.y, layout.centres[0].y);
        QCOMPARE(layout.wires[3].bends.size(), size_t(2));
        QVERIFY(layout.wires[3].bends[0].y > boxOf(graph, layout, 1).bottom); // below
        QVERIFY(layout.wires[3].copy);                                        // it leaves the wire to b
        QVERIFY(!layout.wires[0].copy);
    }

    void randomDiagramsKeepTheRules()
    {
        for (unsigned seed = 0; seed < 300; ++seed) {
            const LayoutGraph graph = randomGraph(seed);
            const Layout layout = *layoutOf(graph);
            bool overlap = false;
            for (size_t i = 0; i < graph.blocks.size(); ++i)
                for (size_t k = 0; k < i; ++k)
                    overlap |= boxOf(graph, layout, i).grown(4).overlaps(boxOf(graph, layout, k).grown(4));
            QVERIFY(!overlap);
            for (size_t w = 0; w < graph.wires.size(); ++w) {
                const WireRun& run = layout.wires[w];
                for (const WireRun::Bend& bend : run.bends) {
                    QVERIFY(onGrid(bend.x));
                    QVERIFY(onGrid(bend.y - run.end.y) || onGrid(bend.y));
                }
                for (const Path& path : lanePaths(run, graph.wires[w].lanes)) {
                    const auto line = path.flattened(1).front();
                    for (size_t i = 0; i < graph.blocks.size(); ++i) {
                        const Rect box = boxOf(graph, layout, i).grown(-0.5);
                        bool passes = false;
                        for (size_t p = 1; p < line.size(); ++p)
                            passes |= box.overlaps(Rect::between(line[p - 1], line[p]).grown(0.01));
                        QVERIFY2(!passes,
                                 qPrintable(QString("seed %1, wire %2, block %3").arg(seed).arg(w).arg(i)));
                    }
                }
            }
        }
    }

    void lanesKeepTheirDistanceInBends()
    {
        WireRun run{{0, 0}, {400, 160}, {{100, 160}, {300, 130}, {350, 160}}, {}, true, true};
        const auto paths = lanePaths(run, 3);
        for (size_t lane = 1; lane < paths.size(); ++lane) {
            const auto upper = paths[lane - 1].flattened(0.01).front(),
                       lower = paths[lane].flattened(0.01).front();
            for (const Point p : upper) {
                double nearest = 1e9;
                for (size_t i = 1; i < lower.size(); ++i) {
                    const Point along = lower[i] - lower[i - 1], to = p - lower[i - 1];
                    const double t =
                        dot(along, along) > 0 ? std::clamp(dot(to, along) / dot(along, along), 0.0, 1.0) : 0;
                    nearest = std::min(nearest, length(to - along * t));
                }
                const bool high = p.x < 200; // low bends are one curve for all lanes
                QVERIFY(nearest < lanePitch + 0.3 && nearest > (high ? lanePitch - 0.3 : lanePitch * 0.7));
            }
        }
        QVERIFY(distance(paths[0].end(), {400, 140}) < 1e-9);
    }

    /// A point that a wire is led through may stand nearer to its block than its lanes could turn.
    void lanesDoNotCrossWhereThereIsNoRoomToTurn()
    {
        const WireRun run{{0, 0}, {26, 80}, {{13, 80}}, {}, true, true};
        const auto paths = lanePaths(run, 3);
        for (size_t lane = 0; lane < paths.size(); ++lane) {
            const auto line = paths[lane].flattened(0.1).front();
            for (size_t i = 1; i < line.size(); ++i) QVERIFY(line[i].x >= line[i - 1].x - 1e-9);
            QVERIFY(distance(paths[lane].end(), {26, 60 + 20.0 * double(lane)}) < 1e-9);
            if (lane == 0) continue;
            for (const Point p : line) // one curve, moved down by a pitch
                QVERIFY(std::ranges::any_of(paths[lane - 1].flattened(0.1).front(), [&](Point q) {
                    return distance(q, p - Point{0, lanePitch}) < 0.5;
                }));
        }
    }

    void twoColumnsCrossAsLittleAsTheBestOfAllOrders()
    {
        int best = 0, found = 0;
        for (unsigned seed = 0; seed < 60; ++seed) {
            std::mt19937 random(seed);
            LayoutGraph graph;
            std::vector<std::vector<int>> columns(3);
            for (int c = 0; c < 3; ++c)
                for (int i = 0; i < 3; ++i) {
                    columns[size_t(c)].push_back(int(graph.blocks.size()));
                    graph.blocks.push_back({{60, 160}, 40, {}, {}});
                }
            for (int c = 0; c < 2; ++c)
                for (int i = 0; i < 3; ++i)
                    for (int k = 0; k < 3; ++k)
                        if (k == i || random() % 3 == 0)
                            graph.wires.push_back({columns[size_t(c)][size_t(i)],
                                                   columns[size_t(c) + 1][size_t((k + int(seed)) % 3)],
                                                   {30, 0},
                                                   {-30, double(i) * 10 - 15},
                                                   1 + int(random() % 3)});
            const Layout layout = *layoutOf(graph);
            best += int(fewestCrossings(graph, columns));
            found += int(layout.crossings);
        }
        QVERIFY(best > 0);
        QVERIFY2(found == best, qPrintable(QString("%1 against %2").arg(found).arg(best)));
    }

    void attentionDoesNotCross()
    {
        LayoutGraph graph = graphOf({{"norm", "q"},
                                     {"norm", "k"},
                                     {"norm", "v"},
                                     {"q", "scores"},
                                     {"k", "scores"},
                                     {"scores", "softmax"},
                                     {"softmax", "mix"},
                                     {"v", "mix"},
                                     {"mix", "add"},
                                     {"x", "norm"},
                                     {"x", "add"}});
        const auto port = [&](size_t wire, double y) { graph.wires[wire].end.y = y; };
        port(3, -15), port(4, 15), port(6, -15), port(7, 15), port(8, -15), port(10, 15);
        QCOMPARE(layoutOf(graph)->crossings, 0);
    }

    void aPinIsKeptAndMovesNothingElse()
    {
        LayoutGraph graph = graphOf({{"a", "b"}, {"b", "c"}});
        const Layout before = *layoutOf(graph);
        graph.blocks[1].pin = Point{500, -300};
        const Layout after = *layoutOf(graph);
        QCOMPARE(after.centres[1], (Point{500, -300}));
        QCOMPARE(after.centres[0], before.centres[0]);
        QCOMPARE(after.centres[2], before.centres[2]);
        QCOMPARE(after.wires[0].end, (Point{470, -300}));
    }

    void theSameDiagramGivesTheSamePlaces()
    {
        for (unsigned seed = 0; seed < 40; ++seed) {
            const LayoutGraph graph = randomGraph(seed);
            const Layout first = *layoutOf(graph), second = *layoutOf(graph);
            QCOMPARE(second.centres, first.centres);
            QCOMPARE(second.wires, first.wires);
        }
    }

    void anEditMovesOnlyWhatStandsBesideIt()
    {
        // Twenty residual blocks; one more block is put into the tenth.
        LayoutGraph graph;
        const auto add = [&](double height) {
            graph.blocks.push_back({{60, height}, 40, {}, {}});
            return int(graph.blocks.size()) - 1;
        };
        const auto wire = [&](int from, int to, double y) {
            graph.wires.push_back({from, to, {30, 0}, {-30, y}, 2});
        };
        int x = add(60), inner = -1, sum = -1;
        for (int i = 0; i < 20; ++i) {
            const int norm = add(60), linear = add(60), plus = add(100);
            wire(x, norm, 0);
            wire(norm, linear, 0);
            wire(linear, plus, -30);
            wire(x, plus, 30);
            if (i == 10) inner = linear, sum = plus;
            x = plus;
        }
        const Layout before = *layoutOf(graph);
        for (WireShape& w : graph.wires)
            if (w.from == inner && w.to == sum) w.from = add(60);
        wire(inner, int(graph.blocks.size()) - 1, 0);
        const Layout after = *layoutOf(graph);
        std::set<double> shifts;
        for (size_t i = 0; i < before.centres.size(); ++i) {
            const Point by = after.centres[i] - before.centres[i];
            QCOMPARE(by.y, 0.0);
            shifts.insert(by.x);
        }
        QVERIFY(shifts.contains(0) && shifts.size() == 2); // room for one column, the rest stays
    }

    void anEditOfAnyDiagramHardlyReordersTheRest()
    {
        // Pairs of blocks above each other, both before and after one wire was drawn, taken away, or got a
        // block.
        int pairs = 0, exchanged = 0, calm = 0;
        int64_t crossings = 0, fewest = 0;
        constexpr int edits = 400;
        for (unsigned seed = 0; seed < edits; ++seed) {
            LayoutGraph graph = randomGraph(seed);
            const Layout before = *layoutOf(graph);
            const size_t blocks = graph.blocks.size();
            std::mt19937 random(seed);
            const size_t edited = random() % graph.wires.size();
            WireShape& wire = graph.wires[edited];
            const std::pair ends(wire.from, wire.to);
            if (seed % 3 == 0) {
                graph.blocks.push_back({{60, 60}, 40, {}, {}});
                const int fresh = int(graph.blocks.size()) - 1;
                WireShape first = wire;
                wire.from = first.to = fresh;
                wire.start = {30, 0};
                first.end = {-30, 0};
                graph.wires.push_back(first);
            } else if (seed % 3 == 1) {
                wire.to = -1;
            } else {
                WireShape more = wire;
                more.from = int(random() % unsigned(wire.to));
                graph.wires.push_back(more);
            }
            Precedent precedent{{before.centres.begin(), before.centres.end()},
                                {before.wires.begin(), before.wires.end()}};
            precedent.blocks.resize(graph.blocks.size());
            precedent.wires.resize(graph.wires.size());
            if (seed % 3 == 0) precedent.wires[edited].reset();
            const Layout after = *layoutOf(graph, {}, &precedent);
            crossings += after.crossings;
            fewest += layoutOf(graph)->crossings;
            const int old = exchanged;
            for (size_t a = 0; a < blocks; ++a)
                for (size_t b = 0; b < a; ++b) {
                    const bool beside = before.centres[a].x == before.centres[b].x &&
                                        after.centres[a].x == after.centres[b].x;
                    const auto edge = [&](size_t i) { return int(i) == ends.first || int(i) == ends.second; };
                    if (edge(a) || edge(b)) continue;
                    pairs += beside;
                    exchanged += beside && (before.centres[a].y < before.centres[b].y) !=
                                               (after.centres[a].y < after.centres[b].y);
                }
            calm += exchanged == old;
        }
        qInfo("%d of %d pairs exchanged, %d of %d edits exchange none; %lld axes cross, %lld from scratch",
              exchanged, pairs, calm, edits, (long long)crossings, (long long)fewest);
        QVERIFY(pairs > 1000);
        QVERIFY(exchanged * 50 < pairs);
        QVERIFY(crossings * 20 < fewest * 21);
    }

    void whatIsArrangedAfterItselfStays()
    {
        for (unsigned seed = 0; seed < 100; ++seed) {
            const LayoutGraph graph = randomGraph(seed);
            const Layout first = *layoutOf(graph);
            const Precedent before{{first.centres.begin(), first.centres.end()},
                                   {first.wires.begin(), first.wires.end()}};
            const Layout second = *layoutOf(graph, {}, &before);
            QVERIFY(second.crossings <= first.crossings);
            if (second.crossings == first.crossings) QCOMPARE(second.centres, first.centres);
            QCOMPARE(layoutOf(graph, {}, &before)->centres, second.centres);
        }
    }

    void partsThatAreNotWiredStandApart()
    {
        LayoutGraph graph = graphOf({{"a", "b"}, {"c", "d"}});
        graph.blocks.push_back({{60, 60}, 40, {}, {}});
        const Layout layout = *layoutOf(graph);
        QVERIFY(boxOf(graph, layout, 2).top > boxOf(graph, layout, 0).bottom);
        QVERIFY(boxOf(graph, layout, 4).top > boxOf(graph, layout, 2).bottom);
    }

    void framePortsStandAtTheSides()
    {
        LayoutGraph graph = graphOf({{"in1", "a"}, {"a", "b"}, {"b", "c"}, {"in2", "c"}, {"a", "out"}});
        for (const size_t in : {0, 4}) graph.blocks[in].column = BlockShape::Column::First;
        graph.blocks[5].column = BlockShape::Column::Last;
        const Layout layout = *layoutOf(graph);
        QCOMPARE(layout.centres[0].x, layout.centres[4].x);
        QCOMPARE(layout.centres[5].x, layout.bounds.right - 30);
    }

    void cyclesAndMissingEndsDoNotHang()
    {
        LayoutGraph graph = graphOf({{"a", "b"}, {"b", "c"}, {"c", "a"}, {"a", "a"}});
        graph.wires.push_back({0, -1, {}, {}, 1});
        const Layout layout = *layoutOf(graph);
        QCOMPARE(std::ranges::count(layout.wires, true, &WireRun::forward), 3);
        QVERIFY(!layout.wires[2].forward && !layout.wires[3].forward && !layout.wires[4].drawn);
    }

    void whatIsNoLongerWantedIsGivenUp()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!layoutOf(randomGraph(1), stop.get_token()));
    }

    void anEndThatIsDraggedTakesItsBendAlong()
    {
        const LayoutGraph graph = graphOf({{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "d"}});
        const WireRun run = layoutOf(graph)->wires[3];
        const WireRun moved = movedRun(run, run.start, run.end + Point{40, 30});
        QCOMPARE(moved.bends.size(), size_t(2));
        QCOMPARE(moved.bends.front(), run.bends.front());
        QCOMPARE(moved.bends.back().y, run.end.y + 30);
        QVERIFY(!movedRun(run, run.end, run.start).forward);
    }
};

QTEST_APPLESS_MAIN(TestLayout)
#include "test_layout.moc"
