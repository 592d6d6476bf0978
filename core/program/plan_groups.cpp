#include "core/program/plan_groups.h"

#include "core/ops/op.h"
#include "core/program/interruption.h"
#include "core/program/plan_epilogues.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <set>

namespace core
{

namespace
{

using Extent = RowMember::Extent;

constexpr int64_t longRow = 1024; ///< to be summed by several tasks rather than as one row

/// Sets of groups as bits.
class Bits
{
public:
    bool has(int i) const
    {
        return size_t(i) / 64 < m_words.size() && (m_words[size_t(i) / 64] >> (i % 64) & 1);
    }
    void add(int i)
    {
        if (m_words.size() <= size_t(i) / 64) m_words.resize(size_t(i) / 64 + 1);
        m_words[size_t(i) / 64] |= uint64_t(1) << (i % 64);
    }
    void add(const Bits& other)
    {
        if (m_words.size() < other.m_words.size()) m_words.resize(other.m_words.size());
        for (size_t i = 0; i < other.m_words.size(); ++i) m_words[i] |= other.m_words[i];
    }
    bool holds(const Bits& other) const
    {
        for (size_t i = 0; i < other.m_words.size(); ++i)
            if (other.m_words[i] & ~(i < m_words.size() ? m_words[i] : 0)) return false;
        return true;
    }

private:
    std::vector<uint64_t> m_words;
};

class Grouping
{
public:
    explicit Grouping(const Program& program)
        : m_program(program)
    {
        findLive();
        m.locations = locate(program, m.live);
        unroll();
        m.of.assign(program.code.size(), -1);
        m_at.assign(program.code.size(), 0);
        m_updates.assign(program.code.size(), 0);
        for (const Update& update : program.updates)
            m_updates[size_t(m.locations[size_t(update.value)].base)] = 1;
        for (ValueId v = 0; v < ValueId(program.code.size()); ++v)
            if (m.live[size_t(v)] && !m_absorbed.count(v) && m.locations[size_t(v)].base == v &&
                instruction(v).op->kind != Op::Kind::Source)
                place(v);
        intoContractions(program, m);
        order();
    }

    Groups take() { return std::move(m); }

private:
    const Instruction& instruction(ValueId v) const { return m_program.code[size_t(v)]; }

    void findLive()
    {
        m.live.assign(m_program.code.size(), 0);
        for (const Result& result : m_program.results) m.live[size_t(result.value)] = 1;
        for (const Update& update : m_program.updates)
            m.live[size_t(update.value)] = m.live[size_t(update.state)] = 1;
        for (size_t v = m_program.code.size(); v-- > 0;)
            if (m.live[v])
                for (ValueId input : m_program.code[v].inputs) m.live[size_t(input)] = 1;
    }

    /// Reductions over windows of at most sixteen elements, with the formula they reduce if nobody else wants
    /// it.
    void unroll()
    {
        std::vector<int> users(m_program.code.size(), 0);
        for (ValueId v = 0; v < ValueId(m_program.code.size()); ++v) {
            m.inputs.push_back(instruction(v).inputs);
            if (m.live[size_t(v)])
                for (ValueId input : instruction(v).inputs) ++users[size_t(input)];
        }
        for (const Result& result : m_program.results) ++users[size_t(result.value)];
        for (const Update& update : m_program.updates) ++users[size_t(update.value)];
        for (ValueId v = 0; v < ValueId(m_program.code.size()); ++v) {
            const Instruction& i = instruction(v);
            if (!m.live[size_t(v)] || i.op->kind != Op::Kind::Reduction || i.type.count() < 256) continue;
            const ValueId x = i.inputs[0];
            int64_t elements = 1;
            for (const std::string& axis : i.attributes.axes) elements *= m_program.type(x).size(axis);
            const bool absorbs = instruction(x).op->kind == Op::Kind::Elementwise && users[size_t(x)] == 1;
            Unrolled u{absorbs ? instruction(x).inputs : i.inputs,
                       absorbs ? instruction(x).attributes.formula : language::Expression::variable(0)};
            const bool window = std::any_of(u.inputs.begin(), u.inputs.end(), [&](ValueId input) {
                return !m.locations[size_t(input)].plain && varies(v, input);
            });
            if (elements > 16 || !window) continue;
            if (absorbs) m_absorbed.insert(x);
            m.inputs[size_t(v)] = u.inputs;
            m.unrolled[v] = std::move(u);
        }
    }

    /// Does the input differ along the axes that v reduces?
    bool varies(ValueId v, ValueId input) const
    {
        const std::vector<std::string>& over = instruction(v).attributes.axes;
        return std::any_of(over.begin(), over.end(),
                           [&](const std::string& axis) { return m_program.type(input).has(axis); });
    }
    bool updates(ValueId v) const { return m_updates[size_t(v)] != 0; }
    bool elementwise(ValueId v) const
    {
        return instruction(v).op->kind == Op::Kind::Elementwise || m.unrolled.count(v) != 0;
    }

