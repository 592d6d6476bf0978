// A step allocates nothing: counted by operator new of this program.
#include "tests/core/trainers/shared.h"

#include <QtTest>

#include <atomic>
#include <cstdlib>
#include <new>

namespace
{

std::atomic<int64_t> allocations = 0;

void* counted(size_t size, size_t alignment = alignof(std::max_align_t))
{
    ++allocations;
    void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (!memory) throw std::bad_alloc();
    return memory;
}

} // namespace

void* operator new(size_t size) { return counted(size); }
void* operator new[](size_t size) { return counted(size); }
void* operator new(size_t size, std::align_val_t alignment) { return counted(size, size_t(alignment)); }
void* operator new[](size_t size, std::align_val_t alignment) { return counted(size, size_t(alignment)); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

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
