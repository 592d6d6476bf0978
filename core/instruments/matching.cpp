#include "core/instruments/matching.h"

#include "core/language/random.h"
#include "core/numeric/assignment.h"
#include "core/ops/ops.h"

#include <algorithm>
#include <numeric>

namespace core::instruments
{

namespace
{

constexpr int64_t mostUnits = 4096;

/// Axes of all values as a union-find; `fixed` roots keep their order.
class Axes
{
public:
    explicit Axes(const Program& program)
        : m_program(program)
    {
        for (const Instruction& instruction : program.code) {
            m_begin.push_back(int(m_parent.size()));
            for (size_t i = 0; i < instruction.type.axes.size(); ++i)
                m_parent.push_back(int(m_parent.size()));
        }
        m_fixed.assign(m_parent.size(), false);
    }
    int of(ValueId value, const std::string& axis) { return find(at(value, axis)); }
    bool has(ValueId value, const std::string& axis) const { return m_program.type(value).has(axis); }
    void unite(ValueId a, const std::string& axis, ValueId b, const std::string& other)
    {
        const int x = of(a, axis), y = of(b, other);
        m_parent[size_t(x)] = y;
        if (m_fixed[size_t(x)]) m_fixed[size_t(y)] = true;
    }
    void fix(ValueId value, const std::string& axis) { m_fixed[size_t(of(value, axis))] = true; }
    void fix(ValueId value)
    {
        for (const Axis& axis : m_program.type(value).axes) fix(value, axis.name);
    }
    bool fixed(int root) const { return m_fixed[size_t(root)]; }

private:
    int at(ValueId value, const std::string& axis) const
    {
        return m_begin[size_t(value)] + m_program.type(value).find(axis);
    }
    int find(int i)
    {
        while (m_parent[size_t(i)] != i) i = m_parent[size_t(i)] = m_parent[size_t(m_parent[size_t(i)])];
        return i;
    }
    const Program& m_program;
    std::vector<int> m_begin, m_parent;
    std::vector<bool> m_fixed;
};

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

void follow(Axes& axes, const Program& program, ValueId value)
{
    const Instruction& at = program.code[size_t(value)];
    const Attributes& how = at.attributes;
    if (at.op->kind == Op::Kind::Source) {
        const bool learned = at.op == &ops::parameter || at.op == &ops::state;
        const bool even = at.op == &ops::constant && how.values.size() == 1;
        if (!learned && !even) axes.fix(value);
        return;
    }
    const bool passes = at.op->kind == Op::Kind::Elementwise || at.op->kind == Op::Kind::Reduction ||
                        at.op->kind == Op::Kind::Contraction || at.op == &ops::permute ||
                        at.op == &ops::broadcast || at.op == &ops::stopGradient;
    // Axes of the same name in two operands run together, also where they are summed over.
    for (size_t i = 0; i < at.inputs.size(); ++i)
        for (const Axis& axis : program.type(at.inputs[i]).axes) {
            const bool acted = contains(how.axes, axis.name) || contains(how.to, axis.name);
            if (at.op == &ops::rename) {
                const auto from = std::find(how.axes.begin(), how.axes.end(), axis.name);
                const std::string& to =
                    from == how.axes.end() ? axis.name : how.to[size_t(from - how.axes.begin())];
                axes.unite(at.inputs[i], axis.name, value, to);
                continue;
            }
            if (!passes && acted) axes.fix(at.inputs[i], axis.name);
            if (axes.has(value, axis.name)) {
                if (passes || !acted) axes.unite(at.inputs[i], axis.name, value, axis.name);
            }
            for (size_t j = 0; passes && j < i; ++j)
                if (axes.has(at.inputs[j], axis.name))
                    axes.unite(at.inputs[i], axis.name, at.inputs[j], axis.name);
        }
    if (!passes && at.op != &ops::rename)
        for (const Axis& axis : at.type.axes) {
            const bool acted = contains(how.axes, axis.name) || contains(how.to, axis.name);
            bool inherited = false;
            for (const ValueId input : at.inputs) inherited = inherited || axes.has(input, axis.name);
            if (acted || !inherited) axes.fix(value, axis.name);
        }
}

/// Elements of an array for each unit along one axis: [unit][the rest].
void forEachUnit(const Type& type, int axis, auto visit)
{
    const std::vector<int64_t> strides = type.strides();
    const int64_t stride = strides[size_t(axis)], size = type.axes[size_t(axis)].size;
    for (int64_t i = 0, count = type.count(); i < count; ++i) {
        const int64_t unit = i / stride % size;
        visit(unit, i - unit * stride, stride);
    }
}

} // namespace

Matching::Matching(const Elaboration& made)
{
    const Program& program = made.program;
    Axes axes(program);
    for (size_t i = 0; i < program.code.size(); ++i) follow(axes, program, ValueId(i));
    for (const core::Result& result : program.results)
        if (result.name == "logits" || result.name == "prediction") axes.fix(result.value);
    std::map<int, UnitGroup> groups;
    for (size_t i = 0; i < program.code.size(); ++i) {
        const Instruction& source = program.code[i];
        if (source.op != &ops::parameter && source.op != &ops::state) continue;
        for (size_t k = 0; k < source.type.axes.size(); ++k) {
            const int root = axes.of(ValueId(i), source.type.axes[k].name);
            if (axes.fixed(root)) continue;
            groups[root].size = source.type.axes[k].size;
            groups[root].members.push_back({source.attributes.name, int(k)});
        }
    }
    for (auto& [root, group] : groups)
        if (group.size > 1) m_groups.push_back(std::move(group));
}

Arrays Matching::reordered(const Arrays& values, const std::vector<std::vector<int64_t>>& orders) const
{
    Arrays result = values;
    for (size_t g = 0; g < m_groups.size(); ++g)
        for (const UnitGroup::Member& member : m_groups[g].members) {
            const Array before = result.at(member.name);
            std::vector<float>& after = result.at(member.name).reals();
            forEachUnit(before.type, member.axis, [&](int64_t unit, int64_t rest, int64_t stride) {
                after[size_t(rest + unit * stride)] =
                    before.reals()[size_t(rest + orders[g][size_t(unit)] * stride)];
            });
        }
    return result;
}

Matching::Result Matching::align(const Arrays& first, const Arrays& second, uint64_t seed) const
{
    Result result;
    for (const UnitGroup& group : m_groups) {
        if (group.size > mostUnits)
            throw Error{"parameter " + group.members.front().name,
                        "has " + std::to_string(group.size) + " units to match, at most " +
                            std::to_string(mostUnits) + " can be assigned",
                        "compare narrower networks, or switch matching off"};
        result.orders.emplace_back(size_t(group.size));
        std::iota(result.orders.back().begin(), result.orders.back().end(), 0);
    }
    result.values = second;
    const auto total = [&] {
        double sum = 0;
        for (const auto& [name, array] : first) {
            const auto other = result.values.find(name);
            if (other == result.values.end() || other->second.type != array.type) continue;
            for (size_t i = 0; i < array.reals().size(); ++i)
                sum += double(array.reals()[i]) * double(other->second.reals()[i]);
        }
        return sum;
    };
    result.gain = total();
    for (; result.sweeps < 100; ++result.sweeps) {
        std::vector<size_t> turn(m_groups.size());
        std::iota(turn.begin(), turn.end(), size_t(0));
        for (size_t i = turn.size(); i > 1; --i) {
            const auto bits = language::philox({uint32_t(seed), uint32_t(seed >> 32)},
                                               {uint32_t(result.sweeps), uint32_t(i), 0, 2});
            std::swap(turn[i - 1], turn[bits[0] % i]);
        }
        for (const size_t g : turn) {
            const UnitGroup& group = m_groups[g];
            numeric::Matrix gain(group.size, group.size);
            for (const UnitGroup::Member& member : group.members) {
                const Array &a = first.at(member.name), &b = result.values.at(member.name);
                forEachUnit(a.type, member.axis, [&](int64_t unit, int64_t rest, int64_t stride) {
                    const double x = double(a.reals()[size_t(rest + unit * stride)]);
                    for (int64_t other = 0; other < group.size; ++other)
                        gain(unit, other) += x * double(b.reals()[size_t(rest + other * stride)]);
                });
            }
            const std::vector<int64_t> best = numeric::bestAssignment(gain);
            std::vector<std::vector<int64_t>> turns = std::vector<std::vector<int64_t>>(m_groups.size());
            for (size_t k = 0; k < m_groups.size(); ++k) {
                turns[k].resize(size_t(m_groups[k].size));
                std::iota(turns[k].begin(), turns[k].end(), 0);
            }
            turns[g] = best;
            result.values = reordered(result.values, turns);
            std::vector<int64_t> composed;
            for (const int64_t unit : best) composed.push_back(result.orders[g][size_t(unit)]);
            result.orders[g] = std::move(composed);
        }
        const double after = total();
        const bool done = after - result.gain <= 1e-12 * std::abs(after);
        result.gain = after;
        if (done) break;
    }
    return result;
}

} // namespace core::instruments
