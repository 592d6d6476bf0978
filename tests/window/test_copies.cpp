// Copies of blocks: in a window and between windows, with what they need.
#include "fixture.h"
#include "widgets/commands.h"

#include <QClipboard>

class TestCopies : public QObject
{
    Q_OBJECT

    static void group(Bench& bench, std::set<std::string> blocks, const char* name)
    {
        bench.lab.select({std::move(blocks), {}});
        bench.key(Qt::Key_G, Qt::ControlModifier);
        bench.type(QString::fromLatin1(name));
    }
    /// What is selected, one after the other.
    static std::vector<core::Block> selected(Bench& bench)
    {
        std::vector<core::Block> blocks;
        for (const std::string& id : bench.lab.selection().blocks)
            blocks.push_back(*bench.diagram().find(id));
        return blocks;
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void aDuplicateStandsBesideWithItsSettingsInOneStep()
    {
        Bench bench;
        bench.lab.select({{"hidden", "activation"}, {}});
        const size_t blocks = bench.diagram().blocks.size(), wires = bench.diagram().wires.size();
        for (int times = 1; times <= 2; ++times) {
            bench.key(Qt::Key_D, Qt::ControlModifier);
            QCOMPARE(bench.diagram().blocks.size(), blocks + 2 * size_t(times));
            QCOMPARE(bench.diagram().wires.size(), wires + size_t(times)); // the one between them
            QCOMPARE(bench.lab.history().count(), times);
        }
        std::set<std::pair<double, double>> places;
        for (const core::Block& block : bench.diagram().blocks)
            if (block.pin) QVERIFY(places.emplace(block.pin->x, block.pin->y).second); // none on another
        QCOMPARE(bench.diagram().find("hidden3")->settings, bench.diagram().find("hidden")->settings);
    }

    void aDuplicateThatKeepsInputsReadsWhatTheOriginalReads()
    {
        Bench bench;
        bench.lab.select({{"hidden", "activation"}, {}});
        bench.key(Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
        const core::Wire wire{{"data", "x"}, {"hidden2", "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
    }

    void copiesGoThroughTheClipboardAsTextToAnotherWindow()
    {
        Bench bench;
        bench.lab.select({{"hidden", "activation"}, {}});
        bench.key(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("\"linear\"")));
        Bench other;
        const size_t before = other.diagram().blocks.size();
        other.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(other.diagram().blocks.size(), before + 2);
        other.lab.history().undo();
        other.key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier); // the first input is wired as it was
        const auto& copies = other.lab.selection().blocks;
        QCOMPARE(copies.size(), size_t(2));
        QVERIFY(std::ranges::any_of(other.diagram().wires, [&](const core::Wire& wire) {
            return wire.from.block == "data" && copies.contains(wire.to.block);
        }));
    }

    void whatIsPastedStandsWhereTheMouseIs()
    {
        Bench bench;
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_C, Qt::ControlModifier);
        const QPoint mouse(200, 150);
        QCursor::setPos(bench.viewport()->mapToGlobal(mouse));
        QTest::mouseMove(bench.viewport(), mouse);
        const QPointF place = bench.canvas().mapToScene(mouse);
        bench.key(Qt::Key_V, Qt::ControlModifier);
        const auto pin = selected(bench).front().pin;
        QVERIFY(pin && std::abs(pin->x - place.x()) <= 2 && std::abs(pin->y - place.y()) <= 2);
        bench.key(Qt::Key_V, Qt::ControlModifier); // the next one beside it
        QVERIFY(!(selected(bench).front().pin == pin));
    }

    void aGroupTakesItsDefinitionAlongAndANestedOneBoth()
    {
        Bench bench;
        group(bench, {"hidden", "activation"}, "Layer");
        group(bench, {"layer", "out"}, "Network");
        QCOMPARE(bench.diagram().definitions.size(), size_t(2));
        bench.lab.select({{"network"}, {}});
        bench.key(Qt::Key_C, Qt::ControlModifier);

        Bench other;
        other.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(other.diagram().definitions.size(), size_t(2));
        QCOMPARE(selected(other).front().kind, std::string("network"));
        QVERIFY(other.lab.library().declarationOf(selected(other).front()));
        other.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(other.lab.selection().blocks.size(), size_t(2)); // it comes apart there
        other.lab.history().undo();
        other.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(other.diagram().definitions.size(), size_t(2)); // the same ones
        while (other.lab.history().canUndo()) other.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(other.diagram().definitions.empty());
    }

    void anotherGroupOfTheSameNameGetsANameOfItsOwn()
    {
        Bench bench;
        group(bench, {"hidden", "activation"}, "Layer");
        group(bench, {"layer", "out"}, "Network");
        bench.key(Qt::Key_C, Qt::ControlModifier);
        Bench other;
        group(other, {"activation", "out"}, "Layer"); // something else
        const core::Definition mine = other.diagram().definitions.front();
        other.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(other.diagram().definitions.size(), size_t(3));
        QVERIFY(other.diagram().definitions.front() == mine);
        const core::BlockDeclaration* layer = other.lab.library().find("layer2");
        const core::BlockDeclaration* network = other.lab.library().find("network");
        QVERIFY(layer && network);
        bool calls = false;
        for (const core::language::Statement& statement : network->body)
            calls |= core::language::print(statement.value).find("layer2") != std::string::npos;
        QVERIFY(calls);
    }

    void sizesThatABlockNamesGoAlong()
    {
        Bench bench;
        bench.lab.change(QStringLiteral("sizes"), [](core::Document& document) {
            document.diagram.sizes = {{"d", "4*k"}, {"k", "8"}, {"unused", "3"}};
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: d", false});
        });
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_C, Qt::ControlModifier);
        Bench other;
        other.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(other.diagram().sizes, (std::map<std::string, std::string>{{"d", "4*k"}, {"k", "8"}}));
    }

    void cutAndPastedItIsAsBefore()
    {
        Bench bench;
        const std::map<std::string, core::Setting> settings = bench.diagram().find("out")->settings;
        bench.lab.select({{"out"}, {}});
        bench.key(Qt::Key_X, Qt::ControlModifier);
        QVERIFY(!bench.diagram().find("out"));
        bench.key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(bench.diagram().find("out"));
        QCOMPARE(bench.diagram().find("out")->settings, settings);
        const core::Wire wire{{"activation", "y"}, {"out", "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
        QCOMPARE(bench.lab.history().count(), 2);
    }
};

QTEST_MAIN(TestCopies)
#include "test_copies.moc"
