// Diagrams as text: both directions, comments, errors; what is inside blocks.
#include "signatures.h"

#include "core/diagram/text.h"
#include "core/files/files.h"

#include <QtTest>

#include <random>

using namespace core;
using test::wire;

class TextTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    Diagram read(const std::string& text, const Diagram& before = {})
    {
        Errors errors;
        Diagram diagram = diagramFrom(text, library, before, errors);
        if (!errors.empty()) qWarning("%s", test::textOf(errors).c_str());
        return diagram;
    }

    static Document preset(const std::string& name)
    {
        Errors problems;
        return parseDocument(files::resource(name), name, problems);
    }

    /// Settings that differ from the default, names that need quotes, wires from anywhere before.
    Diagram random(uint32_t seed) const
    {
        std::mt19937 bits(seed);
        const auto below = [&](size_t n) { return size_t(bits() % n); };
        const auto one = [&](std::initializer_list<const char*> list) {
            return std::string(*(list.begin() + below(list.size())));
        };
        Diagram diagram;
        if (below(2))
            diagram.sizes = {{"d", "128"}, {"hidden", one({"4*d", "d/2", "4 * d", "batch", "floor(d/3)"})}};
        if (!diagram.sizes.empty() && below(3) == 0) diagram.sizeComments["d"] = "width";
        std::vector<PortRef> outputs;
        const size_t count = 2 + below(12);
        for (size_t i = 0; i < count; ++i) {
            const BlockDeclaration& kind = library.all()[below(library.all().size())];
            Block block;
            block.kind = below(12) == 0 ? one({"unheard_of", "not a name", "relu", "concat"}) : kind.name;
            block.id = diagram.freshId(below(3) ? block.kind == "not a name" ? "odd" : block.kind
                                                : one({"a", "channel", "größe", "layer-1", "x", "d", "max"}));
            if (below(4) == 0) block.comment = one({"first", "two\nlines", "# sharp", "  indented"});
            for (const ParameterDeclaration& parameter : kind.parameters) {
                if (below(3)) continue;
                Setting& setting = block.settings[parameter.name];
                if (below(4) == 0)
                    setting = test::flag(below(2));
                else if (below(4) == 0)
                    setting = test::number(double(below(5)) - 1.5);
                else
                    setting = test::text(one({"channel",
                                              "channel: 8",
                                              "head: 4,key : 8",
                                              "row, column",
                                              "4*d",
                                              "",
                                              "yes",
                                              "8",
                                              "relu(x)",
                                              "x*sigmoid(1.702*x)",
                                              "a + b",
                                              "a*b",
                                              "b - a",
                                              "a b -> a",
                                              "he",
                                              "say \"no\"",
                                              "[a, b]",
                                              "x / size(d)",
                                              "-3",
                                              "floor(d)",
                                              "f(x)",
                                              "#"}));
            }
            block.state = BlockState(std::max(0, int(below(12)) - 9));
            if (below(8) == 0) block.settings["of_no_kind"] = test::text(one({"a", "b c"}));
            diagram.blocks.push_back(block);
            const auto ports = library.declarationOf(diagram.blocks.back());
            const auto draw = [&](const std::string& port) {
                const Wire wire{outputs[below(outputs.size())], {block.id, port}};
                if (std::find(diagram.wires.begin(), diagram.wires.end(), wire) == diagram.wires.end())
                    diagram.wires.push_back(wire);
            };
            if (ports)
                for (const PortDeclaration& port : ports->inputs)
                    for (size_t wires = port.variadic ? below(4) : below(5) > 0;
                         wires > 0 && !outputs.empty(); --wires)
                        draw(port.name);
            if (!outputs.empty() && below(12) == 0) draw("of_no_kind");
            if (ports)
                for (const PortDeclaration& port : ports->outputs) outputs.push_back({block.id, port.name});
            else
                outputs.push_back({block.id, one({"y", "z"})});
        }
        return diagram;
    }

