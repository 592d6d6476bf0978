#include "core/program/plan.h"

#include "core/ops/op.h"
#include "core/ops/ops.h"
#include "core/program/interruption.h"
#include "core/program/plan_alike.h"
#include "core/program/plan_arena.h"
#include "core/program/plan_counts.h"
#include "core/program/plan_groups.h"
#include "core/program/plan_results.h"
#include "core/program/transform.h"

#include <algorithm>
#include <map>

namespace core
{

namespace
{

using Extent = RowMember::Extent;

class Builder
{
public:
    explicit Builder(Plan& plan)
        : m(plan)
        , m_groups(makeGroups(plan.program))
        , m_buffer(plan.program.code.size(), -1)
    {
        sources();
        wanted();
        for (const Group& group : m_groups.list) {
            checkInterruption();
            build(group);
        }
        storeResults(m, m_groups.locations, m_buffer);
        layOut(m, gatherAlike(m));
        countWork(m);
    }

private:
    const Instruction& instruction(ValueId v) const { return m.program.code[size_t(v)]; }
    const Type& type(ValueId v) const { return m.program.code[size_t(v)].type; }
    const Location& location(ValueId v) const { return m_groups.locations[size_t(v)]; }

    int addBuffer(PlanBuffer buffer)
    {
        m.buffers.push_back(std::move(buffer));
        return int(m.buffers.size()) - 1;
    }

    void sources()
    {
        for (ValueId v = 0; v < ValueId(m.program.code.size()); ++v) {
            const Instruction& i = instruction(v);
            if (i.op->kind != Op::Kind::Source) continue;
            PlanBuffer buffer;
            buffer.element = i.type.element;
            buffer.count = i.type.count();
            buffer.name = i.attributes.name;
            if (i.op->evaluate) {
                if (!m_groups.live[size_t(v)]) continue;
                buffer.kind = PlanBuffer::Kind::Constant;
                Tensor out{i.type, std::vector<double>(size_t(i.type.count()))};
                i.op->evaluate(i, {}, out);
                buffer.values = std::move(out.data);
            } else if (i.op->name == "input") {
                buffer.kind = PlanBuffer::Kind::Input;
                m.inputs.push_back({i.attributes.name, i.type, int(m.buffers.size())});
            } else {
                buffer.kind = PlanBuffer::Kind::State;
                m.states.push_back(v);
            }
            m_buffer[size_t(v)] = addBuffer(std::move(buffer));
        }
    }

    /// Values that must be stored: read by another kernel or not plainly, or asked for.
    void wanted()
    {
        m_stored.assign(m.program.code.size(), 0);
        const auto store = [&](ValueId v) { m_stored[size_t(location(v).base)] = 1; };
        for (size_t g = 0; g < m_groups.list.size(); ++g)
            for (ValueId v : m_groups.list[g].members)
                for (ValueId input : m_groups.inputs[size_t(v)])
                    if (m_groups.of[size_t(location(input).base)] != int(g) && !padded(v, input))
                        store(input);
        for (const Result& result : m.program.results) store(result.value);
        for (const Update& update : m.program.updates) store(update.value);
    }

    /// A pad that only a pad reads is not laid out itself.
    bool padded(ValueId v, ValueId input) const
    {
        const auto grows = [&](const Instruction& i) {
            return i.op == &ops::pad && i.attributes.sizes[0] >= 0 && i.attributes.sizes[1] >= 0;
        };
        return grows(instruction(v)) && grows(instruction(input));
    }

    int storage(ValueId base)
    {
        int& buffer = m_buffer[size_t(base)];
        if (buffer < 0) {
            PlanBuffer arena;
            arena.element = type(base).element;
            arena.count = type(base).count();
            buffer = addBuffer(std::move(arena));
        }
        return buffer;
    }

    PlanOperand read(ValueId v, const std::vector<Axis>& axes)
    {
        const Location& at = location(v);
        return {storage(at.base), at.offset, stridesAlong(axes, type(v), at.strides)};
    }

    /// Formulas calculate in reals: an integer constant is converted once, not at every step.
    int asReal(int buffer)
    {
        const PlanBuffer& constant = m.buffers[size_t(buffer)];
        if (constant.kind != PlanBuffer::Kind::Constant || constant.element != Element::Integer)
            return buffer;
        const auto [known, fresh] = m_real.try_emplace(buffer, int(m.buffers.size()));
        if (fresh) {
            PlanBuffer real = constant;
            real.element = Element::Real;
            addBuffer(std::move(real));
        }
        return known->second;
    }

    PlanOperand write(ValueId v, const std::vector<Axis>& axes)
    {
        return {storage(v), 0, stridesAlong(axes, type(v), location(v).strides)};
    }

    void build(const Group& group)
    {
        const Instruction& i = instruction(group.members[0]);
        if (i.op == &ops::pad && !m_stored[size_t(group.members[0])]) return; // part of another pad
        PlanKernel kernel;
        if (group.rows)
            kernel = rows(group);
        else if (i.op->kind == Op::Kind::Contraction)
            kernel = contraction(group);
        else if (i.op->kind == Op::Kind::View)
            kernel = reread(group.members[0]);
        else if (i.op == &ops::pad)
            kernel = pad(group.members[0]);
        else
            kernel = other(group.members[0]);
        m.kernels.push_back(std::move(kernel));
    }

