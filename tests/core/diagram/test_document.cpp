#include "signatures.h"

#include "core/diagram/document.h"
#include "core/diagram/edit.h"

#include <QRegularExpression>
#include <QtTest>

#include <random>

using namespace core;

namespace
{

Document read(const std::string& json, Errors& problems) { return parseDocument(json, "a.axo", problems); }

bool mentions(const Errors& errors, const std::string& where, const std::string& what)
{
    return std::any_of(errors.begin(), errors.end(), [&](const Error& error) {
        return error.where.find(where) != std::string::npos && error.what.find(what) != std::string::npos;
    });
}

Document randomDocument(std::mt19937_64& random)
{
    const auto word = [&] {
        static const std::vector<std::string> words{
            "a", "channel: 4*d", "\"quoted\"\\", "line\nbreak", "Größe", "x->y", "{\"axo\": 2}", "\x01", ""};
        return words[random() % words.size()];
    };
    const auto settings = [&] {
        std::map<std::string, Setting> result;
        for (uint64_t i = random() % 4; i-- > 0;) {
            const double value = std::ldexp(double(int64_t(random())), int(random() % 200) - 130);
            result["s" + std::to_string(random() % 9)] = random() % 3 == 0 ? test::number(value)
                                                         : random() % 2    ? test::text(word())
                                                                           : test::flag(random() % 2);
        }
        return result;
    };
    Document document;
    document.title = word();
    document.notes = word();
    for (uint64_t i = random() % 3; i-- > 0;) document.diagram.sizes["d" + std::to_string(i)] = word();
    document.data = {word(), settings(), double(random() % 90) / 100, random(), word()};
    document.train = {word(), settings(), word(), int64_t(random() >> 1), int64_t(random() >> 1),
                      0.1,    random()};
    for (uint64_t i = random() % 6; i-- > 0;) {
        Block block;
        block.id = document.diagram.freshId("block");
        block.kind = "kind" + std::to_string(random() % 3);
        block.settings = settings();
        if (random() % 2) block.pin = Point{double(random()) / 3, -0.5};
        if (random() % 2) block.unknown = "{\"lens\":[1,{\"b\":null,\"a\":2.5}]}";
        document.diagram.blocks.push_back(block);
    }
    const auto& blocks = document.diagram.blocks;
    for (size_t i = 1; i < blocks.size(); ++i)
        document.diagram.wires.push_back({{blocks[i - 1].id, "y"}, {blocks[i].id, "x"}});
    if (random() % 2) document.unknown = "{\"lenses\":{\"z\":1,\"a\":[true]},\"data\":{\"later\":[2]}}";
    return document;
}

} // namespace

class DocumentTest : public QObject
{
    Q_OBJECT

private slots:
    void readingWhatWasWrittenGivesTheSame()
    {
        std::mt19937_64 random(7);
        for (int i = 0; i < 300; ++i) {
            const Document document = randomDocument(random);
            const std::string json = writeDocument(document);
            Errors problems;
            const Document again = read(json, problems);
            QVERIFY2(problems.empty(), test::textOf(problems).c_str());
            QCOMPARE(writeDocument(again), json);
            QVERIFY(again == document);
        }
    }

