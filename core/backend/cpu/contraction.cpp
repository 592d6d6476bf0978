#include "core/backend/cpu/contraction.h"
#include "core/backend/cpu/dots.h"
#include "core/backend/cpu/microkernel.h"

#include <algorithm>
#include <cassert>

namespace core::cpu
{

namespace
{

// One panel of B (kBlock x tileColumns) fits L1 beside the rows of A that pass it.
constexpr int64_t kBlock = 256;
constexpr int64_t looksAhead = 1 << 18; // products from which on what comes next is fetched ahead
constexpr int64_t nBlockMax = 512;
constexpr int64_t mBlockMax = 12 * tileRows;
constexpr int64_t panelRows = 16;                 // of packed A, at least tileRows
constexpr int64_t smallResult = 1 << 16;          // whose partial sums cost less than packing operands again
constexpr int64_t dotsMost = 32, dotsLength = 64; // of a result's rows and columns; of its sums
constexpr int64_t sumBlock = 8192;                // of a result, whose partial sums one task adds
constexpr int64_t atOnceRows = 4 * tileRows;      // of a result that a formula then finds in L2, at least
constexpr int64_t atOnceFloats = 1 << 15;
constexpr size_t stepsRecorded = 256; // as many as stay in cache
constexpr int64_t tasksWanted = 8;
constexpr int64_t rowsTogether = 8;           // of B that are packed at a time
constexpr int64_t shortestRun = tileRows / 2; // of rows that make a tile

int64_t roundUp(int64_t x, int64_t to) { return (x + to - 1) / to * to; }
int64_t parts(int64_t x, int64_t by) { return (x + by - 1) / by; }

/// Less than x itself.
int64_t largestDivisor(int64_t x)
{
    for (int64_t by = 2; by * by <= x; ++by)
        if (x % by == 0) return x / by;
    return 1;
}

#if defined(__AVX512F__)
// The first `columns` <= 16 elements of 16 rows, as rows of 16 at to + k*stride.
void transpose16(const float* const* from, float* to, int64_t stride, int64_t columns)
{
    Vector r[16], s[16];
    if (columns == 16)
        for (int i = 0; i < 16; ++i) r[i] = load(from[i]);
    else
        for (int i = 0; i < 16; ++i) r[i] = loadPart(from[i], int(columns));
    for (int i = 0; i < 16; i += 2) {
        s[i] =
            __builtin_shufflevector(r[i], r[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
        s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30,
                                           15, 31);
    }
    for (int i = 0; i < 16; i += 4)
        for (int j = 0; j < 2; ++j) {
            const Vector a = s[i + j], b = s[i + 2 + j];
            r[i + 2 * j] =
                __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
            r[i + 2 * j + 1] =
                __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
        }
    // r[4q + c] holds, in its 128-bit lane l, column 4l + c of rows 4q .. 4q+3.
    const auto even = [](Vector a, Vector b) {
        return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    };
    const auto odd = [](Vector a, Vector b) {
        return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    };
    for (int c = 0; c < 4; ++c) {
        const Vector p = even(r[c], r[4 + c]), q = even(r[8 + c], r[12 + c]);
        const Vector u = odd(r[c], r[4 + c]), v = odd(r[8 + c], r[12 + c]);
        s[c] = even(p, q);
        s[8 + c] = odd(p, q);
        s[4 + c] = even(u, v);
        s[12 + c] = odd(u, v);
    }
    if (columns == 16)
        for (int k = 0; k < 16; ++k) store(to + k * stride, s[k]);
    else
        for (int k = 0; k < columns; ++k) store(to + k * stride, s[k]);
}

/// `count` <= 16 rows of `depth` contiguous elements; what fills the sixteen up is a copy of the last.
void transposeRows(const float* base, const int64_t* rows, int64_t count, int64_t depth, float* to,
                   int64_t stride)
{
    const float* from[16];
    for (int64_t i = 0; i < 16; ++i) from[i] = base + rows[std::min(i, count - 1)];
    for (int64_t k = 0; k < depth; k += 16) {
        transpose16(from, to + k * stride, stride, std::min<int64_t>(16, depth - k));
        for (const float*& p : from) p += 16;
    }
}
#endif

} // namespace

struct Contraction::Call {
    const Contraction* self;
    const float *a, *b;
    float* c;
    float* const* scratch;
    float* partial;
    int threads;
};

Contraction::Contraction(Shape shape, std::unique_ptr<Epilogue> epilogue, Result result)
    : m_s(std::move(shape))
    , m_epilogue(std::move(epilogue))
    , m_result(result)
{
    const int64_t M = m(), N = n(), K = k(), B = batch();
    const bool straightB = m_s.bColumn.regular && (m_s.bColumn.stride == 1 || N == 1);
    m_packB = !straightB;
    // Reading B in place is right while it is short; a long stride between its rows would thrash the cache.
    if (straightB && M > 2 * tileRows && K * std::max<int64_t>(std::abs(m_s.bRow.stride), N) > 8192)
        m_packB = N > lanes;

    m_bRun = m_s.bRow.run();
    m_rowRun = m_s.aRow.run(), m_columnRun = m_s.aColumn.run();
    while (m_columnRun < K && m_columnRun > kBlock) m_columnRun = largestDivisor(m_columnRun);
    // Where a sum is short, so are its runs: tables cost less than beginning each of them.
    m_inRuns = !(m_s.aRow.regular && m_s.aColumn.regular) && m_rowRun >= shortestRun &&
               m_columnRun > (K > 64 ? 2 : 7);
    if (m_inRuns) {
        for (int64_t i = 0; i < K; i += m_columnRun) m_runs.push_back(m_s.aColumn.offsets[size_t(i)]);
        if (!m_s.bRow.regular) m_packB = true;
    }
    // Blocks of k are of equal length, whole runs.
    m_kStep = roundUp(parts(K, parts(K, kBlock)), 16);
    if (m_inRuns && m_columnRun < K) m_kStep = std::max<int64_t>(kBlock / m_columnRun, 1) * m_columnRun;

    // Work is cut by size alone: about 2^19 products a task, and at least eight tasks where there is that
    // much.
    const double work = double(M) * double(N) * double(K);
    m_looksAhead = work >= looksAhead;
    if (B > 1)
        m_batchBlock = std::clamp<int64_t>(int64_t((1 << 19) / work), 1, parts(B, std::min<int64_t>(B, 4)));
    m_batchBlocks = int(parts(B, m_batchBlock));
    m_mBlock = M, m_nBlock = N, m_kChunk = K;
    const auto wanted = int64_t(std::min(16.0, work / (1 << 18)));
    if (B == 1 && M * N <= smallResult && K >= 8 * m_kStep) {
        const int64_t chunks = std::clamp<int64_t>(4 * smallResult / (M * N), 4, 16);
        m_kChunk = roundUp(parts(K, std::min(chunks, K / (2 * m_kStep))), m_kStep);
        m_kChunks = int(parts(K, m_kChunk));
    } else if (m_batchBlocks < 4 && wanted > 1) {
        // Cutting m repeats the packing of B, cutting n repeats the reading of A; tiles should stay whole.
        const int64_t unit = m_inRuns && 4 * m_rowRun <= M ? m_rowRun : tileRows;
        const int64_t target = std::min(wanted, tasksWanted), least = std::min(target, tasksWanted / 2);
        double best = 1e300;
        for (int64_t mb = 1; mb <= wanted; ++mb)
            for (int64_t nb = 1; mb * nb <= 2 * wanted; ++nb) {
                const int64_t rows = std::min(M, roundUp(parts(M, mb), unit));
                const int64_t columns = std::min(N, roundUp(parts(N, nb), tileColumns));
                const int64_t tasks = parts(M, rows) * parts(N, columns);
                const double waste = double(tasks * rows * columns) / double(M * N);
                const double tile =
                    double(parts(rows, tileRows) * parts(columns, tileColumns) * tileRows * tileColumns) /
                    double(rows * columns);
                const double pack =
                    (m_packB ? 24.0 : 8.0) / double(rows) + (m_s.aRow.regular ? 8.0 : 16.0) / double(columns);
                // A formula works in place on whole rows only.
                const double narrow = m_epilogue && columns < N ? 32.0 / double(K) : 0;
                const double idle = tasks >= target  ? 1 + 0.01 * double(tasks - target)
                                    : tasks >= least ? 1 + 0.03 * double(target - tasks)
                                                     : double(target) / double(tasks);
                const double cost = (waste * tile + pack + narrow) * idle;
                if (cost < best) best = cost, m_mBlock = rows, m_nBlock = columns;
            }
        m_mBlocks = int(parts(M, m_mBlock)), m_nBlocks = int(parts(N, m_nBlock));
        const int64_t tiles = int64_t(m_mBlocks) * m_nBlocks * m_batchBlocks;
        if (tiles < 4 && K >= 4 * kBlock && M * N <= 1 << 18) {
            m_kChunk = roundUp(parts(K, std::min<int64_t>(parts(8, tiles), K / kBlock)), m_kStep);
            m_kChunks = int(parts(K, m_kChunk));
        }
    }
    if (m_kChunks > 1) m_partial = B * M * N * (m_kChunks - 1);
    const int64_t depth = std::min(m_kChunk, m_kStep);
    // Read in place, rows of A that lie whole pages apart would evict each other from L1.
    m_packA = m_s.aRow.regular && m_s.aColumn.regular && m_s.aRow.stride % 1024 == 0 && M > 4 &&
              N > 2 * tileColumns && K > 64;
    if (m_packA && !m_s.bRow.regular) m_packB = true; // tiles take tables for both or for neither
    m_dots = std::max(M, N) <= dotsMost && K >= dotsLength && m_s.aColumn.regular && m_s.bRow.regular &&
             m_s.bRow.stride == 1 && !straightB;
    if (m_dots) m_packA = m_packB = false;
    if (m_dots && m_s.aColumn.stride != 1) m_scratch += M * roundUp(m_kChunk, 16);
    if (m_packB) m_scratch += depth * roundUp(std::min(m_nBlock, nBlockMax), tileColumns);
    if (m_packA) m_scratch += depth * parts(std::min(m_mBlock, mBlockMax), tileRows) * panelRows;
    m_passing = m_scratch = roundUp(m_scratch, 16);
    if (m_result == Result::Passing && m_kChunks == 1) m_scratch += roundUp(m_mBlock * m_nBlock, 16) + 16;
    if (m_result == Result::Passing && m_kChunks > 1) m_partial += B * M * N;
    m_after = m_scratch;
    if (m_epilogue) m_scratch += m_epilogue->scratchFloats();
}

/// Elements k0 .. k1, n0 .. n1 of B, along the axis that is contiguous.
Ahead Contraction::ahead(const float* b, int64_t k0, int64_t k1, int64_t n0, int64_t n1) const
{
    const OffsetTable &row = m_s.bRow, &column = m_s.bColumn;
    if (column.regular && column.stride == 1) return {b + n0, row.offsets.data() + k0, k1 - k0, n1 - n0};
    if (row.regular && row.stride == 1) return {b + k0, column.offsets.data() + n0, n1 - n0, k1 - k0};
    return {};
}

void Contraction::packB(const float* b, int64_t k0, int64_t k1, int64_t n0, int64_t n1, float* to) const
{
    const int64_t depth = k1 - k0;
    const int64_t* row = m_s.bRow.offsets.data();
    const int64_t* column = m_s.bColumn.offsets.data();
    const bool together = m_s.bColumn.regular && m_s.bColumn.stride == 1;
    // Along k contiguous, all of it or run by run.
    [[maybe_unused]] const int64_t deep = m_s.bRow.stride != 1 ? 0 : m_s.bRow.regular ? depth : m_bRun;
    const bool shallow = depth <= 4 && m_s.bColumn.regular && !together;
    if (together) {
        // A few rows at a time, so that each is read from its begin to its end.
        const int64_t whole = (n1 - n0) / tileColumns * tileColumns;
        for (int64_t k = 0; k < depth; k += rowsTogether)
            for (int64_t n = 0; n < whole; n += tileColumns)
                for (int64_t r = k; r < std::min(depth, k + rowsTogether); ++r)
                    std::memcpy(to + n * depth + r * tileColumns, b + row[k0 + r] + n0 + n, tileColumns * 4);
        n0 += whole, to += whole * depth;
    }
    for (int64_t n = n0; n < n1; n += tileColumns, to += depth * tileColumns) {
        const int64_t width = std::min<int64_t>(tileColumns, n1 - n);
        if (shallow && width == tileColumns) {
            for (int64_t k = 0; k < depth; ++k)
                gather(b + row[k0 + k] + column[n], m_s.bColumn.stride, width, to + k * tileColumns);
            continue;
        }
        int64_t done = 0;
#if defined(__AVX512F__)
        if (m_s.bRow.regular ? deep > 0 : deep >= 16 && depth % deep == 0 && k0 % deep == 0)
            for (; done < width; done += 16)
                for (int64_t k = 0; k < depth; k += deep)
                    transposeRows(b + row[k0 + k], column + n + done, std::min<int64_t>(16, width - done),
                                  deep, to + k * tileColumns + done, tileColumns);
        if (done >= width) continue;
#endif
        for (int64_t k = 0; k < depth; ++k) {
            float* line = to + k * tileColumns;
            const float* from = b + row[k0 + k];
            for (int64_t j = done; j < width; ++j) line[j] = from[column[n + j]];
            for (int64_t j = width; j < tileColumns; ++j) line[j] = 0;
        }
    }
}

// Panels of tileRows rows, element (i, k) of a panel at k*panelRows + i.
void Contraction::packA(const float* a, int64_t m0, int64_t m1, int64_t k0, int64_t k1, float* to) const
{
    const int64_t* row = m_s.aRow.offsets.data();
    const int64_t* column = m_s.aColumn.offsets.data();
    const int64_t depth = k1 - k0;
    for (int64_t m = m0; m < m1; m += tileRows, to += depth * panelRows) {
        const int64_t height = std::min<int64_t>(tileRows, m1 - m);
#if defined(__AVX512F__)
        if (m_s.aColumn.regular && m_s.aColumn.stride == 1) {
            transposeRows(a + k0, row + m, height, depth, to, panelRows);
            continue;
        }
#endif
        for (int64_t i = 0; i < height; ++i) {
            const float* from = a + row[m + i];
            for (int64_t k = 0; k < depth; ++k) to[k * panelRows + i] = from[column[k0 + k]];
        }
    }
}

template<class Sink>
void Contraction::finish(const Tile& tile, int64_t m0, int64_t m1, int64_t n0, int64_t n1, float* scratch,
                         Sink& sink) const
{
    const float* at = tile.c + (m0 - tile.m0) * tile.row + n0 - tile.n0;
    m_epilogue->run({tile.batch, m0, m1, n0, n1, at, tile.row}, scratch + m_after, sink);
}

void Contraction::dots(const Call& call, const Tile& tile, float* scratch) const
{
    const float* a = call.a + m_s.aBatch.offsets[size_t(tile.batch)];
    const float* b = call.b + m_s.bBatch.offsets[size_t(tile.batch)];
    const int64_t length = tile.k1 - tile.k0, stride = m_s.aColumn.stride, packed = roundUp(length, 16);
    if (stride != 1)
        for (int64_t m = tile.m0; m < tile.m1; ++m)
            gather(a + m_s.aRow.offsets[size_t(m)] + tile.k0 * stride, stride, length,
                   scratch + (m - tile.m0) * packed);
    for (int64_t m = tile.m0; m < tile.m1; m += dotRows)
        for (int64_t n = tile.n0; n < tile.n1; n += dotRows) {
            const int rows = int(std::min<int64_t>(dotRows, tile.m1 - m));
            const int columns = int(std::min<int64_t>(dotRows, tile.n1 - n));
            const float *x[dotRows], *y[dotRows];
            for (int i = 0; i < dotRows; ++i) {
                const int64_t row = m + std::min(i, rows - 1), column = n + std::min(i, columns - 1);
                x[i] = stride == 1 ? a + m_s.aRow.offsets[size_t(row)] + tile.k0
                                   : scratch + (row - tile.m0) * packed;
                y[i] = b + m_s.bColumn.offsets[size_t(column)] + tile.k0;
            }
            float sums[dotRows * dotRows];
            dotTile(x, rows, y, columns, length, sums);
            for (int i = 0; i < rows; ++i)
                for (int j = 0; j < columns; ++j)
                    tile.c[(m - tile.m0 + i) * tile.row + n - tile.n0 + j] = sums[i * dotRows + j];
        }
}

template<class Sink>
void Contraction::block(const Call& call, const Tile& tile, float* scratch, Sink& sink) const
{
    if (m_dots) {
        sink.other([this, call, tile, scratch] { dots(call, tile, scratch); });
        if (m_epilogue && m_kChunks == 1) finish(tile, tile.m0, tile.m1, tile.n0, tile.n1, scratch, sink);
        return;
    }
    const auto& [batch, m0, m1, n0, n1, k0, k1, c, cRow, nextN0, nextN1] = tile;
    const float* a = call.a + m_s.aBatch.offsets[size_t(batch)];
    const float* b = call.b + m_s.bBatch.offsets[size_t(batch)];
    const bool regularB = m_packB || m_s.bRow.regular;
    const bool tables = !m_packA && !m_inRuns && !(m_s.aRow.regular && m_s.aColumn.regular && regularB);
    float* packedB = scratch;
    float* packedA =
        scratch +
        (m_packB ? std::min(m_kChunk, m_kStep) * roundUp(std::min(m_nBlock, nBlockMax), tileColumns) : 0);
    const int64_t nStep = m_packB ? nBlockMax : std::max<int64_t>(n1 - n0, 1);
    const int64_t kStep =
        m_packB || m_packA || k1 - k0 > 4 * kBlock ? m_kStep : std::max<int64_t>(k1 - k0, 1);
    // What a formula reads next should still be near.
    const bool atOnce = m_epilogue && m_result == Result::Passing && k1 - k0 <= kStep && !m_inRuns;
    const int64_t mStep =
        atOnce ? std::clamp(atOnceFloats / (n1 - n0) / tileRows * tileRows, atOnceRows, mBlockMax)
        : m_inRuns && m_rowRun < mBlockMax ? mBlockMax / m_rowRun * m_rowRun
                                           : mBlockMax;
    for (int64_t nb = n0; nb < n1; nb += nStep) {
        const int64_t ne = std::min(n1, nb + nStep);
        for (int64_t kb = k0; kb < k1; kb += kStep) {
            const int64_t ke = std::min(k1, kb + kStep);
            if (m_packB) sink.other([=, this] { packB(b, kb, ke, nb, ne, packedB); });
            Fetching fetching;
            if (m_looksAhead) {
                if (m_packB)
                    fetching.ahead = ke < k1 ? ahead(b, ke, std::min(k1, ke + kStep), nb, ne)
                                             : ahead(b, k0, std::min(k1, k0 + kStep), nextN0, nextN1);
                fetching.lines =
                    parts(fetching.ahead.lines(), parts(m1 - m0, tileRows) * parts(ne - nb, tileColumns));
                if (m_epilogue && m_kChunks == 1 && ke == k1) fetching.epilogue = m_epilogue.get();
                fetching.batch = batch;
            }
            for (int64_t mb = m0; mb < m1; mb += mStep) {
                const int64_t me = std::min(m1, mb + mStep);
                if (m_packA) sink.other([=, this] { packA(a, mb, me, kb, ke, packedA); });
                TileArguments t; // filled field by field and never copied: that would wait for the stores
                for (int64_t nt = nb; nt < ne; nt += tileColumns) {
                    t.columns = int(std::min<int64_t>(tileColumns, ne - nt));
                    fetching.n0 = nt;
                    t.k = ke - kb;
                    t.add = kb > k0;
                    t.cRow = cRow;
                    if (m_packB) {
                        t.b = packedB + (nt - nb) * t.k;
                        t.bRow = tileColumns;
                    } else if (m_s.bRow.regular) {
                        t.b = b + m_s.bRow.offsets[size_t(kb)] + m_s.bColumn.offsets[size_t(nt)];
                        t.bRow = m_s.bRow.stride;
                    } else {
                        t.b = b + m_s.bColumn.offsets[size_t(nt)];
                        t.bRows = m_s.bRow.offsets.data() + kb;
                    }
                    for (int64_t begin = mb, end; begin < me; begin = end) {
                        end = m_inRuns ? std::min(me, (begin / m_rowRun + 1) * m_rowRun) : me;
                        t.c = c + (begin - m0) * cRow + nt - n0;
                        if (m_packA)
                            packedTiles(t, fetching, packedA, begin, end, sink);
                        else
                            tiles(t, fetching, a, begin, end, kb, tables, sink);
                    }
                }
                if (m_epilogue && m_kChunks == 1 && ke == k1) finish(tile, mb, me, nb, ne, scratch, sink);
            }
        }
    }
}

/// What is needed soon comes nearer while the tile that begins now is calculated.
void Contraction::Fetching::beside(int64_t m0, int64_t m1, int columns)
{
    ahead.fetch(lines);
    if (epilogue) epilogue->fetch({batch, m0, m1, n0, n0 + columns, nullptr, 0});
}

/// Panels of full height, then the rest.
template<class Sink>
void Contraction::packedTiles(TileArguments& t, Fetching& fetching, const float* packedA, int64_t m0,
                              int64_t m1, Sink& sink) const
{
    t.a = packedA;
    t.aRow = 1, t.aColumn = panelRows;
    for (int64_t m = m0; m < m1; m += tileRows) {
        const int64_t end = std::min<int64_t>(m1, m + tileRows);
        fetching.beside(m, end, t.columns);
        sink.tile(tileKernel(int(end - m), t.columns, Addressing::OneRun), t);
        t.a += panelRows * t.k;
        t.c += tileRows * t.cRow;
    }
}

/// Equal heights: 128 rows are ten tiles of 12 or 13, not nine of 14 and one of 2.
template<class Sink>
void Contraction::tiles(TileArguments& t, Fetching& fetching, const float* a, int64_t m0, int64_t m1,
                        int64_t k0, bool tables, Sink& sink) const
{
    const int64_t count = parts(m1 - m0, tileRows);
    t.aRow = m_s.aRow.stride, t.aColumn = m_s.aColumn.stride;
    if (tables)
        t.aColumns = m_s.aColumn.offsets.data() + k0;
    else if (m_inRuns && m_columnRun < k())
        t.aRuns = m_runs.data() + k0 / m_columnRun, t.run = m_columnRun;
    const Addressing addressing = tables    ? Addressing::Tables
                                  : t.aRuns ? Addressing::Runs
                                            : Addressing::OneRun;
    for (int64_t tile = 0; tile < count; ++tile) {
        const int64_t first = m0 + tile * (m1 - m0) / count, last = m0 + (tile + 1) * (m1 - m0) / count;
        if (tables)
            t.a = a, t.rows = m_s.aRow.offsets.data() + first;
        else
            t.a = a + m_s.aRow.offsets[size_t(first)] + (t.aRuns ? 0 : m_s.aColumn.offsets[size_t(k0)]);
        fetching.beside(first, last, t.columns);
        sink.tile(tileKernel(int(last - first), t.columns, addressing), t);
        t.c += (last - first) * t.cRow;
    }
}

template<class Sink> void Contraction::task(const Call& call, int index, int worker, Sink& sink) const
{
    const int chunk = index % m_kChunks, tile = index / m_kChunks;
    const int64_t nIndex = tile % m_nBlocks, mIndex = tile / m_nBlocks % m_mBlocks,
                  group = tile / m_nBlocks / m_mBlocks;
    const int64_t M = m(), N = n();
    const int64_t m0 = mIndex * m_mBlock, m1 = std::min(M, m0 + m_mBlock);
    const int64_t n0 = nIndex * m_nBlock, n1 = std::min(N, n0 + m_nBlock);
    const int64_t k0 = chunk * m_kChunk, k1 = std::min(k(), k0 + m_kChunk);
    float* const scratch = call.scratch[worker];
    const bool passing = m_result == Result::Passing && m_kChunks == 1;
    float* const base = chunk == 0 ? call.c : call.partial + (chunk - 1) * batch() * M * N;
    const int64_t next =
        (nIndex + call.threads) % m_nBlocks * m_nBlock; // what this thread is likely to do then
    for (int64_t b = group * m_batchBlock; b < std::min(batch(), (group + 1) * m_batchBlock); ++b) {
        float* const c = passing ? scratch + m_passing : base + b * M * N + m0 * N + n0;
        block(call,
              {b, m0, m1, n0, n1, k0, k1, c, passing ? m_nBlock : N, next, std::min(N, next + m_nBlock)},
              scratch, sink);
    }
}

/// Whole rows of the result, whose chunks of k were summed apart.
void Contraction::sumPartials(const Call& call, int index, int worker) const
{
    const int64_t M = m(), N = n(), size = batch() * M * N;
    const int64_t rows = std::max<int64_t>(1, sumBlock / N);
    const int64_t first = index * rows, last = std::min(batch() * M, first + rows);
    for (int chunk = 1; chunk < m_kChunks; ++chunk) {
        const float* part = call.partial + (chunk - 1) * size;
        for (int64_t i = first * N; i < last * N; ++i) call.c[i] += part[i];
    }
    for (int64_t row = first, end; m_epilogue && row < last; row = end) {
        end = std::min(last, (row / M + 1) * M);
        const Tile tile{row / M, row % M, row % M + end - row, 0, N, 0, 0, call.c + row * N, N, 0, 0};
        Immediately now;
        finish(tile, tile.m0, tile.m1, 0, N, call.scratch[worker], now);
    }
}

bool Contraction::record(const float* a, const float* b, float* c, float* scratch, Recording& recording) const
{
    if (m_batchBlocks * m_mBlocks * m_nBlocks * m_kChunks != 1 || m_looksAhead) return false;
    task(Call{this, a, b, c, &scratch, nullptr, 1}, 0, 0, recording);
    if (recording.size() <= stepsRecorded) return true;
    recording.clear();
    return false;
}

void Contraction::run(const float* a, const float* b, float* c, float* const* scratch, float* partial,
                      ThreadPool& pool) const
{
    Call call{this, a, b, c, scratch, partial, pool.threads()};
    const int64_t M = m(), N = n();
    if (m_result == Result::Passing && m_kChunks > 1) call.c = partial + batch() * M * N * (m_kChunks - 1);
    pool.parallel(
        m_batchBlocks * m_mBlocks * m_nBlocks * m_kChunks,
        [](void* context, int index, int worker) {
            const auto& call = *static_cast<const Call*>(context);
            Immediately now;
            call.self->task(call, index, worker, now);
        },
        &call);
    if (m_kChunks == 1) return;
    pool.parallel(
        int(parts(batch() * M, std::max<int64_t>(1, sumBlock / N))),
        [](void* context, int index, int worker) {
            const auto& call = *static_cast<const Call*>(context);
            call.self->sumPartials(call, index, worker);
        },
        &call);
}

} // namespace core::cpu