    /// Extent that v would have in the group, if it can join at all. May decide the rows of the group.
    bool fits(const Group& g, ValueId v, Extent& extent, std::vector<std::string>& row, bool& decide) const
    {
        const Instruction& i = instruction(v);
        decide = false;
        if (elementwise(v)) {
            if (sameSet(i.type.axes, g.domain)) {
                extent = Extent::Element;
                return true;
            }
            if (!g.decided || updates(v)) return false; // those of all parameters become one kernel
            extent = Extent::Row;
            return sameSet(i.type.axes, rowIndex(g));
        }
        const std::vector<Axis>& from = m_program.type(i.inputs[0]).axes;
        const std::vector<std::string> over = longOnes(from, i.attributes.axes), kept = longOnes(i.type.axes);
        if (sameSet(from, g.domain)) {
            if (i.type.axes.empty() ||
                (i.type.count() == 1 && m_program.type(i.inputs[0]).count() > longRow)) {
                extent = Extent::Whole;
                return true;
            }
            if (!g.decided) {
                decide = true;
                // Rows end in the contiguous axis, whether it is summed over or kept.
                const std::vector<std::string> order = longOnes(memoryOrder(i.inputs[0]));
                const bool along =
                    over.empty() || std::find(over.begin(), over.end(), order.back()) != over.end();
                extent = along ? Extent::Row : Extent::Column;
                row = along ? over : kept;
                return true;
            }
            if (sameNames(over, g.row)) {
                extent = Extent::Row;
                return true;
            }
            extent = Extent::Column;
            return sameNames(kept, g.row);
        }
        if (g.decided && i.type.axes.empty() && sameSet(from, rowIndex(g))) {
            extent = Extent::Whole;
            return true;
        }
        return false;
    }

    /// Names of axes longer than 1, of all or of those in `among`.
    static std::vector<std::string> longOnes(const std::vector<Axis>& axes)
    {
        std::vector<std::string> names;
        for (const Axis& axis : axes)
            if (axis.size > 1) names.push_back(axis.name);
        return names;
    }
    static std::vector<std::string> longOnes(const std::vector<Axis>& axes,
                                             const std::vector<std::string>& among)
    {
        std::vector<std::string> names = longOnes(axes);
        std::erase_if(names, [&](const std::string& name) {
            return std::find(among.begin(), among.end(), name) == among.end();
        });
        return names;
    }

    /// Axes of a value, the innermost last.
    std::vector<Axis> memoryOrder(ValueId v) const
    {
        std::vector<Axis> axes = m_program.type(v).axes;
        const Location& at = m.locations[size_t(v)];
        if (!m.locations[size_t(at.base)].turned) return axes;
        std::stable_sort(axes.begin(), axes.end(), [&](const Axis& a, const Axis& b) {
            const auto stride = [&](const Axis& axis) {
                return axis.size == 1 ? std::numeric_limits<int64_t>::max()
                                      : at.strides[size_t(m_program.type(v).find(axis.name))];
            };
            return stride(a) > stride(b);
        });
        return axes;
    }

    static bool sameNames(std::vector<std::string> a, std::vector<std::string> b)
    {
        std::sort(a.begin(), a.end());
        std::sort(b.begin(), b.end());
        return a == b;
    }

    static std::vector<Axis> rowIndex(const Group& g)
    {
        std::vector<Axis> axes;
        for (const Axis& axis : g.domain)
            if (std::find(g.row.begin(), g.row.end(), axis.name) == g.row.end()) axes.push_back(axis);
        return axes;
    }

    /// Groups that v needs finished before, were it to join `joined`; false if that is `joined` itself.
    bool dependencies(ValueId v, int joined, Bits& needed) const
    {
        for (ValueId input : m.inputs[size_t(v)]) {
            const Location& at = m.locations[size_t(input)];
            const int g = m.of[size_t(at.base)];
            if (g < 0) continue;
            if (g == joined) {
                const Extent extent = m.list[size_t(g)].extents[m_at[size_t(at.base)]];
                if (!at.plain || (m.unrolled.count(v) && varies(v, input)) || extent == Extent::Column ||
                    extent == Extent::Whole)
                    return false;
                continue;
            }
            if (joined >= 0 && m_before[size_t(g)].has(joined)) return false;
            needed.add(g);
            needed.add(m_before[size_t(g)]);
        }
        return true;
    }

