#include "core/diagram/recurrence.h"

#include "core/ops/build.h"
#include "core/ops/ops.h"
#include "core/ops/rules.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

/// The body of a scan, cut out of a program into which it was written behind instruction `begin`: what hangs
/// on the placeholders goes into it, the rest stays outside and is handed in.
struct Cut {
    Program body;
    std::vector<ValueId> constants; ///< values outside
};

class Cutter
{
public:
    Cutter(Evaluator& evaluator, const Program& before)
        : m_evaluator(evaluator)
        , m_written(evaluator.program)
        , m_begin(before.code.size())
    {
    }

    Cut cut(const Program& before, ValueId carry, ValueId sequence, ValueId next)
    {
        m_evaluator.rewind(before, Evaluator::Names::Taken);
        const std::vector<bool> inside = dependents({carry, sequence});
        Cut result;
        std::vector<ValueId> outside(m_written.code.size(), -1), within(m_written.code.size(), -1);
        for (size_t i = 0; i < m_written.code.size(); ++i) {
            const Instruction& of = m_written.code[i];
            if (i < m_begin) {
                outside[i] = ValueId(i);
            } else if (!inside[i]) {
                std::vector<ValueId> operands;
                for (const ValueId operand : of.inputs) operands.push_back(outside[size_t(operand)]);
                m_evaluator.program.here = of.source;
                outside[i] =
                    m_evaluator.note(m_evaluator.program.add(*of.op, std::move(operands), of.attributes));
            }
        }
        within[size_t(carry)] = build::input(result.body, "carry", m_written.type(carry));
        within[size_t(sequence)] =
            build::input(result.body, build::sequenceName(0), m_written.type(sequence));
        for (size_t i = m_begin; i < m_written.code.size(); ++i) {
            const Instruction& of = m_written.code[i];
            if (!inside[i] || within[i] >= 0) continue;
            std::vector<ValueId> operands;
            for (const ValueId operand : of.inputs) {
                if (within[size_t(operand)] < 0) within[size_t(operand)] = handedIn(result, operand, outside);
                operands.push_back(within[size_t(operand)]);
            }
            result.body.here = of.source;
            within[i] = result.body.add(*of.op, std::move(operands), of.attributes);
        }
        result.body.results = {{"carry", within[size_t(next)]}};
        return result;
    }

private:
    std::vector<bool> dependents(std::initializer_list<ValueId> on) const
    {
        std::vector<bool> depends(m_written.code.size(), false);
        for (const ValueId value : on) depends[size_t(value)] = true;
        for (size_t i = m_begin; i < depends.size(); ++i)
            for (const ValueId operand : m_written.code[i].inputs)
                if (depends[size_t(operand)]) depends[i] = true;
        return depends;
    }

    ValueId handedIn(Cut& cut, ValueId value, const std::vector<ValueId>& outside) const
    {
        const Instruction& of = m_written.code[size_t(value)];
        if (of.op == &ops::constant || of.op == &ops::iota) return cut.body.add(*of.op, {}, of.attributes);
        cut.constants.push_back(outside[size_t(value)]);
        return build::input(cut.body, build::constantName(cut.constants.size() - 1), of.type);
    }

    Evaluator& m_evaluator;
    Program m_written;
    size_t m_begin;
};

/// The states as one array, end to end along the last axis of the first, and apart again.
class Packing
{
public:
    Packing(const Frame& frame, const Program& program, const Arrays& states)
    {
        for (const ValueId state : states) m_types.push_back(program.type(state));
        const Type& first = m_types.front();
        if (m_types.size() == 1) return;
        for (const Type& type : m_types) {
            Type other = type;
            const int at = first.axes.empty() ? -1 : type.find(first.axes.back().name);
            if (at >= 0) other.axes[size_t(at)].size = first.axes.back().size;
            const bool agree = at >= 0 && other.axes.size() == first.axes.size() &&
                               std::all_of(other.axes.begin(), other.axes.end(), [&](const Axis& axis) {
                                   return first.size(axis.name) == axis.size && first.has(axis.name);
                               });
            if (!agree)
                throw Error{frame.path,
                            "the states " + first.text() + " and " + type.text() +
                                " of a recurrence do not have the same axes",
                            "only the last axis may differ in size"};
        }
        m_axis = first.axes.back().name;
    }

