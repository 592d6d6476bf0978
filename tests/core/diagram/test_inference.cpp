// What is known of a diagram while it is edited is what is known of it from scratch.
#include "randomedits.h"

#include "core/diagram/inference.h"
#include "core/diagram/tower.h"

#include <QtTest>

using namespace core;

class InferenceTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    static QByteArray differences(const Elaboration& whole, const Inference& step)
    {
        std::string text;
        for (const auto& [port, type] : whole.types) {
            const auto known = step.types().find(port);
            if (known == step.types().end())
                text += port + " is missing\n";
            else if (known->second.type != type.type || known->second.sizes != type.sizes)
                text += port + " is " + known->second.type.text() + ", not " + type.type.text() + "\n";
        }
        for (const auto& [port, type] : step.types())
            if (!whole.types.contains(port)) text += port + " is too many\n";
        if (!(whole.errors == step.errors()))
            text += "errors\n" + test::textOf(whole.errors) + "against\n" + test::textOf(step.errors());
        return QByteArray::fromStdString(text);
    }

private slots:
    void anyEditGivesWhatTheWholeDiagramGives()
    {
        const char* wanted = std::getenv("AXO_EDITS");
        const int sequences = wanted ? std::atoi(wanted) : 30;
        size_t run = 0, blocks = 0, typed = 0;
        for (int sequence = 0; sequence < sequences; ++sequence) {
            std::mt19937 random{uint32_t(sequence)};
            const DataSignature data = sequence % 4 ? test::images() : test::tokens();
            Document document;
            if (sequence % 3) document = towerDocument(40, 2);
            if (sequence % 3) document.diagram.sizes["half"] = "d/2";
            Inference step;
            for (int i = 0; i < 40; ++i) {
                Document next = document;
                try {
                    test::edit(next, library, random);
                } catch (const Error&) {
                    continue;
                }
                document = std::move(next);
                if (random() % 16 == 0) document.diagram.sizes["d"] = random() % 2 ? "16" : "32";
                step.update(document.diagram, library, data, Phase::Evaluation);
                const Elaboration whole = elaborate(document.diagram, library, data, Phase::Evaluation);
                const QByteArray different = differences(whole, step);
                QVERIFY2(different.isEmpty(),
                         QByteArray::number(sequence) + ": " + different.left(2000) +
                             QByteArray::fromStdString(textOf(document.diagram, library)));
                run += step.blocksRun();
                blocks += document.diagram.blocks.size();
                typed += whole.types.size();
            }
        }
        QVERIFY(typed > 2000);
        QVERIFY2(run * 4 < blocks, qPrintable(QString("%1 of %2").arg(run).arg(blocks)));
    }

    void onlyWhatHangsOnAnEditIsLookedAtAgain()
    {
        Document tower = towerDocument(300, 4);
        Inference step;
        step.update(tower.diagram, library, test::images(), Phase::Evaluation);
        QVERIFY(step.blocksRun() < 40); // most are alike
        QVERIFY(step.errors().empty());
        step.update(tower.diagram, library, test::images(), Phase::Evaluation);
        QCOMPARE(step.blocksRun(), size_t(0));
        QVERIFY(step.changed().empty());
        const Wire wire = tower.diagram.wires[150];
        edit::insertOnWire(tower, library, wire, edit::addBlock(tower, library, "activation"));
        step.update(tower.diagram, library, test::images(), Phase::Evaluation);
        QVERIFY(step.blocksRun() <= 1);
        QCOMPARE(step.changed(), std::vector<std::string>{"activation.y"});
    }
};

QTEST_APPLESS_MAIN(InferenceTest)
#include "test_inference.moc"
