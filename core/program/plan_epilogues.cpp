#include "core/program/plan_epilogues.h"

#include "core/ops/op.h"
#include "core/program/interruption.h"
#include "core/program/plan_order.h"

#include <algorithm>
#include <set>

namespace core
{

namespace
{

using Extent = RowMember::Extent;
using Names = std::map<std::string, std::string>;

/// Updates of smaller parameters are cheaper as one kernel for all of them.
constexpr int64_t smallestUpdate = 1 << 14;

class Epilogues
{
public:
    Epilogues(const Program& program, Groups& groups)
        : m_program(program)
        , m(groups)
        , m_order(groups)
        , m_updates(program.code.size())
    {
        for (size_t u = 0; u < program.updates.size(); ++u)
            m_updates[size_t(base(program.updates[u].value))].push_back(u);
        for (int g = 0; g < int(m.list.size()); ++g)
            if (m.list[size_t(g)].rows) move(g);
        std::vector<int> place;
        int kept = 0;
        for (const Group& group : m.list) place.push_back(group.members.empty() ? -1 : kept++);
        for (int& of : m.of)
            if (of >= 0) of = place[size_t(of)];
        for (Group& group : m.list) {
            for (int& other : group.after) other = place[size_t(other)];
            std::erase(group.after, -1); // its formulas went into a contraction themselves
        }
        std::erase_if(m.list, [](const Group& group) { return group.members.empty(); });
    }

private:
    const Instruction& instruction(ValueId v) const { return m_program.code[size_t(v)]; }
    ValueId base(ValueId v) const { return m.locations[size_t(v)].base; }
    int groupOf(ValueId v) const { return m.of[size_t(base(v))]; }

    /// The names of the formula's axes by those of the contraction that `input` is, if it is one that the
    /// formula reads element for element, whatever its axes are called there.
    bool follows(ValueId formula, ValueId input, Names& names) const
    {
        const Location& at = m.locations[size_t(input)];
        const Instruction& source = instruction(at.base);
        if (source.op->kind != Op::Kind::Contraction || at.offset != 0) return false;
        const Type &type = instruction(formula).type, &from = instruction(input).type;
        if (type.count() != source.type.count()) return false;
        names.clear();
        for (const Axis& axis : type.axes) {
            if (axis.size == 1) continue;
            const int k = from.find(axis.name);
            size_t d = 0;
            while (k >= 0 && d < source.type.axes.size() &&
                   (source.type.axes[d].size != axis.size ||
                    m.locations[size_t(at.base)].strides[d] != at.strides[size_t(k)]))
                ++d;
            if (k < 0 || d == source.type.axes.size()) return false;
            names[source.type.axes[d].name] = axis.name;
        }
        return true;
    }

    bool needs(int g, int late) const { return g >= 0 && m_order.needs(g, late); }

    void move(int g)
    {
        Group& from = m.list[size_t(g)];
        std::vector<ValueId> formulas;
        for (size_t k = 0; k < from.members.size(); ++k) {
            if (from.extents[k] != Extent::Element) continue;
            if (m.unrolled.count(from.members[k])) return;
            formulas.push_back(from.members[k]);
        }
        ValueId result = -1;
        Names names;
        for (ValueId v : formulas)
            for (ValueId input : m.inputs[size_t(v)])
                if (result < 0 && groupOf(input) >= 0 && follows(v, input, names)) result = base(input);
        if (result < 0) return;
        checkInterruption();
        const int to = m.of[size_t(result)];
        if (m.list[size_t(to)].members.size() > 1 || !mayMove(formulas, g, result, names)) return;
        std::vector<int> after;
        if (!overwrites(formulas, to, after)) return;

        Group& contraction = m.list[size_t(to)];
        contraction.names = std::move(names);
        contraction.after = std::move(after);
        for (ValueId v : formulas) {
            contraction.members.push_back(v);
            contraction.extents.push_back(Extent::Element);
            m.of[size_t(v)] = to;
        }
        Group rest = from;
        rest.members.clear(), rest.extents.clear();
        for (size_t k = 0; k < from.members.size(); ++k)
            if (m.of[size_t(from.members[k])] == g) {
                rest.members.push_back(from.members[k]);
                rest.extents.push_back(from.extents[k]);
            }
        from = std::move(rest);
        for (int h : contraction.after) m_order.add(to, h);
        m_order.settle(to);
    }

    /// They read the contraction's result as it lies, and nothing that comes after it but one another.
    bool mayMove(const std::vector<ValueId>& formulas, int g, ValueId result, const Names& names) const
    {
        for (ValueId v : formulas)
            for (ValueId input : m.inputs[size_t(v)]) {
                Names own;
                if (base(input) == result) {
                    if (!follows(v, input, own) || own != names) return false;
                    continue;
                }
                const int h = groupOf(input);
                if (h < 0 || std::count(formulas.begin(), formulas.end(), base(input))) continue;
                if (h == g || needs(h, m.of[size_t(result)])) return false;
            }
        return true;
    }

    /// Groups that read what the formulas overwrite, so that they do it in place; false if one is too small.
    bool overwrites(const std::vector<ValueId>& formulas, int to, std::vector<int>& after) const
    {
        std::set<size_t> updates;
        for (ValueId v : formulas) updates.insert(m_updates[size_t(v)].begin(), m_updates[size_t(v)].end());
        for (size_t u : updates) {
            const ValueId state = m_program.updates[u].state;
            if (m_program.type(state).count() < smallestUpdate) return false;
            std::set<int> readers;
            for (ValueId v : m_order.readers(base(state)))
                if (!std::count(formulas.begin(), formulas.end(), v)) readers.insert(m.of[size_t(v)]);
            for (int h : readers)
                if (!needs(h, to)) after.push_back(h);
        }
        return true;
    }

    const Program& m_program;
    Groups& m;
    GroupOrder m_order;
    std::vector<std::vector<size_t>> m_updates; ///< that the value becomes, by base
};

} // namespace

void intoContractions(const Program& program, Groups& groups) { Epilogues(program, groups); }

} // namespace core
