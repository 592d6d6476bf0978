#include "core/program/plan_narrow.h"

#include "core/ops/op.h"
#include "core/program/plan_alike.h"
#include "core/program/plan_arena.h"

#include <algorithm>

namespace core
{

namespace
{

constexpr int64_t small = 32; ///< elements: statistics of rows, scalars

std::vector<char> keptInFull(const Plan& plan)
{
    std::vector<char> full(plan.buffers.size(), 0);
    for (size_t b = 0; b < full.size(); ++b) {
        const PlanBuffer& buffer = plan.buffers[b];
        full[b] = buffer.kind != PlanBuffer::Kind::Arena || buffer.element != Element::Real ||
                  buffer.count <= small;
    }
    for (const PlanPort& result : plan.results) full[size_t(result.buffer)] = 1;
    for (const PlanKernel& kernel : plan.kernels) {
        const bool recurrence = kernel.instruction && kernel.instruction->op->body;
        int64_t updated = 0; // elements of the largest state that this sets
        for (const PlanOperand& write : kernel.writes) {
            const PlanBuffer& buffer = plan.buffers[size_t(write.buffer)];
            if (buffer.kind == PlanBuffer::Kind::State) updated = std::max(updated, buffer.count);
        }
        if (!recurrence && updated == 0) continue;
        for (const PlanOperand& write : kernel.writes) full[size_t(write.buffer)] = 1;
        for (size_t i = 0; i < kernel.reads.size(); ++i) {
            const int buffer = kernel.reads[i].buffer;
            const bool summed = (kernel.kind == PlanKernel::Kind::Contraction && i < 2) ||
                                plan.buffers[size_t(buffer)].count > updated;
            if (recurrence || !summed) full[size_t(buffer)] = 1;
        }
    }
    return full;
}

} // namespace

void keepNarrow(Plan& plan, Precision precision)
{
    const std::vector<std::vector<int>> chains = gatherAlike(plan);
    std::vector<char> full = keptInFull(plan);
    for (const std::vector<int>& chain : chains)
        for (int buffer : chain) full[size_t(buffer)] = 1;
    for (size_t b = 0; b < full.size(); ++b)
        if (!full[b]) plan.buffers[b].precision = precision;
    for (const PlanKernel& kernel : plan.kernels) {
        int64_t points = 1;
        for (const Axis& axis : kernel.axes) points *= axis.size;
        for (const std::vector<PlanOperand>* operands : {&kernel.reads, &kernel.writes})
            for (const PlanOperand& operand : *operands) {
                const PlanBuffer& buffer = plan.buffers[size_t(operand.buffer)];
                plan.bytesMoved -= std::min(points, buffer.count) * (4 - buffer.elementBytes());
            }
    }
    plan.arenaBytes = 0;
    layOut(plan, chains);
}

} // namespace core
