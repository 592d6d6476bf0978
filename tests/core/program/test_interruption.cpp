// Compiling that is called off between any two of its steps.
#include "core/backend/backend.h"
#include "core/data/dataset.h"
#include "core/diagram/tower.h"
#include "core/program/interruption.h"
#include "core/program/plan.h"
#include "core/trainers/programs.h"

#include <QtTest>

using namespace core;

namespace
{

Document tower() { return towerDocument(40, 1); }

Program trainingOf(const Document& document)
{
    const DataSignature data = loadDataset(document.data).signature(32);
    const Elaboration elaboration =
        elaborateForTraining(document.diagram, BlockLibrary::builtIn(), data, Phase::Training);
    return trainingProgram(elaboration, document.train);
}

} // namespace

class TestInterruption : public QObject
{
    Q_OBJECT

private slots:
    void nobodyWhoIsNotAskedIsInterrupted()
    {
        checkInterruption();
        {
            const Interruptible never([] { return false; });
            checkInterruption();
            {
                const Interruptible always([] { return true; });
                QVERIFY_EXCEPTION_THROWN(checkInterruption(), Interrupted);
                const Interruptible inner([] { return false; }); // those around it are asked, too
                QVERIFY_EXCEPTION_THROWN(checkInterruption(), Interrupted);
            }
            checkInterruption();
        }
    }

    void everyPartOfCompilingAsks()
    {
        const Document document = tower();
        const DataSignature data = loadDataset(document.data).signature(32);
        const BlockLibrary library = BlockLibrary::builtIn();
        const auto questions = [](const std::function<void()>& work) {
            size_t asked = 0;
            const Interruptible counting([&] { return ++asked == 0; });
            work();
            return asked;
        };
        Elaboration elaboration;
        Program program;
        Plan plan;
        QVERIFY(questions([&] {
                    elaboration = elaborate(document.diagram, library, data, Phase::Training);
                }) >= document.diagram.blocks.size());
        QVERIFY(questions([&] { program = trainingProgram(elaboration, document.train); }) >=
                elaboration.program.code.size());
        QVERIFY(questions([&] { plan = makePlan(program); }) >= program.code.size() + plan.kernels.size());
        const auto backend = makeBackend("cpu:1");
        QVERIFY(questions([&] { (void)backend->compile(program, backend->memory(), 1); }) >=
                program.code.size() + 2 * plan.kernels.size());
    }

    void whatWasCalledOffAnywhereIsTheSameWhenDoneAgain()
    {
        const Program program = trainingOf(tower());
        const std::string expected = makePlan(program).text();
        size_t all = 0;
        {
            const Interruptible counting([&] { return ++all == 0; });
            (void)makePlan(program);
        }
        for (size_t stop = 1; stop <= all; stop += 1 + all / 20) {
            size_t asked = 0;
            const Interruptible stopping([&] { return ++asked == stop; });
            QVERIFY_EXCEPTION_THROWN((void)makePlan(program), Interrupted);
        }
        QCOMPARE(makePlan(program).text(), expected);
    }
};

QTEST_APPLESS_MAIN(TestInterruption)
#include "test_interruption.moc"
