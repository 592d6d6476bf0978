#include "core/program/plan_arena.h"

#include "core/program/interruption.h"

#include <algorithm>

namespace core
{

namespace
{

/// What has its place, ordered by that, in lists short enough to be inserted into.
class Arena
{
public:
    /// The lowest place that is free between the two times.
    int64_t place(int first, int last, int64_t bytes)
    {
        int64_t at = 0;
        for (const std::vector<Placed>& list : m_lists) {
            if (!list.empty() && at + bytes <= list.front().begin) break;
            for (const Placed& other : list) {
                if (other.last < first || last < other.first) continue;
                if (at + bytes <= other.begin) return insert({at, at + bytes, first, last});
                at = std::max(at, other.end);
            }
        }
        return insert({at, at + bytes, first, last});
    }

private:
    struct Placed {
        int64_t begin, end;
        int first, last;
    };
    static constexpr size_t longest = 512;

    int64_t insert(const Placed& placed)
    {
        const auto before = [](const Placed& a, const Placed& b) { return a.begin < b.begin; };
        auto list = std::upper_bound(
            m_lists.begin() + 1, m_lists.end(), placed,
            [&](const Placed& a, const std::vector<Placed>& b) { return before(a, b.front()); });
        --list;
        list->insert(std::upper_bound(list->begin(), list->end(), placed, before), placed);
        if (list->size() > longest) {
            std::vector<Placed> rest(list->begin() + longest / 2, list->end());
            list->resize(longest / 2);
            m_lists.insert(list + 1, std::move(rest));
        }
        return placed.begin;
    }

    std::vector<std::vector<Placed>> m_lists{1}; ///< none is empty but the only one
};

} // namespace

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
        int64_t bytes;
    };
    const auto bytes = [](const PlanBuffer& buffer) {
        return (buffer.count * buffer.elementBytes() + 63) / 64 * 64;
    };
    std::vector<Block> pending;
    std::vector<char> chained(plan.buffers.size(), 0);
    const auto add = [&](const std::vector<int>& buffers) {
        Block block{{}, int(plan.kernels.size()), -1, 0};
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
    Arena arena;
    for (Block& block : pending) {
        checkInterruption();
        int64_t at = arena.place(block.first, block.last, block.bytes);
        plan.arenaBytes = std::max(plan.arenaBytes, at + block.bytes);
        for (PlanBuffer* buffer : block.buffers) {
            buffer->offset = at;
            at += bytes(*buffer);
        }
    }
}

} // namespace core
