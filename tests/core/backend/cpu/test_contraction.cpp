#include "core/backend/cpu/contraction.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace core::cpu;

namespace
{

std::vector<int64_t> steps(int64_t count, int64_t stride)
{
    std::vector<int64_t> table;
    for (int64_t i = 0; i < count; ++i) table.push_back(i * stride);
    return table;
}

/// Every third step twice as far: rows that no single stride describes, as windows of a padded image have.
std::vector<int64_t> uneven(int64_t count, int64_t stride)
{
    std::vector<int64_t> table = steps(count, stride);
    for (int64_t i = 0; i < count; ++i) table[size_t(i)] += i / 3 * stride;
    return table;
}

/// All sums of one offset of each: the first one changes slowest.
std::vector<int64_t> nested(const std::vector<std::vector<int64_t>>& tables)
{
    std::vector<int64_t> table = {0};
    for (const std::vector<int64_t>& inner : tables) {
        std::vector<int64_t> next;
        for (int64_t outer : table)
            for (int64_t offset : inner) next.push_back(outer + offset);
        table = std::move(next);
    }
    return table;
}

std::vector<float> numbers(size_t count, bool integers, uint32_t seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> real(-1, 1);
    std::uniform_int_distribution<int> whole(-4, 4);
    std::vector<float> values(count);
    for (float& value : values) value = integers ? float(whole(generator)) : real(generator);
    return values;
}

std::vector<float> run(const Contraction& contraction, const float* a, const float* b, int threads)
{
    ThreadPool pool(threads);
    std::vector<std::vector<float>> memory;
    std::vector<float*> scratch;
    for (int t = 0; t < threads; ++t) {
        memory.emplace_back(size_t(contraction.scratchFloats()) + 32);
        const auto address = reinterpret_cast<uintptr_t>(memory.back().data());
        scratch.push_back(reinterpret_cast<float*>((address + 63) / 64 * 64));
    }
    std::vector<float> partial(size_t(contraction.partialFloats()) + 1);
    std::vector<float> c(size_t(contraction.batch() * contraction.m() * contraction.n()), NAN);
    contraction.run(a, b, c.data(), scratch.data(), partial.data(), pool);
    return c;
}

/// Against plain loops in double, within 4 sqrt(k) 2^-24 sum |a||b|; and the same bits on 1, 2 and 3 threads.
void check(const Contraction::Shape& shape, bool integers)
{
    const Contraction contraction(shape);
    const std::vector<float> memoryA = numbers(1 << 20, integers, 1), memoryB = numbers(1 << 20, integers, 2);
    const float *a = memoryA.data() + (1 << 19), *b = memoryB.data() + (1 << 19);
    const std::vector<float> c = run(contraction, a, b, 1);
    size_t at = 0;
    for (int64_t q = 0; q < contraction.batch(); ++q)
        for (int64_t i = 0; i < contraction.m(); ++i)
            for (int64_t j = 0; j < contraction.n(); ++j, ++at) {
                double sum = 0, size = 0;
                for (int64_t k = 0; k < contraction.k(); ++k) {
                    const double x = a[shape.aBatch.offsets[size_t(q)] + shape.aRow.offsets[size_t(i)] +
                                       shape.aColumn.offsets[size_t(k)]];
                    const double y = b[shape.bBatch.offsets[size_t(q)] + shape.bRow.offsets[size_t(k)] +
                                       shape.bColumn.offsets[size_t(j)]];
                    sum += x * y;
                    size += std::abs(x * y);
                }
                const double allowed =
                    integers ? 0 : 4 * std::sqrt(double(contraction.k())) * std::ldexp(size, -24);
                if (!(std::abs(c[at] - sum) <= allowed))
                    QFAIL(qPrintable(QString("%1 instead of %2 at %3").arg(c[at]).arg(sum).arg(at)));
            }
    for (int threads : {2, 3}) QCOMPARE(run(contraction, a, b, threads), c);
}

} // namespace