    /// ~i for a member of the kernel, else a place among what it reads.
    int take(PlanKernel& kernel, const std::map<ValueId, int>& members, const std::vector<Axis>& axes,
             ValueId input, int64_t offset)
    {
        const auto inside = members.find(location(input).base);
        if (inside != members.end()) return ~inside->second;
        PlanOperand operand = read(input, axes);
        operand.offset += offset;
        operand.buffer = asReal(operand.buffer);
        const auto known = std::find(kernel.reads.begin(), kernel.reads.end(), operand);
        const int at = int(known - kernel.reads.begin());
        if (known == kernel.reads.end()) kernel.reads.push_back(std::move(operand));
        return at;
    }

    void add(PlanKernel& kernel, std::map<ValueId, int>& members, const std::vector<Axis>& axes, ValueId v,
             RowMember member)
    {
        if (m_stored[size_t(v)]) {
            member.write = int(kernel.writes.size());
            kernel.writes.push_back(write(v, axes));
        }
        members[v] = int(kernel.members.size());
        kernel.members.push_back(std::move(member));
    }

    PlanKernel rows(const Group& group)
    {
        PlanKernel kernel;
        kernel.kind = PlanKernel::Kind::Rows;
        kernel.name = "rows";
        for (const Axis& axis : group.domain)
            if (std::find(group.row.begin(), group.row.end(), axis.name) == group.row.end())
                kernel.axes.push_back(axis);
        kernel.split = {int(kernel.axes.size())};
        for (const Axis& axis : group.domain)
            if (std::find(group.row.begin(), group.row.end(), axis.name) != group.row.end())
                kernel.axes.push_back(axis);
        if (!group.decided) kernel.split = {-1};
        std::map<ValueId, int> members;
        for (size_t k = 0; k < group.members.size(); ++k) {
            const ValueId v = group.members[k];
            const Instruction& i = instruction(v);
            RowMember member;
            member.extent = group.extents[k];
            const auto operand = [&](ValueId input, int64_t offset) {
                return take(kernel, members, kernel.axes, input, offset);
            };
            if (m_groups.unrolled.count(v)) {
                unroll(v, member, operand);
            } else {
                for (ValueId input : i.inputs) member.inputs.push_back(operand(input, 0));
                if (i.op->kind == Op::Kind::Reduction) {
                    member.reduction = i.attributes.name;
                    if (!sameSet(type(i.inputs[0]).axes, group.domain)) member.of = Extent::Row;
                } else
                    member.formula = i.attributes.formula;
            }
            kernel.name += " " + (member.reduction.empty() ? std::string("formula") : member.reduction);
            add(kernel, members, kernel.axes, v, std::move(member));
        }
        return kernel;
    }

    /// The formula of all elements of the window, each with operands of its own where they vary.
    template<class Take> void unroll(ValueId v, RowMember& member, Take take)
    {
        const Instruction& i = instruction(v);
        const Unrolled& u = m_groups.unrolled.at(v);
        const Type& whole = type(i.inputs[0]);
        const auto variable = [&](int input) {
            const auto known = std::find(member.inputs.begin(), member.inputs.end(), input);
            const int at = int(known - member.inputs.begin());
            if (known == member.inputs.end()) member.inputs.push_back(input);
            return language::Expression::variable(at);
        };
        int64_t elements = 1;
        for (const std::string& axis : i.attributes.axes) elements *= whole.size(axis);
        for (int64_t e = 0; e < elements; ++e) {
            std::vector<language::Expression> operands;
            for (ValueId input : u.inputs) {
                int64_t offset = 0, rest = e;
                for (const std::string& axis : i.attributes.axes) {
                    const int d = type(input).find(axis);
                    if (d >= 0) offset += rest % whole.size(axis) * location(input).strides[size_t(d)];
                    rest /= whole.size(axis);
                }
                operands.push_back(variable(take(input, offset)));
            }
            const language::Expression one = language::substitute(u.formula, operands);
            if (e == 0)
                member.formula = one;
            else if (i.attributes.name == "sum")
                member.formula = member.formula + one;
            else if (i.attributes.name == "product")
                member.formula = member.formula * one;
            else
                member.formula = language::Expression::call(*language::findFunction(i.attributes.name),
                                                            {member.formula, one});
        }
    }