    void place(ValueId v)
    {
        checkInterruption();
        const Instruction& i = instruction(v);
        const bool fusable = i.op->kind == Op::Kind::Elementwise || i.op->kind == Op::Kind::Reduction;
        if (fusable) {
            // The producers' groups first, the latest first; then those that read the same values.
            std::vector<int> candidates;
            for (ValueId input : m.inputs[size_t(v)]) {
                const int g = m.of[size_t(m.locations[size_t(input)].base)];
                if (g >= 0 && m.list[size_t(g)].rows) candidates.push_back(g);
            }
            std::sort(candidates.rbegin(), candidates.rend());
            for (ValueId input : m.inputs[size_t(v)])
                if (m_program.type(input).count() > 1)
                    for (int g : m_readers[m.locations[size_t(input)].base]) candidates.push_back(g);
            for (int g : candidates)
                if (join(v, g)) return;
        }
        Group group;
        group.rows = fusable;
        m.list.push_back(std::move(group));
        m_before.emplace_back();
        m_users.emplace_back();
        const int g = int(m.list.size()) - 1;
        if (fusable) {
            m.list.back().domain = memoryOrder(elementwise(v) ? v : i.inputs[0]);
            join(v, g);
        } else {
            dependencies(v, -1, m_before[size_t(g)]);
            enter(v, g, Extent::Element);
        }
    }

    bool join(ValueId v, int g)
    {
        Group& group = m.list[size_t(g)];
        Extent extent = Extent::Element;
        std::vector<std::string> row;
        bool decide = false;
        if (!fits(group, v, extent, row, decide)) return false;
        Bits needed;
        if (!dependencies(v, g, needed)) return false;
        if (decide) {
            group.row = row;
            group.decided = true;
        }
        need(g, needed);
        enter(v, g, extent);
        return true;
    }

    /// The group needs these, and so does all that needs it.
    void need(int g, const Bits& needed)
    {
        std::vector<int> later{g};
        while (!later.empty()) {
            const int h = later.back();
            later.pop_back();
            if (m_before[size_t(h)].holds(needed)) continue; // so does all that needs it
            m_before[size_t(h)].add(needed);
            later.insert(later.end(), m_users[size_t(h)].begin(), m_users[size_t(h)].end());
        }
    }

    void enter(ValueId v, int g, Extent extent)
    {
        for (ValueId input : m.inputs[size_t(v)])
            if (const int h = m.of[size_t(m.locations[size_t(input)].base)]; h >= 0 && h != g)
                if (std::vector<int>& users = m_users[size_t(h)]; users.empty() || users.back() != g)
                    users.push_back(g);
        m_at[size_t(v)] = m.list[size_t(g)].members.size();
        m.list[size_t(g)].members.push_back(v);
        m.list[size_t(g)].extents.push_back(extent);
        m.of[size_t(v)] = g;
        if (m.list[size_t(g)].rows)
            for (ValueId input : m.inputs[size_t(v)]) m_readers[m.locations[size_t(input)].base].insert(g);
    }

    /// Topological, otherwise as late members stand in the program; contractions with what follows them stand
    /// where they are themselves.
    void order()
    {
        const size_t count = m.list.size();
        std::vector<std::set<int>> users(count);
        std::vector<int> waiting(count, 0);
        for (size_t g = 0; g < count; ++g) {
            std::set<int> needs(m.list[g].after.begin(), m.list[g].after.end());
            for (ValueId v : m.list[g].members)
                for (ValueId input : m.inputs[size_t(v)])
                    if (const int h = m.of[size_t(m.locations[size_t(input)].base)]; h >= 0 && h != int(g))
                        needs.insert(h);
            waiting[g] = int(needs.size());
            for (int h : needs) users[size_t(h)].insert(int(g));
        }
        using Entry = std::pair<ValueId, int>;
        std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
        const auto push = [&](int g) {
            const Group& group = m.list[size_t(g)];
            ready.push({group.rows ? group.members.back() : group.members.front(), g});
        };
        for (size_t g = 0; g < count; ++g)
            if (waiting[g] == 0) push(int(g));
        std::vector<Group> sorted;
        while (!ready.empty()) {
            const int g = ready.top().second;
            ready.pop();
            for (int user : users[size_t(g)])
                if (--waiting[size_t(user)] == 0) push(user);
            sorted.push_back(std::move(m.list[size_t(g)]));
        }
        m.list = std::move(sorted);
        for (size_t g = 0; g < m.list.size(); ++g)
            for (ValueId v : m.list[g].members) m.of[size_t(v)] = int(g);
    }

    const Program& m_program;
    Groups m;
    std::vector<size_t> m_at;              ///< place of a value among the members of its group
    std::vector<char> m_updates;           ///< by base: it becomes a state
    std::vector<Bits> m_before;            ///< groups that one needs, however indirectly
    std::vector<std::vector<int>> m_users; ///< groups that read one
    std::map<ValueId, std::set<int>> m_readers;
    std::set<ValueId> m_absorbed;
};

} // namespace

Groups makeGroups(const Program& program) { return Grouping(program).take(); }

} // namespace core
