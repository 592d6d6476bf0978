#include "core/program/plan_locations.h"

#include "core/ops/ops.h"

#include <algorithm>

namespace core
{

bool sameSet(const std::vector<Axis>& a, const std::vector<Axis>& b)
{
    if (a.size() != b.size()) return false;
    return std::all_of(a.begin(), a.end(),
                       [&](const Axis& axis) { return std::find(b.begin(), b.end(), axis) != b.end(); });
}

namespace
{

class Locating
{
public:
    Locating(const Program& program, const std::vector<char>& live)
        : m_program(program)
        , m_live(live)
    {
        locate();
    }

    std::vector<Location> take() { return std::move(m_locations); }

private:
    const Instruction& instruction(ValueId v) const { return m_program.code[size_t(v)]; }

    /// Memory order in which the value is wanted: by a state or result that it becomes, else by the first
    /// formula that reads it.
    const Type* wantedAs(ValueId v) const
    {
        const Type* wanted = nullptr;
        std::vector<ValueId> same = {v};
        for (ValueId u = v + 1; u < ValueId(m_program.code.size()); ++u) {
            const Instruction& i = instruction(u);
            if (!m_live[size_t(u)]) continue;
            const bool reads = std::any_of(i.inputs.begin(), i.inputs.end(), [&](ValueId input) {
                return std::find(same.begin(), same.end(), input) != same.end();
            });
            if (!reads) continue;
            if (i.op->kind == Op::Kind::Elementwise && !wanted) wanted = &i.type;
            if (i.op->kind == Op::Kind::View && sameSet(i.type.axes, m_program.type(v).axes))
                same.push_back(u);
        }
        for (const Update& update : m_program.updates)
            if (std::find(same.begin(), same.end(), update.value) != same.end())
                wanted = &m_program.type(update.state);
        for (const Result& result : m_program.results)
            if (std::find(same.begin(), same.end(), result.value) != same.end())
                wanted = &m_program.type(result.value);
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
        const Type* wanted = m_live[size_t(v)] && !own[0].empty() && !own[1].empty() ? wantedAs(v) : nullptr;
        if (!wanted || wanted->find(own[0][0].name) < wanted->find(own[1][0].name)) return;
        Type lies = i.type;
        lies.axes = batch;
        for (int part : {1, 0}) lies.axes.insert(lies.axes.end(), own[part].begin(), own[part].end());
        const std::vector<int64_t> strides = lies.strides();
        Location& at = m_locations[size_t(v)];
        for (size_t d = 0; d < i.type.axes.size(); ++d)
            at.strides[d] = strides[size_t(lies.find(i.type.axes[d].name))];
        at.swapped = true;
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
            const Instruction& i = instruction(v);
            Location& at = m_locations[size_t(v)];
            at = {v, 0, i.type.strides(), false, true};
            if (i.op->kind == Op::Kind::Contraction) orient(v);
            if (i.op == &ops::fold) tiled(v);
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
};

} // namespace

std::vector<Location> locate(const Program& program, const std::vector<char>& live)
{
    return Locating(program, live).take();
}

} // namespace core
