// Documents that nobody would write by hand, and many edits one after the other. AXO_EDITS: how many
// sequences of edits (default 150); 10,000 take minutes, which QTEST_FUNCTION_TIMEOUT has to allow.
#include "randomedits.h"

#include "core/diagram/change.h"
#include "core/diagram/text.h"
#include "core/diagram/tower.h"

#include <QtTest>

using namespace core;

class RobustnessTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    static Document parsed(const std::string& text, Errors& problems)
    {
        return parseDocument(text, "file", problems);
    }

    static bool said(const Errors& problems, const std::string& where, const std::string& what)
    {
        return std::any_of(problems.begin(), problems.end(), [&](const Error& error) {
            return error.where.find(where) != std::string::npos && error.what.find(what) != std::string::npos;
        });
    }

private slots:
    void everyProblemOfADocumentIsListedAndTheRestIsThere()
    {
        Errors problems;
        const Document document = parsed(R"axo({"axo": 9, "title": "t", "colour": "red",
            "data": {"name": "digits", "later": 1}, "train": {"batch": 8, "later": [1]},
            "definitions": [{"block": "own", "in": {"x": "[...]"}, "out": {"y": "[...]"}, "body": ["y = relu(x)"], "later": 2
    },
                            {"block": "bad", "body": ["y = = x"]}, 7],
            "blocks": [{"id": "a", "kind": "data"}, {"id": "a", "kind": "own", "later": {"x": 1}},
                       {"id": "b", "kind": "never_heard_of", "settings": {"deep": [1]}}, {"id": "c", "kind": "linear", "state": "asleep"}, 3],
            "wires": [["a.x", "a2.x"], ["gone.y", "c.x"], ["a.x"], ["a.x", "a2.x"]]})axo",
                                         problems);
        QVERIFY(said(problems, "axo", "newer version"));
        QVERIFY(said(problems, "blocks[1]", "two blocks a"));
        QVERIFY(said(problems, "definitions[1]", "unexpected"));
        QVERIFY(said(problems, "definitions[2]", "must be an object"));
        QVERIFY(said(problems, "wires[1]", "no block gone"));
        QVERIFY(said(problems, "wires[2]", "two ports"));
        QVERIFY(said(problems, "wires[3]", "twice"));
        QVERIFY(said(problems, "blocks[3].state", "asleep"));
        QCOMPARE(document.diagram.blocks.size(), size_t(4));
        const Elaboration made = elaborate(document.diagram, library, test::images(), Phase::Training);
        QVERIFY(said(made.errors, "b", "no kind of block called never_heard_of"));
        QVERIFY(made.types.count("a2.y"));
        // What this version does not know survives.
        const std::string text = writeDocument(document);
        for (const char* kept :
             {"\"colour\": \"red\"", "\"later\": 1", "\"later\": [1]", "\"later\": 2",
              "\"later\": {\"x\": 1}", "\"deep\": [1]", "\"state\": \"asleep\"", "y = = x"})
            QVERIFY2(text.find(kept) != std::string::npos, (kept + text).c_str());
        Errors again;
        QVERIFY(parsed(text, again) == document);
    }

    void aCycleIsNamedAndTheRestWorks()
    {
        Errors problems;
        const Document document = parsed(R"axo({"axo": 1, "blocks": [{"id": "d", "kind": "data"},
            {"id": "a", "kind": "activation"}, {"id": "b", "kind": "activation"}, {"id": "c", "kind": "activation"}],
            "wires": [["a.y", "b.x"], ["b.y", "a.x"], ["d.x", "c.x"]]})axo",
                                         problems);
        QVERIFY(problems.empty());
        const Elaboration made = elaborate(document.diagram, library, test::images(), Phase::Training);
        QVERIFY(said(made.errors, "a", "cycle"));
        QVERIFY(made.types.count("c.y"));
        // Text can say it, too.
        Errors errors;
        QVERIFY(diagramFrom(textOf(document.diagram, library), library, document.diagram, errors) ==
                document.diagram);
    }

    void aDefinitionThatContainsItselfIsAnError()
    {
        Errors problems;
        const Document document =
            parsed(R"axo({"axo": 1, "definitions": [{"block": "own", "in": {"x": "[...]"},
            "out": {"y": "[...]"}, "body": ["y = own(x)"]
}], "blocks": [{"id": "d", "kind": "data"},
            {"id": "a", "kind": "own"}], "wires": [["d.x", "a.x"]]
})axo",
                   problems);
        const Elaboration made = elaborate(document.diagram, library, test::images(), Phase::Training);
        QVERIFY2(said(made.errors, "a", "24 deep"), test::textOf(made.errors).c_str());
    }

    void hostileTextsAreRefusedWithAReason()
    {
        Errors problems;
        parsed(std::string(1'000'000, '['), problems);
        QVERIFY(said(problems, "file:1:65", "nest deeper"));
        problems.clear();
        parsed("{\"axo\": 1, \"title\": \"" + std::string(100'000'000, 'x') + "\"}", problems);
        QVERIFY(said(problems, "file", "MiB"));
        for (const std::string& text : {std::string(1'000'000, '('), std::string(1'000'000, '['),
                                        "a = " + std::string(900'000, '-') + "1", std::string(2'000'000, 'a'),
                                        std::string("a = \xff\xfe"), std::string("a = `b")}) {
            Errors errors;
            diagramFrom(text, library, {}, errors);
            QCOMPARE(errors.size(), size_t(1));
        }
    }

    void aStepOfTheHistoryKeepsOnlyWhatItChanges()
    {
        const Document tower = towerDocument(1000, 4);
        Document edited = tower;
        const std::string id = edit::addBlock(edited, library, "activation");
        edit::insertOnWire(edited, library, tower.diagram.wires[500], id);
        const Change inserted(tower, edited);
        QCOMPARE(inserted.blocks().before.size(), size_t(0));
        QCOMPARE(inserted.blocks().after.size(), size_t(1));
        edited.diagram.blocks[400].settings["formula"] = {Setting::Kind::Text, 0, "tanh(x)", false};
        edited.title = "Other";
        const Change more(tower, edited);
        QVERIFY(more.undone(edited) == tower);
        QVERIFY(more.redone(tower) == edited);
        const Change none(tower, tower);
        QVERIFY(none.blocks().before.empty() && none.wires().after.empty());
    }

    void manyEditsCanAllBeUndoneAndRedone()
    {
        const char* wanted = std::getenv("AXO_EDITS");
        const int sequences = wanted ? std::atoi(wanted) : 150;
        int made = 0, refused = 0;
        for (int sequence = 0; sequence < sequences; ++sequence) {
            std::mt19937 random{uint32_t(sequence)};
            std::vector<std::string> texts;
            std::vector<Document> history(1);
            for (int i = 0; i < 25; ++i) {
                Document next = history.back();
                try {
                    test::edit(next, library, random);
                } catch (const Error&) {
                    ++refused;
                    continue;
                }
                ++made;
                history.push_back(std::move(next));
                texts.push_back(writeDocument(history.back()));
            }
            // What a history keeps leads back to the first document and forward again.
            std::vector<Change> steps;
            for (size_t i = 1; i < history.size(); ++i) steps.emplace_back(history[i - 1], history[i]);
            Document now = history.back();
            for (size_t i = steps.size(); i-- > 0;) {
                now = steps[i].undone(now);
                QVERIFY(now == history[i]);
            }
            for (size_t i = 0; i < steps.size(); ++i) {
                now = steps[i].redone(now);
                QVERIFY(now == history[i + 1]);
            }
            // Values of the past are untouched by what came after.
            for (size_t i = 1; i < history.size(); ++i) QCOMPARE(writeDocument(history[i]), texts[i - 1]);
            Errors problems;
            const Document again = parseDocument(writeDocument(history.back()), "copy", problems);
            QVERIFY2(again == history.back(), (std::to_string(sequence) + test::textOf(problems) +
                                               writeDocument(again) + writeDocument(history.back()))
                                                  .c_str());
            elaborate(again.diagram, library, test::images(), Phase::Training);
        }
        QVERIFY(made > 10 * sequences && refused > 0);
    }
};

QTEST_APPLESS_MAIN(RobustnessTest)
#include "test_robustness.moc"
