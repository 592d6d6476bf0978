#include "core/program/plan_locations.h"

#include "core/ops/ops.h"
#include "core/program/interruption.h"

#include <algorithm>
#include <set>

namespace core
{

bool sameSet(const std::vector<Axis>& a, const std::vector<Axis>& b)
{
    const auto within = [](const std::vector<Axis>& some, const std::vector<Axis>& all) {
        return std::all_of(some.begin(), some.end(), [&](const Axis& axis) {
            return axis.size == 1 || std::find(all.begin(), all.end(), axis) != all.end();
        });
    };
    return within(a, b) && within(b, a);
}

std::vector<int64_t> stridesAlong(const std::vector<Axis>& axes, const Type& type,
                                  const std::vector<int64_t>& strides)
{
    std::vector<int64_t> along;
    for (const Axis& axis : axes) {
        const int k = type.find(axis.name);
        along.push_back(k < 0 || type.axes[size_t(k)].size == 1 ? 0 : strides[size_t(k)]);
    }
    return along;
}

namespace
{

// A vector of a short innermost axis is mostly empty; a long one beside it fills many.
constexpr int64_t shortAxes = 16, longAxes = 64;

int64_t countOf(const std::vector<Axis>& axes)
{
    int64_t count = 1;
    for (const Axis& axis : axes) count *= axis.size;
    return count;
}

/// Sizes above 1, in ascending order.
std::vector<int64_t> sizesOf(const Type& type)
{
    std::vector<int64_t> sizes;
    for (const Axis& axis : type.axes)
        if (axis.size > 1) sizes.push_back(axis.size);
    std::sort(sizes.begin(), sizes.end());
    return sizes;
}

class Locating
{
public:
    Locating(const Program& program, const std::vector<char>& live)
        : m_program(program)
        , m_live(live)
    {
        findUsers();
        locate();
    }

    std::vector<Location> take() { return std::move(m_locations); }

private:
    const Instruction& instruction(ValueId v) const { return m_program.code[size_t(v)]; }

    /// Who reads a value, in order; and what it becomes, the last of them.
    void findUsers()
    {
        const size_t count = m_program.code.size();
        m_users.resize(count);
        for (ValueId v = 0; v < ValueId(count); ++v)
            if (m_live[size_t(v)])
                for (ValueId input : instruction(v).inputs)
                    if (m_users[size_t(input)].empty() || m_users[size_t(input)].back() != v)
                        m_users[size_t(input)].push_back(v);
        m_update.assign(count, -1);
        m_result.assign(count, -1);
        for (size_t i = 0; i < m_program.updates.size(); ++i)
            m_update[size_t(m_program.updates[i].value)] = int(i);
        for (size_t i = 0; i < m_program.results.size(); ++i)
            m_result[size_t(m_program.results[i].value)] = int(i);
    }

    /// Memory order in which the value is wanted: by a state or result that it becomes, else by the first
    /// formula that reads it.
    const Type* wantedAs(ValueId v) const
    {
        const Type* wanted = nullptr;
        int update = -1, result = -1;
        std::set<ValueId> readers; // those to come, the first first
        const auto follow = [&](ValueId same) {
            readers.insert(m_users[size_t(same)].begin(), m_users[size_t(same)].end());
            update = std::max(update, m_update[size_t(same)]);
            result = std::max(result, m_result[size_t(same)]);
        };
        for (follow(v); !readers.empty();) {
            const ValueId u = *readers.begin();
            readers.erase(readers.begin());
            const Instruction& i = instruction(u);
            if (i.op->kind == Op::Kind::Elementwise && !wanted) wanted = &i.type;
            if (i.op->kind == Op::Kind::View && sameSet(i.type.axes, m_program.type(v).axes)) follow(u);
        }
        if (result >= 0) return &m_program.type(m_program.results[size_t(result)].value);
        if (update >= 0) return &m_program.type(m_program.updates[size_t(update)].state);
        return wanted;
    }

    /// A contraction writes [batch, m, n] or, its operands exchanged, [batch, n, m].
    void orient(ValueId v)
    {
        const Instruction& i = instruction(v);
        const Type &a = m_program.type(i.inputs[0]), &b = m_program.type(i.inputs[1]);
        std::vector<Axis> batch, own[2];
        for (const Axis& axis : i.type.axes)
            (!a.has(axis.name) ? own[1] : b.has(axis.name) ? batch : own[0]).push_back(axis);
        if (!m_live[size_t(v)] || own[0].empty() || own[1].empty()) return;
        const Type* wanted = wantedAs(v);
        bool swaps = wanted && wanted->find(own[0][0].name) >= wanted->find(own[1][0].name);
        const int64_t inner = countOf(own[swaps ? 0 : 1]), outer = countOf(own[swaps ? 1 : 0]);
        if (inner == 1 && outer > 1) { // lies the same either way
            m_locations[size_t(v)].swapped = !swaps;
            return;
        }
        const bool turns = batch.empty() && inner < shortAxes && outer >= longAxes && mayTurn(v, inner);
        if (turns) swaps = !swaps;
        if (!swaps) return;
        Type lies = i.type;
        lies.axes = batch;
        for (int part : {1, 0}) lies.axes.insert(lies.axes.end(), own[part].begin(), own[part].end());
        const std::vector<int64_t> strides = lies.strides();
        Location& at = m_locations[size_t(v)];
        for (size_t d = 0; d < i.type.axes.size(); ++d)
            at.strides[d] = strides[size_t(lies.find(i.type.axes[d].name))];
        at.swapped = true;
        at.turned = turns;
    }