private slots:
    void aTextIsWhatOneWouldWrite()
    {
        const std::string expected = "data = data()\n"
                                     "hidden1 = linear(data.x, to = channel: 8, init = glorot)\n"
                                     "tanh1 = tanh(hidden1)\n"
                                     "hidden2 = linear(tanh1, to = channel: 8, init = glorot)\n"
                                     "tanh2 = tanh(hidden2)\n"
                                     "output = linear(tanh2, to = output: 1, init = glorot)\n"
                                     "loss = mse(output, data.y, labels = signs)\n";
        QCOMPARE(QString::fromStdString(textOf(preset("examples/playground.axo").diagram, library)),
                 QString::fromStdString(expected));
    }

    void everyPresetComesBackFromItsText()
    {
        for (const std::string& name : files::resourceNames("examples")) {
            if (!name.ends_with(".axo")) continue;
            const Diagram diagram = preset(name).diagram;
            const std::string text = textOf(diagram, library);
            QVERIFY2(read(text, diagram) == diagram, (name + "\n" + text).c_str());
            const Diagram alone = read(text);
            QCOMPARE(textOf(alone, library), text);
            QCOMPARE(alone.blocks.size(), diagram.blocks.size());
            QCOMPARE(alone.wires.size(), diagram.wires.size());
        }
    }

    void aThousandRandomDiagramsComeBackFromTheirTexts()
    {
        for (uint32_t seed = 0; seed < 1000; ++seed) {
            Diagram diagram = random(seed);
            const std::string text = textOf(diagram, library);
            Errors errors;
            const Diagram again = diagramFrom(text, library, diagram, errors);
            const std::string report = "seed " + std::to_string(seed) + "\n" + test::textOf(errors) + text +
                                       "\n" + textOf(again, library);
            QVERIFY2(errors.empty(), report.c_str());
            if (!(again == diagram)) {
                Document a, b;
                a.diagram = diagram, b.diagram = again;
                QVERIFY2(false, (report + writeDocument(a) + writeDocument(b)).c_str());
            }
            const Diagram alone = diagramFrom(text, library, {}, errors);
            QVERIFY2(errors.empty() && textOf(alone, library) == text,
                     (report + textOf(alone, library)).c_str());
        }
    }

    void nestedCallsAreBlocksOfTheirOwn()
    {
        const Diagram diagram = read("data = data()\n"
                                     "x = layer_norm(linear(data.x, to = channel: 8), channel)\n"
                                     "y = x + relu(x)*sigmoid(x)\n");
        std::string kinds;
        for (const Block& block : diagram.blocks) kinds += block.id + ":" + block.kind + " ";
        QCOMPARE(kinds, std::string("data:data linear:linear x:layer_norm y:activation "));
        QCOMPARE(diagram.find("y")->settings.at("formula").text, std::string("x + relu(x)*sigmoid(x)"));
    }

    void operatorsAreJointsWhereTheyJoinArrays()
    {
        const std::string head = "data = data()\na = linear(data.x)\nb = linear(data.x)\n";
        const auto kind = [&](const std::string& text) {
            const Diagram diagram = read(head + "z = " + text + "\n");
            return diagram.find("z")->kind;
        };
        QCOMPARE(kind("a + b"), std::string("add"));
        QCOMPARE(kind("a*b"), std::string("multiply"));
        QCOMPARE(kind("a - b"), std::string("formula"));
        QCOMPARE(kind("a + a"), std::string("activation"));
        QCOMPARE(kind("max(a, b)"), std::string("formula"));
        QCOMPARE(kind("max(a, channel)"), std::string("max"));
        QCOMPARE(kind("rename(a, channel -> source)"), std::string("rename_axis"));
        QCOMPARE(kind("contract(a, b, over = channel)"), std::string("contract"));
    }

    void commentsStayWithTheirStatements()
    {
        const std::string text =
            "# how wide\nd = 32\n# what is learned\n# in two lines\nh = linear(to = channel: d)\n"
            "# the end\nr = relu(h)\n";
        QCOMPARE(textOf(read(text), library), text);
        QCOMPARE(read(text).find("h")->comment, std::string("what is learned\nin two lines"));
        // Also on disk.
        Document document, again;
        document.diagram = read(text);
        Errors problems;
        again = parseDocument(writeDocument(document), "copy", problems);
        QVERIFY(again == document && problems.empty());
    }

    void anEditOfTheTextKeepsWhatTextDoesNotHold()
    {
        Diagram before = read("data = data()\nh = linear(data.x, to = channel: 8)\nr = relu(h)\n");
        before.find("h")->pin = Point{3, 4};
        before.find("h")->open = true;
        before.find("h")->unknown = "{\"colour\":\"red\"}";
        const Diagram after = read(
            "data = data()\nh = linear(data.x, to = channel: 16)\nn = layer_norm(h)\nr = tanh(n)\n", before);
        QVERIFY(after.find("h")->pin == (Point{3, 4}));
        QVERIFY(after.find("h")->open);
        QCOMPARE(after.find("h")->unknown, before.find("h")->unknown);
        QCOMPARE(after.find("h")->settings.at("to").text, std::string("channel: 16"));
        QCOMPARE(after.blocks[2].id, std::string("n"));
        QVERIFY(after.wires ==
                (std::vector<Wire>{wire("data.x", "h.x"), wire("h.y", "n.x"), wire("n.y", "r.x")}));
    }

    void mistakesAreAllFoundAtTheirPlaces_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        QTest::newRow("unknown name") << "a = linear(b)"
                                      << "text:1:12";
        QTest::newRow("in an expression") << "a = parameter()\nc = a + 2*b"
                                          << "text:2:11";
        QTest::newRow("too many inputs") << "a = parameter()\nb = linear(a, a)"
                                         << "text:2:5";
        QTest::newRow("twice") << "a = parameter()\na = parameter()"
                               << "text:2:1";
        QTest::newRow("condition") << "a = parameter() if yes"
                                   << "text:1:1";
        QTest::newRow("unknown kind") << "a = parameter()\nb = frobnicate(a)"
                                      << "text:2:5";
        QTest::newRow("no term") << "a = linear(\nb = 3"
                                 << "text:1:11";
    }
    void mistakesAreAllFoundAtTheirPlaces()
    {
        QFETCH(QString, text);
        QFETCH(QString, where);
        Errors errors;
        diagramFrom(text.toStdString(), library, {}, errors);
        QCOMPARE(errors.size(), size_t(1));
        QCOMPARE(errors[0].where, where.toStdString());
    }

    void mistakesInSeveralStatementsAreAllListed()
    {
        Errors errors;
        const Diagram diagram =
            diagramFrom("a = linear(u)\nb = parameter()\nc = relu(v)\nd = relu(b)\n", library, {}, errors);
        QCOMPARE(errors.size(), size_t(2));
        QCOMPARE(diagram.blocks.size(), size_t(2));
    }
};

QTEST_APPLESS_MAIN(TextTest)
#include "test_text.moc"