    PlanKernel contraction(const Group& group)
    {
        const ValueId v = group.members[0];
        const Instruction& i = instruction(v);
        ValueId a = i.inputs[0], b = i.inputs[1];
        const std::vector<std::string>& over = i.attributes.axes;
        const auto summed = [&](const Axis& axis) {
            return std::find(over.begin(), over.end(), axis.name) != over.end();
        };
        std::vector<Axis> batch, k, m, n;
        for (const Axis& axis : type(a).axes)
            (summed(axis) ? k : type(b).has(axis.name) ? batch : m).push_back(axis);
        for (const Axis& axis : type(b).axes)
            if (!type(a).has(axis.name)) (summed(axis) ? k : n).push_back(axis);
        if (location(v).swapped || (n.empty() && !m.empty())) { // a column lies as a row does
            std::swap(a, b);
            std::swap(m, n);
        }
        PlanKernel kernel;
        kernel.kind = PlanKernel::Kind::Contraction;
        kernel.name = "contract";
        for (const std::vector<Axis>* part : {&batch, &m, &n, &k}) {
            kernel.split.push_back(int(kernel.axes.size()));
            kernel.axes.insert(kernel.axes.end(), part->begin(), part->end());
        }
        kernel.reads = {read(a, kernel.axes), read(b, kernel.axes)};
        kernel.instruction = &i;
        if (group.members.size() == 1)
            kernel.writes = {write(v, kernel.axes)};
        else
            epilogue(kernel, group);
        return kernel;
    }

    void epilogue(PlanKernel& kernel, const Group& group)
    {
        std::map<ValueId, int> members;
        add(kernel, members, kernel.axes, group.members[0], {});
        // The formulas may call the axes otherwise, and one of theirs as what is summed over here.
        std::vector<Axis> axes = kernel.axes;
        for (size_t d = 0; d < axes.size(); ++d) {
            const auto name = group.names.find(axes[d].name);
            axes[d].name = int(d) < kernel.split[3] && name != group.names.end() ? name->second : "";
        }
        for (size_t k = 1; k < group.members.size(); ++k) {
            const ValueId v = group.members[k];
            RowMember member;
            for (ValueId input : instruction(v).inputs)
                member.inputs.push_back(take(kernel, members, axes, input, 0));
            member.formula = instruction(v).attributes.formula;
            kernel.name += " formula";
            add(kernel, members, axes, v, std::move(member));
        }
    }

    PlanKernel other(ValueId v)
    {
        const Instruction& i = instruction(v);
        PlanKernel kernel;
        kernel.name = i.op->name;
        kernel.instruction = &i;
        kernel.axes = i.type.axes;
        for (ValueId input : i.inputs) {
            kernel.types.push_back(type(input));
            kernel.reads.push_back(read(input, type(input).axes));
        }
        kernel.writes = {write(v, i.type.axes)};
        return kernel;
    }

    /// A view that strides cannot express: its input is laid out plainly, which then is the view.
    PlanKernel reread(ValueId v)
    {
        const Instruction& i = instruction(v);
        const Type& from = type(i.inputs[0]);
        std::vector<int64_t> strides;
        int64_t offset = 0;
        if (!i.op->view || !i.op->view(i, from, from.strides(), strides, offset) || offset != 0 ||
            stridesAlong(i.type.axes, i.type, strides) != stridesAlong(i.type.axes, i.type, i.type.strides()))
            return other(v);
        return copyKernel(read(i.inputs[0], from.axes), {storage(v), 0, from.strides()}, from.axes);
    }

    /// A block of what the padded array is; pads of pads are one.
    PlanKernel pad(ValueId v)
    {
        const Type& whole = type(v);
        std::vector<int64_t> strides = whole.strides(), steps = strides;
        int64_t offset = 0;
        ValueId inner = v;
        while (instruction(inner).op == &ops::pad && (inner == v || !m_stored[size_t(inner)])) {
            const Instruction& i = instruction(inner);
            const std::vector<int64_t>& sizes = i.attributes.sizes;
            if (sizes[0] < 0 || sizes[1] < 0) break;
            const size_t d = size_t(i.type.find(i.attributes.axes[0]));
            offset += sizes[0] * steps[d];
            steps[d] *= sizes[2] + 1;
            inner = i.inputs[0];
        }
        if (inner == v) return other(v);
        PlanKernel kernel =
            copyKernel(read(inner, type(inner).axes), {storage(v), offset, {}}, type(inner).axes);
        kernel.writes[0].strides = stridesAlong(kernel.axes, whole, steps);
        kernel.border = whole.axes;
        kernel.name = "pad";
        return kernel;
    }

    Plan& m;
    Groups m_groups;
    std::vector<int> m_buffer; // by base value
    std::vector<char> m_stored;
    std::map<int, int> m_real; // integer constants and what they are as reals
};

} // namespace

Plan makePlan(const Program& program)
{
    Plan plan;
    plan.program = fuse(simplify(program));
    Builder builder(plan);
    // What the caller fills stays fillable when nothing reads it any more.
    for (const Instruction& i : program.code) {
        const auto same = [&](const PlanPort& port) { return port.name == i.attributes.name; };
        if (i.op->name != "input" || std::any_of(plan.inputs.begin(), plan.inputs.end(), same)) continue;
        plan.inputs.push_back({i.attributes.name, i.type, int(plan.buffers.size())});
        PlanBuffer buffer;
        buffer.kind = PlanBuffer::Kind::Input;
        buffer.element = i.type.element;
        buffer.count = i.type.count();
        buffer.name = i.attributes.name;
        plan.buffers.push_back(std::move(buffer));
    }
    return plan;
}

} // namespace core
