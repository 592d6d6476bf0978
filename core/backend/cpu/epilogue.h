// Formulas of a contraction's result, applied to its parts as soon as they are finished.
#pragma once

#include "core/backend/cpu/recording.h"
#include "core/backend/cpu/rows.h"

namespace core::cpu
{

/// Element offsets along one collapsed index: address = base + batch[i] + row[j] + column[k]. Any strided
/// multi-axis view is such a sum, so windows, transposes, flips and renamed axes need no copy.
struct OffsetTable {
    std::vector<int64_t> offsets;
    int64_t stride = 0; ///< offsets[i] == i * stride where `regular`
    bool regular = true;

    explicit OffsetTable(std::vector<int64_t> offsets = {0});
    /// All indices of axes [first, last), the last one fastest.
    OffsetTable(const std::vector<Axis>&, const std::vector<int64_t>& strides, int first, int last);
    int64_t size() const { return int64_t(offsets.size()); }
    int64_t run() const; ///< the longest that divides size(): offsets step by `stride` inside runs of it
    bool still() const { return regular && stride == 0; }
};

/// An element of a result is stored after the element there was read, so results may lie in what is read.
class Epilogue
{
public:
    /// A finished part of the result: rows m0 .. m1, columns n0 .. n1 of one batch. Its first element is at
    /// `at`, its rows lie `row` floats apart.
    struct Part {
        int64_t batch, m0, m1, n0, n1;
        const float* at;
        int64_t row;
    };

    Epilogue(const PlanKernel& contraction, const Storage&);

    int64_t scratchFloats() const { return m_scratch; } ///< for each thread, 64-byte aligned
    /// Sink: Immediately or Recording.
    template<class Sink> void run(const Part&, float* scratch, Sink&) const;
    void fetch(const Part&) const; ///< brings what run() will read of memory nearer; of the part, where it is

private:
    struct Operand {
        float* base;
        bool integer;
        OffsetTable batch, row, column;
    };
    struct Chunk {
        int64_t batch, row, rows, column, columns;
    };

    void inPlace();
    bool direct(const Operand&, const Chunk&) const;
    float* address(const Operand&, const Chunk&) const;
    void load(const Operand&, const Chunk&, float* to) const;
    void store(const Operand&, const Chunk&, const float* from) const;

    std::vector<Operand> m_reads, m_writes; // without the contraction's own
    std::vector<Operand> m_fetched;         // those that hold an element of their own for each of the result
    language::StripCode m_code;             // input 0 is the result, then what is read
    std::vector<int> m_resultOf;            // each instruction: the result that it may store, else -1
    std::vector<std::vector<float>> m_constants;
    int64_t m_places = 0, m_scratch = 0;
};

} // namespace core::cpu