    void unknownKeysSurviveInTheirPlaces()
    {
        Errors problems;
        const Document document =
            read(R"({"axo": 1, "lenses": {"b": 1, "a": 2}, "data": {"name": "iris", "fold": 3},
            "train": {"twist": [1]}, "blocks": [{"id": "a", "kind": "linear", "colour": "red"}]})",
                 problems);
        QVERIFY2(problems.empty(), test::textOf(problems).c_str());
        const std::string json = writeDocument(document);
        QVERIFY(json.find(R"("lenses": {"b": 1, "a": 2})") != std::string::npos);
        QVERIFY(json.find(R"("fold": 3)") != std::string::npos);
        QVERIFY(json.find(R"("twist": [1])") != std::string::npos);
        QVERIFY(json.find(R"({"id": "a", "kind": "linear", "colour": "red"})") != std::string::npos);
    }

    void unknownFieldsOfEveryObjectSurviveEditsElsewhere()
    {
        // One field called `odd` in each object that there is, and forms that this version does not write.
        const std::string json = R"({"axo": 1, "title": "t", "odd": 1,
            "sizes": {"d": {"formula": "2*e", "odd": 2}, "e": 4, "f": {"odd": 3}, "g": [1]},
            "size_comments": {"d": "as wide", "e": {"odd": 4}},
            "data": {"name": "digits", "odd": 5, "settings": {"odd": {"odd": 6}}},
            "train": {"optimiser": "adam", "odd": 7, "settings": {"odd": [8]}},
            "definitions": [{"block": "own", "odd": 9, "params": {"to": {"type": "axes", "default": "d", "odd": 10}},
                "in": {"x": {"type": "[...]", "odd": 11}}, "out": {"y": {"type": "[...]", "odd": 12}},
                "draw": {"symbol": "o", "odd": 13}, "body": ["y = x"]}],
            "blocks": [{"id": "a", "kind": "linear", "odd": 14, "settings": {"to": "channel: d", "odd": {"odd": 15}}},
                       {"id": "b", "kind": "own"}, {"id": "c", "kind": "softmax"}],
            "wires": [["a.y", "b.x", {"odd": 16}], {"from": "b.y", "to": "c.x", "odd": 17}]})";
        Errors problems;
        Document document = read(json, problems);
        QCOMPARE(document.diagram.sizes.at("d"), std::string("2*e"));
        QCOMPARE(document.diagram.wires.size(), size_t(2));
        const auto rest = [&] { // what is odd, in the order of the file
            Errors ignored;
            const std::string text = writeDocument(document);
            if (writeDocument(read(text, ignored)) != text) return QStringList{"not the same again"};
            QStringList found;
            QRegularExpression pattern(R"re("odd": (\[?\d+))re");
            auto all = pattern.globalMatch(QString::fromStdString(text));
            while (all.hasNext()) found += all.next().captured(1).remove('[');
            std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.toInt() < b.toInt(); });
            return found;
        };
        QStringList expected;
        for (int i = 1; i <= 17; ++i) expected += QString::number(i);
        QCOMPARE(rest(), expected);
        const BlockLibrary library = BlockLibrary::builtIn();
        edit::addBlock(document, library, "activation");
        edit::renameBlock(document, "b", "between");
        edit::setSetting(document, "a", "bias", test::flag(false));
        document.diagram.sizes["e"] = "5";
        document.train.rate = "0.5";
        QCOMPARE(rest(), expected);
        QVERIFY(writeDocument(document).find(R"({"from": "between.y", "to": "c.x", "odd": 17})") !=
                std::string::npos);
        edit::disconnect(document, test::wire("a.y", "between.x")); // its fields go with it
        expected.removeAll("16");
        QCOMPARE(rest(), expected);
    }

    void everyProblemIsReportedAndTheRestIsOpened()
    {
        Errors problems;
        const Document document = read(R"({"axo": 9, "title": 3, "sizes": {"d": []},
            "data": {"name": "iris", "validation": 2}, "train": {"batch": -1, "epochs": 1.5, "rate": 0.25},
            "blocks": [{"id": "a", "kind": "linear", "settings": {"to": null, "bias": false}, "at": [1]},
                       {"id": "a", "kind": "softmax"}, {"id": "b.c", "kind": "add"}, {"id": "d"}, 7],
            "wires": [["a.y", "a2.x"], ["a.y", "gone.x"], ["a"], ["a.y", "a2.x"]]})",
                                       problems);
        QVERIFY(mentions(problems, "axo", "newer version"));
        QVERIFY(mentions(problems, "title", "must be text"));
        QVERIFY(mentions(problems, "sizes.d", "must be a number or a formula"));
        QVERIFY(mentions(problems, "data.validation", "out of range"));
        QVERIFY(mentions(problems, "train.batch", "at least 0"));
        QVERIFY(mentions(problems, "train.epochs", "whole number"));
        QVERIFY(mentions(problems, "blocks[0].settings.to", "null"));
        QVERIFY(mentions(problems, "blocks[0].at", "two numbers"));
        QVERIFY(mentions(problems, "blocks[1].id", "two blocks a"));
        QVERIFY(mentions(problems, "blocks[2].id", "cannot be an id"));
        QVERIFY(mentions(problems, "blocks[3].kind", "needs a kind"));
        QVERIFY(mentions(problems, "blocks[4]", "must be an object"));
        QVERIFY(mentions(problems, "wires[1]", "no block gone"));
        QVERIFY(mentions(problems, "wires[2]", "two ports"));
        QVERIFY(mentions(problems, "wires[3]", "twice"));
        QCOMPARE(problems.size(), size_t(15));
        QCOMPARE(document.data.name, std::string("iris"));
        QCOMPARE(document.train.rate, std::string("0.25"));
        QCOMPARE(document.diagram.blocks.size(), size_t(3));
        QCOMPARE(document.diagram.wires.size(), size_t(1));
        QVERIFY(document.diagram.blocks[0].settings.at("bias") == test::flag(false));
    }

    void hostileTextIsRefusedWithAReason()
    {
        for (const std::string& json :
             {std::string(1'000'000, '['), std::string("{\"axo\": 1, \"a\": ") + std::string(1'000'000, '{'),
              std::string(100 << 20, ' '), std::string("{\"axo\": 1, \"title\": \"cut"), std::string(),
              std::string("[]"), std::string("{}"), std::string("{\"axo\": 1, \"title\": \"\xff\"}")}) {
            Errors problems;
            read(json, problems);
            QCOMPARE(problems.size(), size_t(1));
            QVERIFY(problems[0].where.starts_with("a.axo"));
            QVERIFY(!problems[0].what.empty());
        }
    }

    void syntaxErrorsHaveLineAndColumn()
    {
        Errors problems;
        read("{\n  \"axo\": 1,\n  \"title\": oops\n}", problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(problems[0].where.starts_with("a.axo:3:"), problems[0].text().c_str());
    }

    void aBlockAndAWireTakeOneLineEach()
    {
        Document document;
        document.diagram.blocks = {{"a", "linear", {}, {}, ""}, {"b", "linear", {}, {}, ""}};
        document.diagram.wires = {{{"a", "y"}, {"b", "x"}}};
        const std::string before = writeDocument(document);
        document.diagram.blocks[1].settings["to"] = test::text("channel: 3");
        const std::string after = writeDocument(document);
        const auto lines = [](const std::string& text) { return QString::fromStdString(text).split('\n'); };
        QCOMPARE(lines(before).size(), lines(after).size());
        int changed = 0;
        for (qsizetype i = 0; i < lines(before).size(); ++i) changed += lines(before)[i] != lines(after)[i];
        QCOMPARE(changed, 1);
    }

    void savingReplacesTheFileAsAWhole()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("a.axo").toStdString();
        Document document;
        document.title = "first";
        saveDocument(document, path);
        document.title = "second";
        saveDocument(document, path);
        QVERIFY(loadDocument(path) == document);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
        QVERIFY_EXCEPTION_THROWN(saveDocument(document, folder.filePath("none/a.axo").toStdString()), Error);
    }
};

QTEST_APPLESS_MAIN(DocumentTest)
#include "test_document.moc"
