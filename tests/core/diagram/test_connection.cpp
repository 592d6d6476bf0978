#include "core/diagram/connection.h"
#include "core/diagram/edit.h"
#include "core/diagram/tower.h"

#include <QtTest>

using namespace core;

namespace
{

DataSignature digits()
{
    DataSignature signature;
    signature.x = {Element::Real, {{"batch", 64}, {"row", 8}, {"column", 8}, {"colour", 1}}};
    signature.y = {Element::Integer, {{"batch", 64}}};
    signature.classes = 10;
    return signature;
}

} // namespace

class TestConnection : public QObject
{
    Q_OBJECT
private slots:
    /// The whole diagram with the wire in place of the old one is the judge.
    void whatIsRefusedIsWhatElaborationRefuses()
    {
        const BlockLibrary library = BlockLibrary::builtIn();
        const Diagram diagram = towerDocument(40, 2).diagram;
        const ConnectionCheck check(diagram, library, digits());
        std::mt19937 random(7);
        int refused = 0, taken = 0;
        for (int i = 0; i < 120; ++i) {
            const Wire &a = diagram.wires[random() % diagram.wires.size()],
                       &b = diagram.wires[random() % diagram.wires.size()];
            const Wire wire{a.from, b.to};
            const bool variadic =
                diagram.find(wire.to.block)->kind == "add" || diagram.find(wire.to.block)->kind == "multiply";
            Diagram changed = diagram;
            if (variadic)
                std::erase(changed.wires, wire);
            else
                std::erase_if(changed.wires, [&](const Wire& old) { return old.to == wire.to; });
            changed.wires.push_back(wire);
            const Errors errors = elaborate(changed, library, digits(), Phase::Evaluation).errors;
            const bool wrong = std::ranges::any_of(errors, [&](const Error& error) {
                return error.where.find(wire.to.block) != std::string::npos ||
                       error.what.find("cycle") != std::string::npos;
            });
            const auto reason = check(wire);
            QVERIFY2(reason.has_value() == wrong,
                     qPrintable(QString::fromStdString(wire.from.text() + " -> " + wire.to.text() + ": " +
                                                       (reason ? reason->text() : "fits"))));
            ++(wrong ? refused : taken);
        }
        QVERIFY(refused > 10 && taken > 10);
    }

    /// The logits lack an axis whether the labels are there or not; swapped, the labels are to blame.
    void aWireIsNotBlamedForWhatIsWrongWithoutIt()
    {
        const BlockLibrary library = BlockLibrary::builtIn();
        Document document;
        for (const char* kind : {"data", "linear", "cross_entropy"}) edit::addBlock(document, library, kind);
        edit::connect(document, library, {{"data", "x"}, {"linear", "x"}});
        edit::connect(document, library, {{"linear", "y"}, {"cross_entropy", "logits"}});
        const Errors errors = elaborate(document.diagram, library, digits(), Phase::Evaluation).errors;
        QVERIFY(std::ranges::any_of(
            errors, [](const Error& error) { return error.where == "cross_entropy.logits"; }));
        const ConnectionCheck check(document.diagram, library, digits());
        QVERIFY(!check({{"data", "y"}, {"cross_entropy", "target"}}));
        const auto reason = check({{"linear", "y"}, {"cross_entropy", "target"}});
        QVERIFY(reason);
        QCOMPARE(reason->where, std::string("cross_entropy.target"));
    }

    void aLargeTowerTrains()
    {
        const Elaboration result =
            elaborate(towerDocument(300, 3).diagram, BlockLibrary::builtIn(), digits(), Phase::Training);
        for (const Error& error : result.errors) qWarning("%s", error.text().c_str());
        QVERIFY(result.trainable());
    }
};

QTEST_APPLESS_MAIN(TestConnection)
#include "test_connection.moc"
