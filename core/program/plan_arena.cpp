#include "core/program/plan_arena.h"

#include <algorithm>

namespace core
{

void layOut(Plan& plan)
{
    for (PlanBuffer& buffer : plan.buffers) buffer.first = int(plan.kernels.size()), buffer.last = -1;
    for (size_t k = 0; k < plan.kernels.size(); ++k)
        for (const std::vector<PlanOperand>* operands : {&plan.kernels[k].reads, &plan.kernels[k].writes})
            for (const PlanOperand& operand : *operands) {
                PlanBuffer& buffer = plan.buffers[size_t(operand.buffer)];
                buffer.first = std::min(buffer.first, int(k));
                buffer.last = std::max(buffer.last, int(k));
            }
    for (const PlanPort& result : plan.results)
        plan.buffers[size_t(result.buffer)].last = int(plan.kernels.size());

    // Largest first, each at the lowest place that is free during its life.
    std::vector<PlanBuffer*> pending, placed;
    for (PlanBuffer& buffer : plan.buffers)
        if (buffer.kind == PlanBuffer::Kind::Arena && buffer.last >= 0) pending.push_back(&buffer);
    std::stable_sort(pending.begin(), pending.end(),
                     [](const PlanBuffer* a, const PlanBuffer* b) { return a->count > b->count; });
    const auto bytes = [](const PlanBuffer* buffer) { return (buffer->count * 4 + 63) / 64 * 64; };
    for (PlanBuffer* buffer : pending) {
        int64_t at = 0;
        for (const PlanBuffer* other : placed) { // ordered by offset
            if (other->last < buffer->first || buffer->last < other->first) continue;
            if (at + bytes(buffer) <= other->offset) break;
            at = std::max(at, other->offset + bytes(other));
        }
        buffer->offset = at;
        placed.insert(
            std::upper_bound(placed.begin(), placed.end(), buffer,
                             [](const PlanBuffer* a, const PlanBuffer* b) { return a->offset < b->offset; }),
            buffer);
        plan.arenaBytes = std::max(plan.arenaBytes, at + bytes(buffer));
    }
}

} // namespace core
