// C[b, m, n] = sum over k of A[b, m, k] * B[b, k, n] in f32, on operands in any separable layout.
#pragma once

#include "core/backend/cpu/microkernel.h"
#include "core/backend/cpu/threadpool.h"

#include <cstdint>
#include <vector>

namespace core::cpu
{

/// Element offsets along one collapsed index: address = base + batch[i] + row[j] + column[k]. Any strided
/// multi-axis view is such a sum, so windows, transposes, flips and renamed axes need no copy.
struct OffsetTable {
    std::vector<int64_t> offsets;
    int64_t stride = 0; ///< offsets[i] == i * stride where `regular`
    bool regular = true;

    explicit OffsetTable(std::vector<int64_t> offsets = {0});
    int64_t size() const { return int64_t(offsets.size()); }
    int64_t run() const; ///< the longest that divides size(): offsets step by `stride` inside runs of it
};

/// One planned contraction. C is contiguous, [batch, m, n]. The order of additions depends on the sizes
/// alone, so the result is the same bits for any number of threads.
class Contraction
{
public:
    struct Shape {
        OffsetTable aBatch, aRow, aColumn; ///< batch, m, k
        OffsetTable bBatch, bRow, bColumn; ///< batch, k, n
    };
    explicit Contraction(Shape shape);

    int64_t batch() const { return m_s.aBatch.size(); }
    int64_t m() const { return m_s.aRow.size(); }
    int64_t n() const { return m_s.bColumn.size(); }
    int64_t k() const { return m_s.aColumn.size(); }

    int64_t scratchFloats() const { return m_scratch; } ///< for each thread, 64-byte aligned
    int64_t partialFloats() const { return m_partial; } ///< shared; partial sums of a long k
    void run(const float* a, const float* b, float* c, float* const* scratch, float* partial,
             ThreadPool&) const;

private:
    struct Call;
    void block(const Call&, int64_t batch, int64_t m0, int64_t m1, int64_t n0, int64_t n1, int64_t k0,
               int64_t k1, float* c, float* scratch) const;
    void packB(const float* b, int64_t k0, int64_t k1, int64_t n0, int64_t n1, float* to) const;
    void packA(const float* a, int64_t m0, int64_t m1, int64_t k0, int64_t k1, float* to) const;
    void packedTiles(TileArguments, const float* packedA, int64_t rows) const;
    void tiles(TileArguments, const float* a, int64_t m0, int64_t m1, int64_t k0, bool tables) const;
    void task(const Call&, int index, int worker) const;

    Shape m_s;
    int64_t m_scratch = 0, m_partial = 0;
    int64_t m_mBlock = 0, m_nBlock = 0, m_kChunk = 0, m_batchBlock = 1;
    int m_mBlocks = 1, m_nBlocks = 1, m_kChunks = 1, m_batchBlocks = 1;
    bool m_packA = false, m_packB = false;
    /// Rows and columns of A that come in evenly spaced runs, as those of windows do, are read by strides.
    bool m_inRuns = false;
    int64_t m_rowRun = 0, m_columnRun = 0, m_bRun = 0, m_kStep = 0;
    std::vector<int64_t> m_runs; ///< where each run of columns begins
};

} // namespace core::cpu
