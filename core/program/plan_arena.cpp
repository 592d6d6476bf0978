#include "core/program/plan_arena.h"

#include <algorithm>

namespace core
{

void layOut(Plan& plan, const std::vector<std::vector<int>>& chains)
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

    // Largest first, each at the lowest place that is free during its life; a chain is placed as one.
    struct Block {
        std::vector<PlanBuffer*> buffers;
        int first, last;
        int64_t bytes, offset;
    };
    const auto bytes = [](const PlanBuffer& buffer) {
        return (buffer.count * buffer.elementBytes() + 63) / 64 * 64;
    };
    std::vector<Block> pending;
    std::vector<char> chained(plan.buffers.size(), 0);
    const auto add = [&](const std::vector<int>& buffers) {
        Block block{{}, int(plan.kernels.size()), -1, 0, 0};
        for (int b : buffers) {
            PlanBuffer& buffer = plan.buffers[size_t(b)];
            chained[size_t(b)] = 1;
            block.buffers.push_back(&buffer);
            block.first = std::min(block.first, buffer.first);
            block.last = std::max(block.last, buffer.last);
            block.bytes += bytes(buffer);
        }
        pending.push_back(std::move(block));
    };
    for (const std::vector<int>& chain : chains) add(chain);
    for (size_t b = 0; b < plan.buffers.size(); ++b)
        if (plan.buffers[b].kind == PlanBuffer::Kind::Arena && plan.buffers[b].last >= 0 && !chained[b])
            add({int(b)});
    std::stable_sort(pending.begin(), pending.end(),
                     [](const Block& a, const Block& b) { return a.bytes > b.bytes; });
    std::vector<const Block*> placed;
    for (Block& block : pending) {
        int64_t at = 0;
        for (const Block* other : placed) { // ordered by offset
            if (other->last < block.first || block.last < other->first) continue;
            if (at + block.bytes <= other->offset) break;
            at = std::max(at, other->offset + other->bytes);
        }
        block.offset = at;
        placed.insert(std::upper_bound(placed.begin(), placed.end(), &block,
                                       [](const Block* a, const Block* b) { return a->offset < b->offset; }),
                      &block);
        plan.arenaBytes = std::max(plan.arenaBytes, at + block.bytes);
        for (PlanBuffer* buffer : block.buffers) {
            buffer->offset = at;
            at += bytes(*buffer);
        }
    }
}

} // namespace core
