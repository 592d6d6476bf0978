// Groups, definitions, states of blocks, and the inside of blocks.
#include "signatures.h"

#include "core/diagram/edit.h"
#include "core/diagram/linear.h"
#include "core/diagram/text.h"
#include "core/files/files.h"
#include "core/ops/op.h"
#include "core/program/initialise.h"

#include <QtTest>

using namespace core;
using test::wire;

class GroupsTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    static Document preset(const std::string& name)
    {
        Errors problems;
        return parseDocument(files::resource("examples/" + name + ".axo"), name, problems);
    }

    /// Parameters with their initial values, by name.
    static std::map<std::string, std::vector<float>> parameters(const Elaboration& made)
    {
        std::map<std::string, std::vector<float>> all;
        for (const Instruction& of : made.program.code)
            if (of.op == findOp("parameter")) all[of.attributes.name] = initialValues(of, 7);
        return all;
    }

private slots:
    void aGroupTrainsAsBefore()
    {
        Document document = preset("digits-mlp");
        const Elaboration before = elaborate(document.diagram, library, test::images(), Phase::Training);
        std::set<std::string> ids;
        for (const Block& block : document.diagram.blocks)
            if (block.kind == "linear" || block.kind == "activation") ids.insert(block.id);
        const Document old = document;
        const std::string id = edit::group(document, library, ids, "My network");
        QCOMPARE(id, std::string("my_network"));
        const Elaboration after = elaborate(document.diagram, library, test::images(), Phase::Training);
        QVERIFY2(after.trainable(), (test::textOf(after.errors) + writeDocument(document)).c_str());
        QVERIFY(parameters(after) == parameters(before));
        QCOMPARE(after.costs.at(id).parameters, 64 * 128 + 128 + 128 * 10 + 10.0);

        Errors problems;
        QVERIFY(parseDocument(writeDocument(document), "copy", problems) == document && problems.empty());
        edit::ungroup(document, library, id);
        QVERIFY2(document == old, (writeDocument(document) + writeDocument(old)).c_str());
    }

    void everyPresetCanBeGroupedAndUngrouped()
    {
        const std::map<std::string, DataSignature> data{{"playground", test::points()},
                                                        {"char-transformer", test::tokens()},
                                                        {"mnist-cnn", test::images(28)},
                                                        {"digits-mixer", test::images()},
                                                        {"digits-transformer", test::images()}};
        for (const auto& [name, signature] : data) {
            Document document = preset(name);
            const Document old = document;
            const Elaboration before = elaborate(old.diagram, library, signature, Phase::Training);
            std::set<std::string> ids;
            for (const Block& block : document.diagram.blocks)
                if (block.kind != "data") ids.insert(block.id);
            const std::string outer = edit::group(document, library, ids, "All of it");
            const Elaboration after = elaborate(document.diagram, library, signature, Phase::Training);
            QVERIFY2(after.trainable(),
                     (name + test::textOf(after.errors) + writeDocument(document)).c_str());
            QVERIFY(parameters(after) == parameters(before));
            edit::ungroup(document, library, outer);
            QVERIFY2(document == old, (writeDocument(document) + writeDocument(old)).c_str());
        }
    }

    void groupsNest()
    {
        Document document = preset("digits-mlp");
        const Elaboration before = elaborate(document.diagram, library, test::images(), Phase::Training);
        std::vector<std::string> chain;
        for (const Block& block : document.diagram.blocks)
            if (block.kind == "linear" || block.kind == "activation") chain.push_back(block.id);
        const std::string inner = edit::group(document, library, {chain[0], chain[1]}, "Layer");
        const std::string outer = edit::group(document, library, {inner, chain[2]}, "Network");
        QCOMPARE(document.diagram.definitions.size(), size_t(2));
        const Elaboration after = elaborate(document.diagram, library, test::images(), Phase::Training);
        QVERIFY2(after.trainable(), test::textOf(after.errors).c_str());
        QVERIFY(parameters(after) == parameters(before));
        edit::ungroup(document, library, outer);
        edit::ungroup(document, library, inner);
        QVERIFY(document == preset("digits-mlp"));
    }

    void aBlockThatIsCalledLikeOneInsideAGroupHasParametersOfItsOwn()
    {
        Document document = preset("digits-mlp");
        const std::string first = std::find_if(document.diagram.blocks.begin(), document.diagram.blocks.end(),
                                               [](const Block& block) { return block.kind == "linear"; })
                                      ->id;
        const std::string inner = edit::group(document, library, {first}, "Layer");
        edit::addBlock(document, library, "linear");
        document.diagram.blocks.back().id = first;
        edit::insertOnWire(document, library,
                           Wire(*std::find_if(document.diagram.wires.begin(), document.diagram.wires.end(),
                                              [&](const Wire& wire) { return wire.from.block == inner; })),
                           first);
        edit::setSetting(document, first, "to", test::text("channel: 7"));
        const Elaboration made = elaborate(document.diagram, library, test::images(), Phase::Training);
        QVERIFY2(made.trainable(), test::textOf(made.errors).c_str());
        std::set<std::string> names;
        size_t count = 0;
        for (const Instruction& of : made.program.code)
            if (of.op == findOp("parameter")) {
                names.insert(of.attributes.name);
                ++count;
            }
        QCOMPARE(names.size(), count);
    }

    void aGroupThatWouldHangOnItselfIsRefused()
    {
        Document document = preset("playground");
        const Document before = document;
        QVERIFY_EXCEPTION_THROWN(edit::group(document, library, {"hidden1", "hidden2"}, "Gap"), Error);
        QVERIFY_EXCEPTION_THROWN(edit::group(document, library, {}, "Nothing"), Error);
        QVERIFY(document == before);
    }

    void aLiftedSettingIsOneOfTheGroup()
    {
        Document document = preset("playground");
        const std::string id = edit::group(document, library, {"hidden1", "tanh1"}, "Layer");
        edit::lift(document, library, "layer", "hidden1", "to", "width");
        edit::lift(document, library, "layer", "tanh1", "formula", "activation");
        Elaboration made = elaborate(document.diagram, library, test::points(), Phase::Training);
        QVERIFY2(made.trainable(), (test::textOf(made.errors) + writeDocument(document)).c_str());
        QCOMPARE(made.costs.at(id).parameters, 2 * 8 + 8.0);
        edit::setSetting(document, id, "width", test::text("channel: 5"));
        made = elaborate(document.diagram, library, test::points(), Phase::Training);
        QVERIFY2(made.trainable(), test::textOf(made.errors).c_str());
        QCOMPARE(made.costs.at(id).parameters, 2 * 5 + 5.0);
        edit::ungroup(document, library, id);
        QCOMPARE(document.diagram.find("hidden1")->settings.at("to").text, std::string("channel: 5"));
    }

    void aSavedGroupIsABlockOfTheLibrary()
    {
        QTemporaryDir folder;
        Document document = preset("digits-transformer"); // its sizes go along
        edit::group(document, library, {"patch", "tokens", "position"}, "Stem");
        edit::describe(document, "stem", "Stem", "Rows become tokens.", "stem");
        const auto paths = edit::saveToLibrary(document, "stem", folder.path().toStdString());
        QCOMPARE(paths.size(), size_t(1));
        BlockLibrary own = library;
        Errors problems;
        own.addFolder(folder.path().toStdString(), problems);
        QVERIFY2(problems.empty(), test::textOf(problems).c_str());
        QVERIFY(own.find("stem"));
        QCOMPARE(own.find("stem")->help, std::string("Rows become tokens."));
        Document other;
        edit::addBlock(other, own, "data");
        edit::addBlock(other, own, "stem");
        edit::connect(other, own, wire("data.x", "stem.x"));
        const Elaboration made = elaborate(other.diagram, own, test::images(), Phase::Training);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        QCOMPARE(made.types.at("stem.y").type.size("channel"), int64_t(32));
    }

    void whatIsInsideCostsWhatTheBlockCosts()
    {
        Diagram diagram;
        Errors errors;
        diagram = diagramFrom("data = data()\nh = linear(data.x, [row, colour] -> channel: 32)\n"
                              "t = rename_axis(h, column -> token)\na = attention(t, causal = yes)\n"
                              "b = transformer_block(a)\nn = batch_norm(b)\nc = mlp(n)\n",
                              library, {}, errors);
        QVERIFY2(errors.empty(), test::textOf(errors).c_str());
        const Elaboration made = elaborate(diagram, library, test::images(), Phase::Training);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        for (const char* id : {"h", "a", "b", "n", "c"}) {
            const Inside inside = insideOf(*diagram.find(id), diagram, library, &made);
            const Elaboration inner = elaborate(inside, library, test::images(), Phase::Training);
            const std::string text = textOf(inside.diagram, library);
            QVERIFY2(inner.errors.empty(), (test::textOf(inner.errors) + text).c_str());
            double parameters = 0;
            for (const auto& [block, cost] : inner.costs) parameters += cost.parameters;
            QVERIFY2(parameters == made.costs.at(id).parameters, text.c_str());
            for (const Block& block : inside.diagram.blocks)
                if (block.kind == "output") {
                    const Wire* in = nullptr;
                    for (const Wire& one : inside.diagram.wires)
                        if (one.to.block == block.id) in = &one;
                    QVERIFY(in);
                    QCOMPARE(inner.types.at(in->from.text()).type.axes.size(),
                             made.types.at(std::string(id) + ".y").type.axes.size());
                }
        }
        // Settings decide what is there.
        const Inside inside = insideOf(*diagram.find("a"), diagram, library, &made);
        QVERIFY(inside.diagram.find("q") && inside.diagram.find("weights") &&
                !inside.diagram.find("weights2"));
        QCOMPARE(inside.diagram.find("q")->settings.at("to").text, std::string("head: 4, key: 8"));
    }

    void aRecurrenceOpensToItsCell()
    {
        Errors errors;
        Document document;
        Diagram& diagram = document.diagram;
        diagram = diagramFrom("data = data()\n"
                              "r = recurrence(data.x, of = \"lstm_cell(to = [channel: 5])\", over = row)\n"
                              "y = linear(r.last, to = class: 3)\n",
                              library, {}, errors);
        QVERIFY2(errors.empty(), test::textOf(errors).c_str());
        const Elaboration made = elaborate(diagram, library, test::images(), Phase::Training);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        const Inside inside = insideOf(*diagram.find("r"), diagram, library, &made);
        QCOMPARE(inside.along, std::string("row"));
        const Elaboration inner = elaborate(inside, library, test::images(), Phase::Training);
        QVERIFY2(inner.errors.empty(), test::textOf(inner.errors).c_str());
        QVERIFY(!inner.types.at("x.y").type.has("row") && inner.types.at("x.y").type.has("column"));
        // What leaves as a state comes in as one.
        for (const char* state : {"h", "c"})
            QVERIFY(inner.types.at(std::string(state) + ".y").type ==
                    inner.types.at(std::string("lstm_cell.") + state).type);
        QCOMPARE(inner.costs.at("lstm_cell").parameters, made.costs.at("r").parameters);
        std::string ends;
        for (const Block& block : inside.diagram.blocks)
            if (block.kind == "output") ends += block.settings.at("name").text + " ";
        QCOMPARE(ends, std::string("last c ")); // y is not read
        QVERIFY_EXCEPTION_THROWN(edit::ungroup(document, library, "r"), Error);
    }

    void contractionsWithParametersAreDrawnAsLinearMaps()
    {
        Errors errors;
        const Diagram diagram = diagramFrom("data = data()\na = conv2d(data.x, padding = valid)\n"
                                            "b = conv2d(a, to = channel: 4, bias = no)\nc = linear(b)\n",
                                            library, {}, errors);
        QVERIFY2(errors.empty(), test::textOf(errors).c_str());
        const Elaboration made = elaborate(diagram, library, test::images(), Phase::Training);
        for (const char* id : {"a", "b"}) {
            const Inside inside = drawnInsideOf(*diagram.find(id), diagram, library, &made);
            const Elaboration inner = elaborate(inside, library, test::images(), Phase::Training);
            QVERIFY2(inner.errors.empty(), test::textOf(inner.errors).c_str());
            std::string kinds;
            BlockCost total;
            for (const Block& block : inside.diagram.blocks) kinds += block.kind + " ";
            for (const auto& [block, cost] : inner.costs) total += cost;
            QCOMPARE(kinds, std::string("input window linear output "));
            QCOMPARE(total.parameters, made.costs.at(id).parameters);
            QCOMPARE(total.flops, made.costs.at(id).flops);
        }
        // What a linear block is stays to be seen.
        const Inside inside = drawnInsideOf(*diagram.find("c"), diagram, library, &made);
        QVERIFY(inside.diagram.find("weight"));
    }

    void aBypassedBlockPassesOnAndAMutedOneIsZero()
    {
        Document document = preset("playground");
        const auto made = [&] {
            return elaborate(document.diagram, library, test::points(), Phase::Training);
        };
        edit::setState(document, {"tanh1"}, BlockState::Bypassed);
        Elaboration after = made();
        QVERIFY2(after.trainable(), test::textOf(after.errors).c_str());
        QCOMPARE(after.wires.at("tanh1.y"), after.wires.at("hidden1.y"));
        edit::toggleState(document, {"tanh1"}, BlockState::Bypassed);
        QVERIFY(document == preset("playground"));
        edit::setState(document, {"tanh1"}, BlockState::Muted);
        after = made();
        QVERIFY2(after.trainable(), test::textOf(after.errors).c_str());
        QVERIFY(after.types.at("tanh1.y").type == after.types.at("hidden1.y").type);
        edit::setState(document, {"loss"}, BlockState::Muted);
        QVERIFY(!made().trainable() && made().errors.empty());
        Errors problems;
        QVERIFY(parseDocument(writeDocument(document), "copy", problems) == document && problems.empty());
    }

    void formulasAndEinsumsHaveTheInputsThatTheyName()
    {
        Errors errors;
        Diagram diagram =
            diagramFrom("data = data()\n"
                        "q = linear(data.x, feature -> [query: 3, key: 4])\n"
                        "k = linear(data.x, feature -> [source: 5, key: 4])\n"
                        "s = einsum(q, k, formula = \"query key, source key -> query source\")\n"
                        "f = s*sigmoid(s) + size(source)\n",
                        library, {}, errors);
        QVERIFY2(errors.empty(), test::textOf(errors).c_str());
        Elaboration made = elaborate(diagram, library, test::points(), Phase::Training);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        QCOMPARE(made.types.at("s.y").type.text(), std::string("real[batch=16, query=3, source=5]"));
        diagram.find("s")->settings["formula"] = test::text("query key -> query");
        diagram.wires.erase(std::find(diagram.wires.begin(), diagram.wires.end(), wire("k.y", "s.b")));
        diagram.find("f")->settings["formula"] = test::text("x");
        made = elaborate(diagram, library, test::points(), Phase::Training);
        QVERIFY2(made.errors.empty(), test::textOf(made.errors).c_str());
        QCOMPARE(made.types.at("s.y").type.text(), std::string("real[batch=16, query=3]"));
        Block three{
            "f", "formula", {{"formula", test::text("where(mask > 0, value, -1e9) + size(row)")}}, {}, {}};
        std::string ports;
        const auto kind = library.declarationOf(three);
        for (const PortDeclaration& port : kind->inputs) ports += port.name + " ";
        QCOMPARE(ports, std::string("mask value "));
    }
};

QTEST_APPLESS_MAIN(GroupsTest)
#include "test_groups.moc"
