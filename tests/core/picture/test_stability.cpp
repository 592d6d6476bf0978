// An edit of a figure moves what stands beside it; the rest keeps its order, and its place but for one shift.
#include "core/diagram/edit.h"
#include "core/files/files.h"
#include "core/picture/draw.h"
#include "tests/core/diagram/signatures.h"

#include <QtTest/QtTest>

using namespace core;
using namespace core::picture;

namespace
{

const BlockLibrary library = BlockLibrary::builtIn();

struct Arranged {
    Diagram diagram;
    LayoutGraph graph;
    Layout layout;
};

Arranged arrangedFrom(const Diagram& diagram, const DataSignature& data, const Arranged* before)
{
    Arranged result{diagram, {}, {}};
    const Elaboration elaboration = elaborate(diagram, library, data, Phase::Training);
    result.graph = layoutGraphOf(diagram, cellsOf(diagram, library, elaboration));
    Precedent precedent;
    for (const Block& block : diagram.blocks) {
        precedent.blocks.emplace_back();
        for (size_t i = 0; before && i < before->diagram.blocks.size(); ++i)
            if (before->diagram.blocks[i].id == block.id) precedent.blocks.back() = before->layout.centres[i];
    }
    for (const Wire& wire : diagram.wires) {
        precedent.wires.emplace_back();
        for (size_t i = 0; before && i < before->diagram.wires.size(); ++i)
            if (before->diagram.wires[i] == wire) precedent.wires.back() = before->layout.wires[i];
    }
    result.layout = *layoutOf(result.graph, {}, before ? &precedent : nullptr);
    return result;
}

/// Of the blocks that are in both pictures and not in `beside`: pairs that changed places above each other,
/// and blocks whose height is not that of most.
struct Moved {
    int pairs = 0, exchanged = 0, blocks = 0, lifted = 0;
};

Moved movedBetween(const Arranged& before, const Arranged& after, const std::set<std::string>& beside)
{
    std::vector<std::pair<Point, Point>> places;
    for (size_t i = 0; i < before.diagram.blocks.size(); ++i)
        for (size_t k = 0; k < after.diagram.blocks.size(); ++k)
            if (before.diagram.blocks[i].id == after.diagram.blocks[k].id &&
                !beside.contains(before.diagram.blocks[i].id))
                places.emplace_back(before.layout.centres[i], after.layout.centres[k]);
    Moved moved;
    std::map<double, int> shifts;
    for (size_t a = 0; a < places.size(); ++a) {
        ++shifts[places[a].second.y - places[a].first.y];
        for (size_t b = 0; b < a; ++b) {
            const bool above =
                places[a].first.x == places[b].first.x && places[a].second.x == places[b].second.x;
            moved.pairs += above;
            moved.exchanged +=
                above && (places[a].first.y < places[b].first.y) != (places[a].second.y < places[b].second.y);
        }
    }
    moved.blocks = int(places.size());
    int most = 0;
    for (const auto& [shift, count] : shifts) most = std::max(most, count);
    moved.lifted = moved.blocks - most;
    return moved;
}

} // namespace

class TestStability : public QObject
{
    Q_OBJECT

private slots:
    void aBlockPutOnAnyWireOfAFigureLeavesTheRest()
    {
        Moved all;
        int edits = 0;
        for (const char* name :
             {"two-layer-perceptron", "softmax-attention", "multi-head-attention",
              "transformer-encoder-block", "transformer", "convolution", "identity-resnet", "u-net",
              "vision-transformer", "mlp-mixer", "lstm-cell", "gated-linear-unit"}) {
            Errors problems;
            const Document document =
                parseDocument(files::resource("examples/" + std::string(name) + ".axo"), name, problems);
            const DataSignature data = test::images();
            const Arranged before = arrangedFrom(document.diagram, data, nullptr);
            for (const Wire& wire : document.diagram.wires) {
                Document edited = document;
                const std::string id = edit::addBlock(edited, library, "activation");
                edit::insertOnWire(edited, library, wire, id);
                const Arranged after = arrangedFrom(edited.diagram, data, &before);
                const Moved moved = movedBetween(before, after, {wire.from.block, wire.to.block});
                all.pairs += moved.pairs, all.exchanged += moved.exchanged;
                all.blocks += moved.blocks, all.lifted += moved.lifted;
                ++edits;
                // Undone, all stands as it did.
                const Arranged undone = arrangedFrom(document.diagram, data, &after);
                QVERIFY(undone.layout.crossings <= before.layout.crossings);
            }
        }
        qInfo("%d edits: %d of %d pairs exchanged, %d of %d blocks at another height", edits, all.exchanged,
              all.pairs, all.lifted, all.blocks);
        QVERIFY(edits > 100);
        QCOMPARE(all.exchanged, 0);
        QVERIFY(all.lifted * 10 < all.blocks);
    }

    /// An export shows what the canvas shows after an edit.
    void aPictureKeepsTheOrderOfTheOneBefore()
    {
        Document document;
        for (const char* kind : {"data", "linear", "linear"}) edit::addBlock(document, library, kind);
        for (const char* block : {"linear", "linear2"})
            edit::connect(document, library, {{"data", "x"}, {block, "x"}});
        const DataSignature data = test::images();
        const Elaboration elaboration = elaborate(document.diagram, library, data, Phase::Training);
        const auto secondIsBelow = [&](const DrawOptions& options) {
            const Picture picture = draw(document.diagram, library, elaboration, data, options);
            std::map<std::string, Rect> bounds;
            for (const Mark& mark : picture.marks)
                if (mark.owner >= 0) {
                    Rect& all = bounds.try_emplace(picture.owners[size_t(mark.owner)].id, mark.bounds())
                                    .first->second;
                    all = all.united(mark.bounds());
                }
            return bounds.at("linear2").centre().y > bounds.at("linear").centre().y;
        };
        const bool alone = secondIsBelow({});
        Precedent before;
        for (const Point centre : arrangedFrom(document.diagram, data, nullptr).layout.centres)
            before.blocks.emplace_back(centre);
        before.wires.resize(2);
        std::swap(before.blocks[1], before.blocks[2]);
        DrawOptions options;
        options.before = before;
        QCOMPARE(secondIsBelow(options), !alone);
        options.before->blocks.pop_back(); // of another diagram
        QCOMPARE(secondIsBelow(options), alone);
    }
};

QTEST_APPLESS_MAIN(TestStability)
#include "test_stability.moc"
