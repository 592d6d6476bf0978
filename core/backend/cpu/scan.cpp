#include "core/backend/cpu/scan.h"

#include "core/backend/cpu/memory.h"
#include "core/backend/cpu/strided.h"
#include "core/backend/cpu/structural.h"
#include "core/ops/build.h"
#include "core/ops/ops.h"
#include "core/program/transform.h"

#include <algorithm>
#include <cstring>

namespace core::cpu
{

namespace
{

constexpr const char* carry = "carry";

/// The body with the state as what it is: a state, which a step replaces.
Program stepOf(const Program& body)
{
    Program step;
    ValueId next = -1, state = -1;
    for (const Result& result : body.results) next = result.value;
    state = build::state(step, carry, body.type(next), language::Expression(0));
    const std::vector<ValueId> values = inlineProgram(step, body, {{carry, state}});
    step.updates = {{state, values[size_t(next)]}};
    return step;
}

/// Elements of 4 bytes, from one layout into another.
struct Move {
    StridedWalk<2> walk;
    const uint32_t* from;
    uint32_t* to;
    int64_t step; ///< of `from`, from one position to the next

    void operator()(int64_t position) const
    {
        const auto& strides = walk.runStrides();
        const int64_t n = walk.run();
        walk.all([&](const auto& at) {
            const uint32_t* source = from + position * step + at[0];
            uint32_t* target = to + at[1];
            if (strides[0] == 1 && strides[1] == 1)
                std::memcpy(target, source, size_t(n) * 4);
            else
                for (int64_t i = 0; i < n; ++i) target[i * strides[1]] = source[i * strides[0]];
        });
    }
};

class Scan : public Kernel
{
public:
    Scan(const PlanKernel& kernel, const Storage& storage, int threads)
        : m_axis(kernel.instruction->attributes.axes[0])
        , m_length(kernel.instruction->attributes.sizes[0])
        , m_forward(kernel.instruction->attributes.sizes[1] > 0)
    {
        const Instruction& of = *kernel.instruction;
        m_plan = makePlan(stepOf(of.op->body(kernel.types, of.attributes).first));
        place(kernel, storage, size_t(of.attributes.sizes[2]));
        for (const PlanKernel& inner : m_plan.kernels)
            m_kernels.push_back(makeKernel(inner, m_plan, m_storage, threads));
    }

    int64_t scratchFloats() const override { return most(&Kernel::scratchFloats); }
    int64_t partialFloats() const override { return most(&Kernel::partialFloats); }
    void bind(const Workspace& workspace) override
    {
        for (const auto& kernel : m_kernels) kernel->bind(workspace);
    }

    void run(ThreadPool& pool) override
    {
        for (const Move& move : m_before) move(0);
        for (int64_t s = 0; s < m_length; ++s) {
            const int64_t t = m_forward ? s : m_length - 1 - s;
            for (const Move& move : m_each) move(t);
            for (const auto& kernel : m_kernels) kernel->run(pool);
            std::memcpy(m_out + t * m_count, m_state, size_t(m_count) * 4);
        }
    }

private:
    int64_t most(int64_t (Kernel::*floats)() const) const
    {
        int64_t result = 0;
        for (const auto& kernel : m_kernels) result = std::max(result, (*kernel.*floats)());
        return result;
    }

    /// Gives the buffers of the step their places, and notes what must be moved into them and when.
    void place(const PlanKernel& kernel, const Storage& storage, size_t sequences)
    {
        const auto padded = [](int64_t count) { return (count * 4 + 63) / 64 * 64; };
        int64_t own = 0;
        for (const PlanBuffer& buffer : m_plan.buffers)
            if (buffer.kind != PlanBuffer::Kind::Arena) own += padded(buffer.count);
        m_data = makeBlock(own + m_plan.arenaBytes);
        std::byte* at = m_data.get();
        for (const PlanBuffer& buffer : m_plan.buffers) {
            m_storage.elements.push_back(buffer.element);
            if (buffer.kind == PlanBuffer::Kind::Arena) {
                m_storage.buffers.push_back(m_data.get() + own + buffer.offset);
                continue;
            }
            m_storage.buffers.push_back(at);
            for (size_t i = 0; i < buffer.values.size(); ++i)
                if (buffer.element == Element::Integer)
                    reinterpret_cast<int32_t*>(at)[i] = int32_t(buffer.values[i]);
                else
                    reinterpret_cast<float*>(at)[i] = float(buffer.values[i]);
            at += padded(buffer.count);
        }

        for (const ValueId state : m_plan.states) {
            const Type& type = m_plan.program.type(state);
            for (size_t b = 0; b < m_plan.buffers.size(); ++b)
                if (m_plan.buffers[b].kind == PlanBuffer::Kind::State)
                    m_state = static_cast<uint32_t*>(m_storage.buffers[b]);
            m_count = type.count();
            m_before.push_back(moveOf(kernel, storage, 0, type, m_state));
        }
        m_out = reinterpret_cast<uint32_t*>(address(storage, kernel.writes[0]));
        for (size_t i = 1; i < kernel.reads.size(); ++i) {
            const bool sequence = i <= sequences;
            const std::string name =
                sequence ? build::sequenceName(i - 1) : build::constantName(i - 1 - sequences);
            for (const PlanPort& port : m_plan.inputs) {
                if (port.name != name) continue;
                void*& buffer = m_storage.buffers[size_t(port.buffer)];
                if (!sequence && kernel.reads[i].offset == 0 &&
                    kernel.reads[i].strides == port.type.strides()) {
                    buffer = address(storage, kernel.reads[i]); // lies there as the step wants it
                    continue;
                }
                Move move = moveOf(kernel, storage, i, port.type, static_cast<uint32_t*>(buffer));
                (sequence ? m_each : m_before).push_back(std::move(move));
            }
        }
    }

    Move moveOf(const PlanKernel& kernel, const Storage& storage, size_t read, const Type& type,
                uint32_t* to) const
    {
        const Type& outer = kernel.types[read];
        const std::vector<int64_t>& strides = kernel.reads[read].strides;
        std::vector<int64_t> along;
        for (const Axis& axis : type.axes) {
            const int d = outer.find(axis.name);
            along.push_back(d < 0 ? 0 : strides[size_t(d)]);
        }
        const int d = outer.find(m_axis);
        return {{type.axes, {along, type.strides()}, false},
                reinterpret_cast<const uint32_t*>(address(storage, kernel.reads[read])),
                to,
                d < 0 ? 0 : strides[size_t(d)]};
    }

    std::string m_axis;
    int64_t m_length;
    bool m_forward;
    Plan m_plan;
    Block m_data;
    Storage m_storage;
    std::vector<std::unique_ptr<Kernel>> m_kernels;
    std::vector<Move> m_before, m_each; ///< before the first step; before each
    uint32_t *m_state = nullptr, *m_out = nullptr;
    int64_t m_count = 0; ///< elements of the state
};

} // namespace

std::unique_ptr<Kernel> makeScan(const PlanKernel& kernel, const Storage& storage, int threads)
{
    return std::make_unique<Scan>(kernel, storage, threads);
}

} // namespace core::cpu
