#include "core/program/plan_alike.h"

#include "core/program/interruption.h"

#include <algorithm>

namespace core
{

const PlanOperand& operand(const PlanKernel& kernel, size_t i)
{
    return i < kernel.reads.size() ? kernel.reads[i] : kernel.writes[i - kernel.reads.size()];
}

namespace
{

bool single(const PlanOperand& operand)
{
    return std::all_of(operand.strides.begin(), operand.strides.end(), [](int64_t s) { return s == 0; });
}

bool whole(const Plan& plan, const PlanKernel& kernel, const PlanOperand& operand)
{
    const PlanBuffer& buffer = plan.buffers[size_t(operand.buffer)];
    const bool kind = buffer.kind == PlanBuffer::Kind::State || buffer.kind == PlanBuffer::Kind::Arena;
    if (!kind || buffer.element != Element::Real || operand.offset != 0) return false;
    int64_t count = 1;
    for (size_t d = kernel.axes.size(); d-- > 0;) {
        if (kernel.axes[d].size > 1 && operand.strides[d] != count) return false;
        count *= kernel.axes[d].size;
    }
    return count == buffer.count;
}

bool formulas(const PlanKernel& kernel)
{
    return kernel.kind == PlanKernel::Kind::Rows && kernel.split[0] < 0 &&
           std::all_of(kernel.members.begin(), kernel.members.end(), [](const RowMember& member) {
               return member.reduction.empty() && member.extent == RowMember::Extent::Element;
           });
}

/// What two kernels that are alike have in common; 0 for one that is alike to none.
size_t signature(const PlanKernel& kernel)
{
    if (!formulas(kernel)) return 0;
    size_t hash = kernel.reads.size() * 31 + kernel.writes.size();
    for (const RowMember& member : kernel.members) {
        for (int input : member.inputs) hash = hash * 31 + size_t(input);
        hash = (hash * 31 + size_t(member.write)) * 31 + member.formula.hash();
    }
    return hash | 1;
}

/// Which buffers some kernels work on, so that others can be asked whether they may run after them instead.
class Touched
{
public:
    explicit Touched(size_t buffers)
        : m_marks(buffers, 0)
    {
    }
    void add(const PlanKernel& kernel)
    {
        for (const PlanOperand& read : kernel.reads) mark(read.buffer, 1);
        for (const PlanOperand& write : kernel.writes) mark(write.buffer, 2);
    }
    /// Does the result stay the same if all of them run after `kernel`?
    bool exchangeable(const PlanKernel& kernel) const
    {
        return std::none_of(kernel.reads.begin(), kernel.reads.end(),
                            [&](const PlanOperand& read) { return m_marks[size_t(read.buffer)] & 2; }) &&
               std::none_of(kernel.writes.begin(), kernel.writes.end(),
                            [&](const PlanOperand& write) { return m_marks[size_t(write.buffer)] != 0; });
    }
    void clear()
    {
        for (int buffer : m_all) m_marks[size_t(buffer)] = 0;
        m_all.clear();
    }

private:
    void mark(int buffer, char as)
    {
        m_marks[size_t(buffer)] = char(m_marks[size_t(buffer)] | as);
        m_all.push_back(buffer);
    }
    std::vector<char> m_marks; ///< 1: read, 2: written
    std::vector<int> m_all;
};

} // namespace

std::vector<char> alike(const Plan& plan, const PlanKernel& a, const PlanKernel& b)
{
    if (!formulas(a) || !formulas(b) || a.reads.size() != b.reads.size() ||
        a.writes.size() != b.writes.size() || a.members.size() != b.members.size())
        return {};
    for (size_t i = 0; i < a.members.size(); ++i) {
        const RowMember &x = a.members[i], &y = b.members[i];
        if (x.inputs != y.inputs || x.write != y.write || !(x.formula == y.formula)) return {};
    }
    std::vector<char> differs;
    for (size_t i = 0; i < a.reads.size() + a.writes.size(); ++i) {
        const PlanOperand &x = operand(a, i), &y = operand(b, i);
        const bool same = x.buffer == y.buffer && x.offset == y.offset && single(x) && single(y);
        if (!same && (x.buffer == y.buffer || !whole(plan, a, x) || !whole(plan, b, y))) return {};
        differs.push_back(!same);
    }
    return differs;
}

std::vector<std::vector<int>> gatherAlike(Plan& plan)
{
    std::vector<std::vector<int>> chains;
    std::vector<char> chained(plan.buffers.size(), 0);
    std::vector<size_t> signatures;
    for (const PlanKernel& kernel : plan.kernels) signatures.push_back(signature(kernel));
    Touched touched(plan.buffers.size());
    for (size_t k = 0; k < plan.kernels.size(); ++k) {
        checkInterruption();
        // The first of a list moves down to the next, then both to the one after it, as far as that is right.
        size_t first = k, last = k;
        const auto& writes = plan.kernels[k].writes;
        if (signatures[k] == 0 || !std::all_of(writes.begin(), writes.end(), [&](const PlanOperand& write) {
                return plan.buffers[size_t(write.buffer)].kind == PlanBuffer::Kind::State;
            }))
            continue; // other arrays would have to live longer
        std::vector<char> differs;
        touched.clear();
        touched.add(plan.kernels[k]);
        size_t passed = k; // up to here they may run after what follows them
        for (size_t j = k + 1; j < plan.kernels.size(); ++j) {
            if (signatures[j] != signatures[last]) continue;
            const std::vector<char> now = alike(plan, plan.kernels[last], plan.kernels[j]);
            if (now.empty() || (!differs.empty() && now != differs)) continue;
            while (passed < j && touched.exchangeable(plan.kernels[passed + 1])) ++passed;
            if (passed < j) break;
            differs = now;
            touched.add(plan.kernels[j]);
            const auto move = [&](auto at) {
                std::rotate(at + ptrdiff_t(first), at + ptrdiff_t(last) + 1, at + ptrdiff_t(j));
            };
            move(plan.kernels.begin());
            move(signatures.begin());
            first += j - last - 1;
            last = j;
        }
        if (first == last) continue;
        for (size_t i = 0; i < differs.size(); ++i) {
            std::vector<int> chain;
            for (size_t e = first; e <= last && differs[i]; ++e) {
                const int buffer = operand(plan.kernels[e], i).buffer;
                if (plan.buffers[size_t(buffer)].kind == PlanBuffer::Kind::Arena && !chained[size_t(buffer)])
                    chain.push_back(buffer);
            }
            if (chain.size() != last - first + 1) continue;
            for (int buffer : chain) chained[size_t(buffer)] = 1;
            chains.push_back(std::move(chain));
        }
        k = last > first && first > k ? k - 1 : last; // what moved up to k has not been looked at
    }
    return chains;
}

} // namespace core