    /// Only formulas, contractions and sums over all that is long read it.
    bool mayTurn(ValueId v, int64_t inner) const
    {
        std::set<ValueId> readers; // of the family, those to come
        const auto joins = [&](ValueId member) {
            readers.insert(m_users[size_t(member)].begin(), m_users[size_t(member)].end());
            return m_update[size_t(member)] < 0 && m_result[size_t(member)] < 0;
        };
        if (!joins(v)) return false;
        while (!readers.empty()) {
            const ValueId u = *readers.begin();
            readers.erase(readers.begin());
            const Instruction& i = instruction(u);
            if (i.op->kind == Op::Kind::Contraction) continue;
            if (i.op->kind == Op::Kind::Reduction) {
                if (i.type.count() > inner) return false;
                continue;
            }
            const bool same = sizesOf(i.type) == sizesOf(m_program.type(v));
            if (!same || (i.op->kind != Op::Kind::Elementwise && i.op->kind != Op::Kind::View)) return false;
            if (!joins(u)) return false;
        }
        return true;
    }

    /// A formula lies as the first of its operands that is turned.
    void follow(ValueId v)
    {
        const Instruction& i = instruction(v);
        for (ValueId input : i.inputs) {
            const Location& from = m_locations[size_t(input)];
            const Type& type = m_program.type(input);
            if (!m_locations[size_t(from.base)].turned || from.offset != 0 ||
                sizesOf(type) != sizesOf(i.type) || !sameSet(type.axes, i.type.axes))
                continue;
            Location& at = m_locations[size_t(v)];
            for (size_t d = 0; d < i.type.axes.size(); ++d) {
                const int k = type.find(i.type.axes[d].name);
                at.strides[d] = k < 0 ? 1 : from.strides[size_t(k)];
            }
            at.turned = true;
            return;
        }
    }

    /// Windows that neither overlap nor leave gaps fold back by reading them as one axis.
    void tiled(ValueId v)
    {
        const Instruction& i = instruction(v);
        const Type& from = m_program.type(i.inputs[0]);
        const Attributes& a = i.attributes;
        const Location& source = m_locations[size_t(i.inputs[0])];
        const size_t out = size_t(from.find(a.axes[0])), offset = size_t(from.find(a.axes[1]));
        const int64_t kernel = from.axes[offset].size, count = from.axes[out].size;
        if (a.sizes[1] != kernel || (a.sizes[2] != 1 && kernel > 1) || a.sizes[0] != count * kernel) return;
        if (count > 1 && kernel > 1 && source.strides[out] != source.strides[offset] * kernel) return;
        Location view{source.base, source.offset, {}, false, false};
        for (const Axis& axis : i.type.axes)
            view.strides.push_back(axis.name == a.to[0] ? source.strides[kernel > 1 ? offset : out]
                                                        : source.strides[size_t(from.find(axis.name))]);
        m_locations[size_t(v)] = std::move(view);
    }

    void locate()
    {
        m_locations.resize(m_program.code.size());
        for (ValueId v = 0; v < ValueId(m_program.code.size()); ++v) {
            checkInterruption();
            const Instruction& i = instruction(v);
            Location& at = m_locations[size_t(v)];
            at = {v, 0, i.type.strides(), false, true};
            if (i.op->kind == Op::Kind::Contraction) orient(v);
            if (i.op == &ops::fold) tiled(v);
            if (i.op->kind == Op::Kind::Elementwise) follow(v);
            if (i.op->kind != Op::Kind::View || !i.op->view) continue;
            const Location& from = m_locations[size_t(i.inputs[0])];
            const Type& type = m_program.type(i.inputs[0]);
            Location view{from.base, 0, {}, false, false};
            int64_t offset = 0;
            if (!i.op->view(i, type, from.strides, view.strides, offset))
                continue; // stays its own base: a copy
            view.offset = from.offset + offset;
            view.plain = from.plain && view.offset == from.offset;
            for (size_t d = 0; d < i.type.axes.size() && view.plain; ++d) {
                const int k = type.find(i.type.axes[d].name);
                view.plain = k < 0 ? view.strides[d] == 0
                                   : view.strides[d] == from.strides[size_t(k)] &&
                                         type.axes[size_t(k)].size == i.type.axes[d].size;
            }
            for (const Axis& axis : type.axes)
                view.plain = view.plain && (i.type.has(axis.name) || axis.size == 1);
            at = std::move(view);
        }
    }

    const Program& m_program;
    const std::vector<char>& m_live;
    std::vector<Location> m_locations;
    std::vector<std::vector<ValueId>> m_users; ///< by value, live ones
    std::vector<int> m_update, m_result;       ///< by value; -1: it becomes none
};

} // namespace

std::vector<Location> locate(const Program& program, const std::vector<char>& live)
{
    return Locating(program, live).take();
}

} // namespace core
