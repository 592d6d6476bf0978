// Cells: which wires pass by, which the symbol spans, and where the marks of the grammar stand.
#include "core/picture/cell.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace core;
using namespace core::picture;

namespace
{

Lanes lanes(std::initializer_list<const char*> axes)
{
    Lanes result;
    for (const char* axis : axes) result.push_back({axis, "4", 4});
    return result;
}

std::vector<std::string> axes(const Lanes& lanes)
{
    std::vector<std::string> names;
    for (const Lane& lane : lanes) names.push_back(lane.axis);
    return names;
}

using Names = std::vector<std::string>;

Cell cell(const Block& block, std::vector<Slot> inputs, const Lanes& output)
{
    static const BlockLibrary library = BlockLibrary::builtIn();
    return cellOf(block, library.find(block.kind), std::move(inputs), {{"y", -1, output}});
}

Setting text(const char* value)
{
    Setting setting;
    setting.text = value;
    return setting;
}

/// Heights of a slot's lanes.
std::vector<double> heights(const Slot& slot)
{
    std::vector<double> result;
    for (size_t i = 0; i < slot.lanes.size(); ++i)
        result.push_back(slot.place.y + laneOffset(i, slot.lanes.size()));
    return result;
}

int count(const Cell& cell, Role role) { return int(std::ranges::count(cell.marks, role, &Mark::role)); }

Rect boundsOfRole(const Cell& cell, Role role)
{
    Rect all;
    for (const Mark& mark : cell.marks)
        if (mark.role == role && mark.detail != Detail::Far) all = all.united(mark.path.bounds());
    return all;
}

const Cell& linearOnChannel()
{
    static const Cell result =
        cell({"hidden", "linear", {{"from", text("channel")}, {"to", text("hidden: 4")}}},
             {{"x", 0, lanes({"batch", "channel", "token"})}}, lanes({"batch", "token", "hidden"}));
    return result;
}

} // namespace

class TestCell : public QObject
{
    Q_OBJECT

private slots:
    void anOperationStandsWhereItsAxisRuns()
    {
        QCOMPARE(axes(linearOnChannel().outputs[0].lanes), (Names{"batch", "hidden", "token"}));
        QCOMPARE(heights(linearOnChannel().outputs[0]), heights(linearOnChannel().inputs[0]));
    }

    void axesApartAreBroughtTogetherBelowThoseThatPass()
    {
        const Cell merged = cell(
            {"both", "linear", {{"from", text("row, column")}, {"to", text("channel: 4")}}},
            {{"x", 0, lanes({"batch", "row", "token", "column"})}}, lanes({"batch", "token", "channel"}));
        QCOMPARE(axes(merged.outputs[0].lanes), (Names{"batch", "token", "channel"}));
    }

    void wiresBelowCloseUpWithWhatLeaves()
    {
        const Cell merged = cell(
            {"both", "linear", {{"from", text("row, column")}, {"to", text("channel: 4")}}},
            {{"x", 0, lanes({"batch", "row", "column", "token"})}}, lanes({"batch", "token", "channel"}));
        QCOMPARE(axes(merged.outputs[0].lanes), (Names{"batch", "channel", "token"}));
        const Rect box = boundsOfRole(merged, Role::Learned);
        double deepest = -1e9;
        for (const Mark& mark : merged.marks)
            if (mark.role == Role::Wire) deepest = std::max(deepest, mark.path.bounds().bottom);
        QVERIFY(deepest > box.bottom); // it passes below
    }

    void theSymbolSpansNoWireThatPassesBy()
    {
        const Rect box = boundsOfRole(linearOnChannel(), Role::Learned);
        const std::vector<double> out = heights(linearOnChannel().outputs[0]);
        QVERIFY(box.top > out[0] && box.bottom < out[2]);
        QVERIFY(box.top < out[1] && out[1] < box.bottom);
    }

    void wiresThatPassByStayAtTheirHeights()
    {
        const Cell norm = cell({"norm", "layer_norm"}, {{"x", 0, lanes({"batch", "token", "channel"})}},
                               lanes({"batch", "token", "channel"}));
        QCOMPARE(heights(norm.inputs[0]), heights(norm.outputs[0]));
    }

