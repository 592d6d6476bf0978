// Formulas and reductions over the same rows, run tile by tile in L1: softmax, layer norm, bias and
// activation, cross-entropy and their gradients are one kernel each.
#pragma once

#include "core/backend/cpu/reduction.h"
#include "core/backend/cpu/threadpool.h"
#include "core/language/strip.h"
#include "core/program/plan.h"

namespace core::cpu
{

/// Where the buffers of a plan lie. Real and integer elements have 4 bytes; each buffer is 64-byte aligned
/// and may be written up to the next multiple of 64 bytes.
struct Storage {
    std::vector<void*> buffers;
    std::vector<Element> elements;
};

class RowsKernel
{
public:
    RowsKernel(const PlanKernel&, const Storage&, int threads);

    int64_t scratchFloats() const { return m_scratch; } ///< for each thread, 64-byte aligned
    int64_t partialFloats() const { return m_partial; } ///< shared
    void bind(float* const* scratch, float* partial);   ///< once, before the first run
    void run(ThreadPool&);

private:
    struct Strided {
        float* base = nullptr;
        bool integer = false;
        std::vector<int64_t> sizes, strides; // of the rows' axes, collapsed
        std::vector<int64_t> within;         // offsets of the elements of a row
        int64_t step = 0;                    // distance of elements, where it is one number
        bool even = false;
    };
    struct Register {
        enum class Place : uint8_t { Scratch, Constant, Memory } place = Place::Scratch;
        bool row = false;      // one value a row
        int64_t offset = 0;    // Scratch
        float* base = nullptr; // Memory: first tile; Constant: the strip
        int last = -1;         // last micro operation that reads it
        bool kept = false;     // loaded once a task
    };
    struct Micro {
        enum class Kind : uint8_t {
            Strip,
            Load,
            Store,
            ReduceRows,
            Spread,
            Column,
            Whole
        } kind = Kind::Strip;
        bool row = false;                       // length: one value a row
        language::StripKernel kernel = nullptr; // Strip
        int dst = 0, a = 0, b = 0, c = 0;       // registers; Column, Whole: dst is the accumulator
        int operand = -1;                       // Load, Store
        const Reduction* reduction = nullptr;
    };
    struct Accumulator {
        const Reduction* reduction;
        int64_t offset, length; // floats, within a task's part
        int operand;
    };
    struct Worker {
        std::vector<float*> registers;
        float* scratch = nullptr;
    };

    void shape(const PlanKernel&);
    Strided strided(const PlanOperand&, const Storage&) const;
    void compile(const PlanKernel&, const Storage&);
    int asElement(int reg);
    int loadRead(const PlanKernel&, const Storage&, int read, bool row);
    bool direct(const Strided&, bool row) const;
    void allocate();
    void task(int index, int worker);
    void execute(const Micro&, Worker&, float* accumulators, int64_t firstRow, int64_t rows) const;
    template<class Visit> static void walk(const Strided&, int64_t firstRow, int64_t rows, const Visit&);
    void load(const Strided&, float* to, int64_t firstRow, int64_t rows, bool row) const;
    void store(const Strided&, const float* from, int64_t firstRow, int64_t rows, bool row) const;
    void combine();

    std::vector<int64_t> m_outerSizes, m_innerSizes;
    std::vector<int> m_outerAxes, m_innerAxes; // of the kernel, before collapsing
    std::vector<std::vector<int>> m_outerGroups, m_innerGroups;
    int64_t m_rows = 1, m_length = 1, m_tileRows = 1, m_tiles = 1;
    int m_tasks = 1;
    std::vector<Strided> m_operands; // reads, then writes
    std::vector<Register> m_registers;
    std::vector<std::vector<float>> m_constants;
    std::vector<Micro> m_once, m_code;
    std::vector<Accumulator> m_accumulators;
    std::map<std::pair<int, bool>, int> m_loaded;
    std::map<int, int> m_spread;
    std::vector<std::pair<int, int64_t>> m_moving; // memory registers and their floats a tile
    std::vector<Worker> m_workers;
    float* m_partials = nullptr;
    int64_t m_scratch = 0, m_partial = 0, m_taskPartial = 0;
};

} // namespace core::cpu
