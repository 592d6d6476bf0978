// A step allocates nothing: counted by operator new of this program.
#include "tests/core/allocations.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace shared;

class TestAllocations : public QObject
{
    Q_OBJECT

private slots:
    void theHookCounts()
    {
        const int64_t before = allocations;
        ::operator delete(::operator new(4)); // a direct call, which may not be left out
        QCOMPARE(allocations - before, int64_t(1));
    }

    void aStepAllocatesNothing_data()
    {
        QTest::addColumn<QString>("backend");
        QTest::addColumn<int>("batch");
        QTest::addColumn<QString>("data");
        QTest::addColumn<QString>("rate");
        QTest::newRow("mini-batches") << "cpu" << 10 << "spiral"
                                      << "0.03";
        QTest::newRow("all at once") << "cpu" << 0 << "spiral"
                                     << "0.03";
        QTest::newRow("a schedule") << "cpu:1" << 16 << "digits"
                                    << "0.01*cos(step/steps)";
        QTest::newRow("two threads") << "cpu:2" << 256 << "digits"
                                     << "0.001";
    }

    void aStepAllocatesNothing()
    {
        QFETCH(QString, backend);
        QFETCH(int, batch);
        QFETCH(QString, data);
        QFETCH(QString, rate);
        const auto machine = makeBackend(backend.toStdString());
        Document document = data == "spiral" ? spiral(batch) : network(data.toStdString(), 64);
        document.train.batch = batch;
        document.train.rate = rate.toStdString();
        Run run = runOf(document, *machine);
        run.step();
        const int64_t before = allocations;
        for (int i = 0; i < 300; ++i) run.step(); // over the ends of several epochs
        QCOMPARE(allocations - before, int64_t(0));
    }
};

QTEST_APPLESS_MAIN(TestAllocations)
#include "test_allocations.moc"