    void placesAreOnTheGrid()
    {
        const Cell& cell = linearOnChannel();
        for (const double y : heights(cell.inputs[0])) QCOMPARE(y, snapped(y));
        QCOMPARE(cell.size.width / 2, snapped(cell.size.width / 2));
        QCOMPARE(cell.size.height / 2, snapped(cell.size.height / 2));
    }

    void elementwiseWordsStandAboveAllWires()
    {
        const Cell relu = cell({"relu", "activation"}, {{"x", 0, lanes({"batch", "channel"})}},
                               lanes({"batch", "channel"}));
        const auto words = std::ranges::find(relu.marks, Role::Words, &Mark::role);
        QVERIFY(words != relu.marks.end());
        QCOMPARE(plainText(words->text), std::string("relu(x)"));
        QVERIFY(words->place.y < heights(relu.inputs[0])[0]);
    }

    void aResidualJoinsEachAxisInADot()
    {
        const Cell add = cell({"add", "add"},
                              {{"x", 0, lanes({"token", "channel"})}, {"x", 1, lanes({"token", "channel"})}},
                              lanes({"token", "channel"}));
        QCOMPARE(count(add, Role::Solid), 2);
        QCOMPARE(count(add, Role::Dash), 1);
        QCOMPARE(heights(add.outputs[0]), heights(add.inputs[0]));
    }

    void theFullestArrayIsTheOneThatOthersJoin()
    {
        const Cell add =
            cell({"add", "add"}, {{"x", 0, lanes({"channel"})}, {"x", 1, lanes({"token", "channel"})}},
                 lanes({"token", "channel"}));
        QCOMPARE(add.inputs[0].wire, 1);
        QCOMPARE(count(add, Role::Solid), 1);
    }

    void contractionEndsBothWiresInOneCup()
    {
        const Cell scores =
            cell({"scores", "contract", {{"over", text("key")}}},
                 {{"a", 0, lanes({"query", "key", "head"})}, {"b", 1, lanes({"source", "key", "head"})}},
                 lanes({"query", "head", "source"}));
        QCOMPARE(axes(scores.outputs[0].lanes), (Names{"query", "source", "head"}));
        QCOMPARE(count(scores, Role::Solid), 1); // the diagonal of head
    }

    void averagesEndTheirWires()
    {
        const Cell pool = cell({"pool", "global_average_pool", {{"over", text("token")}}},
                               {{"x", 0, lanes({"batch", "token", "channel"})}}, lanes({"batch", "channel"}));
        QCOMPARE(axes(pool.outputs[0].lanes), (Names{"batch", "channel"}));
    }

    void newAxesAreLabelledOthersAreNot()
    {
        const Lanes& out = linearOnChannel().outputs[0].lanes;
        QVERIFY(!out[0].fresh && out[1].fresh && !out[2].fresh);
        QVERIFY(linearOnChannel().room > 0);
    }

    void anUnknownKindIsABoxWithItsName()
    {
        const Cell box =
            cellOf({"a", "martian"}, nullptr, {{"x", 0, lanes({"batch"})}}, {{"y", -1, lanes({"batch"})}});
        const auto title = std::ranges::find(box.marks, Role::Title, &Mark::role);
        QVERIFY(title != box.marks.end());
        QCOMPARE(plainText(title->text), std::string("martian"));
    }

    void everyBlockOfTheLibraryHasACell()
    {
        static const BlockLibrary library = BlockLibrary::builtIn();
        for (const BlockDeclaration& kind : library.all()) {
            std::vector<Slot> inputs, outputs;
            for (const PortDeclaration& port : kind.inputs)
                inputs.push_back({port.name, -1, lanes({"batch", "token", "channel"})});
            for (const PortDeclaration& port : kind.outputs)
                outputs.push_back({port.name, -1, lanes({"batch", "token", "channel"})});
            const Cell drawn = cellOf({"a", kind.name}, &kind, inputs, outputs);
            QVERIFY2(drawn.size.width > 0 && !drawn.marks.empty(), kind.name.c_str());
            QCOMPARE(drawn.inputs.size(), kind.inputs.size());
            QCOMPARE(drawn.outputs.size(), kind.outputs.size());
            const Rect all = Rect::around({}, drawn.size);
            for (const Mark& mark : drawn.marks)
                QVERIFY2(mark.detail == Detail::Far ||
                             all.grown(styleOf(mark.role).width).contains(mark.bounds()),
                         kind.name.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestCell)
#include "test_cell.moc"