    Type type() const
    {
        Type packed = m_types.front();
        if (m_axis.empty()) return packed;
        packed.axes.back().size = 0;
        for (const Type& type : m_types) packed.axes.back().size += type.size(m_axis);
        return packed;
    }
    ValueId join(Program& program, const Arrays& states) const
    {
        return m_axis.empty() ? states[0] : build::concat(program, states, m_axis);
    }
    ValueId part(Program& program, ValueId packed, size_t i) const
    {
        if (m_axis.empty()) return packed;
        int64_t start = 0;
        for (size_t k = 0; k < i; ++k) start += m_types[k].size(m_axis);
        return build::slice(program, packed, m_axis, start, m_types[i].size(m_axis));
    }

private:
    std::vector<Type> m_types;
    std::string m_axis; ///< empty: there is one state only
};

AxisList hintsOf(const Evaluator& e, ValueId x)
{
    AxisList hints;
    for (const Axis& axis : e.program.type(x).axes) hints.push_back({axis.name, e.sizeOf(x, axis.name)});
    return hints;
}

} // namespace

std::vector<size_t> carriedOutputs(const BlockDeclaration& block)
{
    std::vector<size_t> outputs;
    for (const PortDeclaration& port : block.inputs)
        for (size_t i = 0; i < block.outputs.size(); ++i)
            if (port.optional && block.outputs[i].name == port.name) outputs.push_back(i);
    return outputs;
}

Value recurrence(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const std::string where = a.frame.path + ".of", over = a.axis(1);
    language::Syntax call = language::parseExpression(a.text(0), where);
    if (call.kind == language::Syntax::Kind::Name) call.kind = language::Syntax::Kind::Call;
    const BlockDeclaration* block =
        call.kind == language::Syntax::Kind::Call ? e.findBlock(call.name) : nullptr;
    if (!block)
        throw Error{where, "must be a block and its settings", "write \"lstm_cell(to = [channel: 64])\""};
    const std::vector<size_t> outputs = carriedOutputs(*block);
    if (outputs.empty())
        throw Error{where, "block " + call.name + " has no state",
                    "an optional input with the name of an output carries it from step to step"};
    const ValueId x = a.array(2);
    if (!e.program.type(x).has(over))
        throw Error{a.frame.path, e.describe(a.frame, x) + " has no axis " + over, "choose one that it has"};
    const bool reverse = a.given(3) && e.truth(a.frame, a.values[3], "reverse");

    const Program before = e.program;
    const size_t results = e.results().size(), updates = before.updates.size();
    AxisList hints = hintsOf(e, x);
    const Size length = e.sizeOf(x, over);
    Type here = before.type(x);
    std::erase_if(here.axes, [&](const Axis& axis) { return axis.name == over; });
    const auto run = [&](Arrays inputs) {
        Frame typed{.path = a.frame.path,
                    .names = a.frame.names,
                    .depth = a.frame.depth,
                    .variablesHaveNames = false};
        typed.variables = {{"x", Arrays{inputs[0]}}};
        const Arrays all = e.callBlock(typed, call, std::move(inputs), call.name);
        if (e.results().size() != results || e.program.updates.size() != updates)
            throw Error{where, "a recurrence cannot keep running statistics or have a loss inside",
                        "put it behind the recurrence"};
        Arrays states;
        for (const size_t i : outputs) states.push_back(all[i]);
        return states;
    };
    const auto placeholder = [&](const std::string& name, const Type& type, const AxisList& sizes) {
        e.hint(sizes);
        return e.note(build::input(e.program, a.frame.path + "/" + name, type));
    };
    // Once without a state, to see which axes it has; then with it.
    const Arrays first = run({placeholder("sequence", here, hints)});
    const Packing packing(a.frame, e.program, first);
    std::vector<AxisList> sizes;
    for (const ValueId state : first) sizes.push_back(hintsOf(e, state));
    e.rewind(before, Evaluator::Names::Free);

    const ValueId sequence = placeholder("sequence", here, hints);
    const ValueId carry = placeholder("carry", packing.type(), sizes[0]);
    Arrays inputs{sequence};
    for (size_t i = 0; i < outputs.size(); ++i) {
        e.hint(sizes[i]);
        inputs.push_back(e.note(packing.part(e.program, carry, i)));
    }
    const ValueId next = e.note(packing.join(e.program, run(inputs)));
    Cut cut = Cutter(e, before).cut(before, carry, sequence, next);

    e.program.here = before.here;
    sizes[0].push_back({over, length});
    e.hint(sizes[0]);
    const ValueId start = e.note(ops::zeros(e.program, packing.type()));
    e.hint(sizes[0]);
    const ValueId states = e.note(
        build::scan(e.program, start, {x}, cut.constants, std::move(cut.body), over, int64_t(length.value),
                    reverse ? build::Direction::Backward : build::Direction::Forward));
    e.hint(sizes[0]);
    return Arrays{e.note(packing.part(e.program, states, 0))};
}

} // namespace core::diagram