class TestContraction : public QObject
{
    Q_OBJECT

private slots:
    void agreesWithPlainLoops_data()
    {
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("m");
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("k");
        const int shapes[][4] = {{1, 1, 1, 1},    {1, 1, 7, 5},    {1, 17, 1, 9},   {3, 5, 6, 7},
                                 {1, 13, 33, 8},  {1, 64, 10, 70}, {2, 29, 65, 31}, {1, 8, 8, 500},
                                 {1, 100, 48, 3}, {7, 16, 16, 4},  {1, 5, 9, 3000}, {1, 130, 97, 300},
                                 {1, 2, 600, 40}, {1, 200, 16, 1}, {40, 20, 24, 33}};
        for (const auto& s : shapes)
            QTest::addRow("%dx%dx%dx%d", s[0], s[1], s[2], s[3]) << s[0] << s[1] << s[2] << s[3];
    }
    void agreesWithPlainLoops()
    {
        QFETCH(int, batch);
        QFETCH(int, m);
        QFETCH(int, n);
        QFETCH(int, k);
        using Table = OffsetTable;
        for (bool integers : {false, true}) {
            // As they lie; both transposed; A read backwards and B with gaps; windows.
            check({Table(steps(batch, m * k)), Table(steps(m, k)), Table(steps(k, 1)),
                   Table(steps(batch, k * n)), Table(steps(k, n)), Table(steps(n, 1))},
                  integers);
            check({Table(steps(batch, m * k)), Table(steps(m, 1)), Table(steps(k, m)),
                   Table(steps(batch, k * n)), Table(steps(k, 1)), Table(steps(n, k))},
                  integers);
            check({Table(steps(batch, 3)), Table(steps(m, -k)), Table(steps(k, -1)), Table(steps(batch, 5)),
                   Table(steps(k, 2 * n)), Table(steps(n, 2))},
                  integers);
            check({Table(steps(batch, 3)), Table(uneven(m, 2)), Table(uneven(k, 5)), Table(steps(batch, 0)),
                   Table(uneven(k, n)), Table(steps(n, 1))},
                  integers);
            check({Table(steps(batch, m)), Table(steps(m, 1)), Table(steps(k, m)), Table(steps(batch, 0)),
                   Table(uneven(k, n)), Table(steps(n, 1))},
                  integers);
            check({Table(steps(batch, 1)), Table(steps(m, 1024 / (m > 100 ? 4 : 1))), Table(steps(k, 1)),
                   Table(steps(batch, 1)), Table(uneven(k, 1)), Table(uneven(n, 3))},
                  integers);
        }
    }

    void convolutions_data()
    {
        QTest::addColumn<int>("pictures");
        QTest::addColumn<int>("side");
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        const int shapes[][5] = {{2, 14, 3, 16, 32}, {2, 28, 3, 1, 16},  {3, 7, 3, 5, 33},  {1, 9, 5, 3, 20},
                                 {1, 20, 2, 4, 40},  {1, 7, 3, 200, 17}, {1, 8, 3, 131, 5}, {30, 14, 3, 3, 8},
                                 {1, 90, 3, 1, 3},   {2, 10, 1, 6, 12},  {4, 5, 3, 4, 36},  {1, 12, 3, 2, 1}};
        for (const auto& s : shapes)
            QTest::addRow("%dx%dx%d kernel %d to %d", s[0], s[1], s[3], s[2], s[4])
                << s[0] << s[1] << s[2] << s[3] << s[4];
    }
    /// Of padded pictures, with the weights also reversed and transposed, and the gradient of the weights.
    void convolutions()
    {
        QFETCH(int, pictures);
        QFETCH(int, side);
        QFETCH(int, kernel);
        QFETCH(int, from);
        QFETCH(int, to);
        using Table = OffsetTable;
        const int64_t whole = side + kernel - 1, line = whole * from;
        const std::vector<int64_t> places =
            nested({steps(pictures, whole * line), steps(side, line), steps(side, from)});
        const std::vector<int64_t> window =
            nested({steps(kernel, line), steps(kernel, from), steps(from, 1)});
        const int64_t K = int64_t(window.size()), N = to;
        const std::vector<int64_t> reversed = nested({steps(kernel * kernel, -from * to), steps(from, 1)});
        for (bool integers : {false, true}) {
            check({Table(), Table(places), Table(window), Table(), Table(steps(K, N)), Table(steps(N, 1))},
                  integers);
            check({Table(), Table(places), Table(window), Table(), Table(reversed), Table(steps(N, from))},
                  integers);
            check({Table(), Table(window), Table(places), Table(), Table(steps(int64_t(places.size()), N)),
                   Table(steps(N, 1))},
                  integers);
        }
    }
};

QTEST_APPLESS_MAIN(TestContraction)
#include "test_contraction.moc"
