// C[b, m, n] = sum over k of A[b, m, k] * B[b, k, n] in f32, on operands in any separable layout.
#pragma once

#include "core/backend/cpu/ahead.h"
#include "core/backend/cpu/epilogue.h"
#include "core/backend/cpu/microkernel.h"
#include "core/backend/cpu/threadpool.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace core::cpu
{

/// One planned contraction. C is contiguous, [batch, m, n]. The order of additions depends on the sizes
/// alone, so the result is the same bits for any number of threads. With an epilogue that is applied to each
/// part of C as soon as that is finished, and C need not be stored: it is null in run() then.
class Contraction
{
public:
    enum class Result : uint8_t { Stored, Passing };
    struct Shape {
        OffsetTable aBatch, aRow, aColumn; ///< batch, m, k
        OffsetTable bBatch, bRow, bColumn; ///< batch, k, n
    };
    explicit Contraction(Shape shape, std::unique_ptr<Epilogue> epilogue = nullptr,
                         Result result = Result::Stored);

    int64_t batch() const { return m_s.aBatch.size(); }
    int64_t m() const { return m_s.aRow.size(); }
    int64_t n() const { return m_s.bColumn.size(); }
    int64_t k() const { return m_s.aColumn.size(); }

    int64_t scratchFloats() const { return m_scratch; } ///< for each thread, 64-byte aligned
    int64_t partialFloats() const { return m_partial; } ///< shared; partial sums of a long k
    void run(const float* a, const float* b, float* c, float* const* scratch, float* partial,
             ThreadPool&) const;
    /// What run() does with one thread's scratch, if that is little; else false.
    bool record(const float* a, const float* b, float* c, float* scratch, Recording&) const;

private:
    struct Call;
    struct Tile {
        int64_t batch, m0, m1, n0, n1, k0, k1;
        float* c; // of its first element
        int64_t row;
        int64_t nextN0, nextN1; // columns of what is likely to be next
    };
    struct Fetching {
        Ahead ahead;
        int64_t lines = 0;                  // of `ahead` beside each tile
        const Epilogue* epilogue = nullptr; // whose operands are fetched
        int64_t batch = 0, n0 = 0;
        void beside(int64_t m0, int64_t m1, int columns);
    };
    template<class Sink> void block(const Call&, const Tile&, float* scratch, Sink&) const;
    void sumPartials(const Call&, int index, int worker) const;
    template<class Sink>
    void finish(const Tile&, int64_t m0, int64_t m1, int64_t n0, int64_t n1, float* scratch, Sink&) const;
    void packB(const float* b, int64_t k0, int64_t k1, int64_t n0, int64_t n1, float* to) const;
    void packA(const float* a, int64_t m0, int64_t m1, int64_t k0, int64_t k1, float* to) const;
    void dots(const Call&, const Tile&, float* scratch) const;
    Ahead ahead(const float* b, int64_t k0, int64_t k1, int64_t n0, int64_t n1) const;
    template<class Sink>
    void packedTiles(TileArguments&, Fetching&, const float* packedA, int64_t m0, int64_t m1, Sink&) const;
    template<class Sink>
    void tiles(TileArguments&, Fetching&, const float* a, int64_t m0, int64_t m1, int64_t k0, bool tables,
               Sink&) const;
    template<class Sink> void task(const Call&, int index, int worker, Sink&) const;

    Shape m_s;
    std::unique_ptr<Epilogue> m_epilogue;
    Result m_result;
    int64_t m_passing = 0, m_after = 0; // where in a thread's scratch a passing tile and the epilogue's begin
    int64_t m_scratch = 0, m_partial = 0;
    int64_t m_mBlock = 0, m_nBlock = 0, m_kChunk = 0, m_batchBlock = 1;
    int m_mBlocks = 1, m_nBlocks = 1, m_kChunks = 1, m_batchBlocks = 1;
    bool m_packA = false, m_packB = false;
    bool m_looksAhead = false; ///< so large that memory is slower than arithmetic
    bool m_dots = false;       ///< a small result of long sums along rows of both operands
    /// Rows and columns of A that come in evenly spaced runs, as those of windows do, are read by strides.
    bool m_inRuns = false;
    int64_t m_rowRun = 0, m_columnRun = 0, m_bRun = 0, m_kStep = 0;
    std::vector<int64_t> m_runs; ///< where each run of columns begins
};

} // namespace core::cpu
