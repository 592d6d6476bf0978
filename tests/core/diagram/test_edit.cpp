#include "signatures.h"

#include "core/diagram/edit.h"

#include <QtTest>

using namespace core;
using test::wire;

class EditTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    Document chain()
    {
        Document document;
        for (const char* kind : {"data", "linear", "activation", "linear"})
            edit::addBlock(document, library, kind);
        edit::connect(document, library, wire("data.x", "linear.x"));
        edit::connect(document, library, wire("linear.y", "activation.x"));
        edit::connect(document, library, wire("activation.y", "linear2.x"));
        return document;
    }

private slots:
    void idsAreFresh()
    {
        const Document document = chain();
        QCOMPARE(document.diagram.blocks.back().id, std::string("linear2"));
        Document other = document;
        QVERIFY_EXCEPTION_THROWN(edit::addBlock(other, library, "nothing"), Error);
        QVERIFY(other == document);
    }

    void anInputTakesTheNewWireInPlaceOfTheOld()
    {
        Document document = chain();
        edit::connect(document, library, wire("linear.y", "linear2.x"));
        QCOMPARE(document.diagram.wires.size(), size_t(3));
        QVERIFY(document.diagram.wires.back() == wire("linear.y", "linear2.x"));
        edit::addBlock(document, library, "add");
        edit::connect(document, library, wire("linear.y", "add.x"));
        edit::connect(document, library, wire("linear2.y", "add.x"));
        QCOMPARE(document.diagram.wires.size(), size_t(5));
    }

    void cyclesAndMissingPortsAreRefused()
    {
        Document document = chain();
        const Document before = document;
        for (const Wire& bad :
             {wire("linear2.y", "linear.x"), wire("linear.y", "linear.x"), wire("linear.q", "linear2.x"),
              wire("linear.y", "linear2.q"), wire("gone.y", "linear.x")})
            QVERIFY_EXCEPTION_THROWN(edit::connect(document, library, bad), Error);
        QVERIFY(document == before);
    }

    void removingABlockJoinsItsWires()
    {
        Document document = chain();
        edit::removeBlocks(document, library, {"activation"});
        QVERIFY(document.diagram.wires ==
                (std::vector<Wire>{wire("data.x", "linear.x"), wire("linear.y", "linear2.x")}));
        document = chain();
        edit::removeBlocks(document, library, {"activation", "linear"});
        QVERIFY(document.diagram.wires == std::vector<Wire>{wire("data.x", "linear2.x")});
        document = chain();
        edit::removeBlocks(document, library, {"activation"}, false);
        QVERIFY(document.diagram.wires == std::vector<Wire>{wire("data.x", "linear.x")});
    }

    void aBlockGoesBetweenTheEndsOfAWire()
    {
        Document document = chain();
        const std::string id = edit::addBlock(document, library, "layer_norm");
        edit::insertOnWire(document, library, wire("linear.y", "activation.x"), id);
        QVERIFY(document.diagram.wires ==
                (std::vector<Wire>{wire("data.x", "linear.x"), wire("linear.y", "layer_norm.x"),
                                   wire("layer_norm.y", "activation.x"), wire("activation.y", "linear2.x")}));
        const Document before = document;
        QVERIFY_EXCEPTION_THROWN(edit::insertOnWire(document, library, wire("data.x", "linear.x"), "linear2"),
                                 Error);
        QVERIFY_EXCEPTION_THROWN(edit::insertOnWire(document, library, wire("data.x", "linear2.x"), id),
                                 Error);
        QVERIFY(document == before);
    }

    void renamingTakesTheWiresAlong()
    {
        Document document = chain();
        edit::renameBlock(document, "activation", "relu");
        QVERIFY(document.diagram.wires[1] == wire("linear.y", "relu.x"));
        const Document before = document;
        for (const char* bad : {"linear", "", "a.b", "a/b", "a b"})
            QVERIFY_EXCEPTION_THROWN(edit::renameBlock(document, "relu", bad), Error);
        QVERIFY_EXCEPTION_THROWN(edit::setSetting(document, "gone", "to", test::text("a")), Error);
        QVERIFY(document == before);
    }
};

QTEST_APPLESS_MAIN(EditTest)
#include "test_edit.moc"
