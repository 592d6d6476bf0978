#include "core/backend/cpu/kernels.h"

#include "core/backend/cpu/scan.h"
#include "core/backend/cpu/structural.h"

#include <algorithm>

namespace core::cpu
{

namespace
{

Contraction::Shape shapeOf(const PlanKernel& kernel)
{
    const int m = kernel.split[1], n = kernel.split[2], k = kernel.split[3], end = int(kernel.axes.size());
    const auto table = [&](size_t operand, int first, int last) {
        return OffsetTable(kernel.axes, kernel.reads[operand].strides, first, last);
    };
    return {table(0, 0, m), table(0, m, n),   table(0, k, end),
            table(1, 0, m), table(1, k, end), table(1, n, k)};
}

Contraction contractionOf(const PlanKernel& kernel, const Storage& storage)
{
    if (kernel.members.empty()) return Contraction(shapeOf(kernel));
    return Contraction(shapeOf(kernel), std::make_unique<Epilogue>(kernel, storage),
                       kernel.members[0].write < 0 ? Contraction::Result::Passing
                                                   : Contraction::Result::Stored);
}

class ContractionKernel : public Kernel
{
public:
    ContractionKernel(const PlanKernel& kernel, const Storage& storage)
        : m_contraction(contractionOf(kernel, storage))
        , m_a(address(storage, kernel.reads[0]))
        , m_b(address(storage, kernel.reads[1]))
    {
        if (kernel.members.empty() || kernel.members[0].write >= 0) m_c = address(storage, kernel.writes[0]);
    }
    int64_t scratchFloats() const override { return m_contraction.scratchFloats(); }
    int64_t partialFloats() const override { return m_contraction.partialFloats(); }
    void bind(const Workspace& workspace) override
    {
        m_scratch = workspace.scratch;
        m_partial = workspace.partial;
        m_recorded = m_contraction.record(m_a, m_b, m_c, m_scratch[0], m_recording);
    }
    void run(ThreadPool& pool) override
    {
        if (m_recorded)
            m_recording.run();
        else
            m_contraction.run(m_a, m_b, m_c, m_scratch.data(), m_partial, pool);
    }

private:
    Contraction m_contraction;
    const float *m_a, *m_b;
    float* m_c = nullptr;
    std::vector<float*> m_scratch;
    float* m_partial = nullptr;
    Recording m_recording;
    bool m_recorded = false;
};

class Rows : public Kernel
{
public:
    Rows(const PlanKernel& kernel, const Storage& storage, int threads)
        : m_rows(kernel, storage, threads)
    {
    }
    int64_t scratchFloats() const override { return m_rows.scratchFloats(); }
    int64_t partialFloats() const override { return m_rows.partialFloats(); }
    void bind(const Workspace& workspace) override
    {
        m_rows.bind(workspace.scratch.data(), workspace.partial);
    }
    void run(ThreadPool& pool) override { m_rows.run(pool); }

private:
    RowsKernel m_rows;
};

/// Copying is a row kernel of one formula, on bits: integers are not converted.
std::unique_ptr<Kernel> makeCopy(PlanKernel kernel, Storage storage, int threads)
{
    storage.elements.assign(storage.elements.size(), Element::Real);
    kernel.kind = PlanKernel::Kind::Rows;
    kernel.split = {-1};
    RowMember member;
    member.inputs = {0};
    member.formula = language::Expression::variable(0);
    member.write = 0;
    kernel.members = {member};
    return std::make_unique<Rows>(kernel, storage, threads);
}

/// Any op at all, by its definition in double.
class Definition : public Kernel
{
public:
    Definition(const PlanKernel& kernel, const Storage& storage)
        : m_instruction(*kernel.instruction)
    {
        for (size_t i = 0; i < kernel.reads.size(); ++i) {
            const Type& type = kernel.types[i];
            m_inputs.push_back({type, std::vector<double>(size_t(type.count()))});
            m_from.push_back(
                {address(storage, kernel.reads[i]),
                 OffsetTable(type.axes, kernel.reads[i].strides, 0, int(type.axes.size())).offsets});
        }
        for (const Tensor& input : m_inputs) m_pointers.push_back(&input);
        m_out = {m_instruction.type, std::vector<double>(size_t(m_instruction.type.count()))};
        m_to = address(storage, kernel.writes[0]);
    }

    void run(ThreadPool&) override
    {
        for (size_t i = 0; i < m_inputs.size(); ++i) {
            const auto& [from, at] = m_from[i];
            const bool integer = m_inputs[i].type.element == Element::Integer;
            for (size_t e = 0; e < at.size(); ++e)
                m_inputs[i].data[e] =
                    integer ? double(reinterpret_cast<const int32_t*>(from)[at[e]]) : double(from[at[e]]);
        }
        std::fill(m_out.data.begin(), m_out.data.end(), 0.0);
        m_instruction.op->evaluate(m_instruction, m_pointers, m_out);
        const bool integer = m_out.type.element == Element::Integer;
        for (size_t e = 0; e < m_out.data.size(); ++e)
            if (integer)
                reinterpret_cast<int32_t*>(m_to)[e] = int32_t(m_out.data[e]);
            else
                m_to[e] = float(m_out.data[e]);
    }

private:
    const Instruction& m_instruction;
    std::vector<Tensor> m_inputs;
    std::vector<std::pair<const float*, std::vector<int64_t>>> m_from;
    std::vector<const Tensor*> m_pointers;
    Tensor m_out;
    float* m_to;
};

} // namespace

std::unique_ptr<Kernel> makeKernel(const PlanKernel& kernel, const Plan&, const Storage& storage, int threads)
{
    switch (kernel.kind) {
    case PlanKernel::Kind::Contraction:
        return std::make_unique<ContractionKernel>(kernel, storage);
    case PlanKernel::Kind::Rows:
        return std::make_unique<Rows>(kernel, storage, threads);
    case PlanKernel::Kind::Copy:
        return kernel.border.empty() ? makeCopy(kernel, storage, threads) : makeBordered(kernel, storage);
    case PlanKernel::Kind::Other:
        break;
    }
    if (kernel.instruction->op->body) return makeScan(kernel, storage, threads);
    if (std::unique_ptr<Kernel> own = makeStructural(kernel, storage)) return own;
    return std::make_unique<Definition>(kernel, storage);
}

} // namespace core::cpu
