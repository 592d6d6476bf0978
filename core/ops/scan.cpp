// Recurrence along an axis. Its adjoint is a recurrence the other way (back-propagation through time); what
// does not hang on the state is taken out of the body, so that it is done for all positions at once.
#include "core/ops/rules.h"
#include "core/program/analysis.h"
#include "core/program/transform.h"

#include <algorithm>

namespace core::ops
{
namespace
{

constexpr const char* carry = "carry";

struct Layout {
    std::string axis;
    int64_t length, step; ///< step: 1 forward, -1 backward
    size_t sequences;
};

Layout layoutOf(const Attributes& a) { return {a.axes[0], a.sizes[0], a.sizes[1], size_t(a.sizes[2])}; }

Type without(Type type, const std::string& axis)
{
    std::erase_if(type.axes, [&](const Axis& a) { return a.name == axis; });
    return type;
}

Type with(const std::string& axis, int64_t size, Type type)
{
    type.axes.insert(type.axes.begin(), {axis, size});
    return type;
}

ValueId carryOf(const Program& body)
{
    for (const Result& result : body.results)
        if (result.name == carry) return result.value;
    fail("scan", "the body has no result \"carry\"");
}

std::string nameOf(size_t input, size_t sequences)
{
    return input < sequences ? build::sequenceName(input) : build::constantName(input - sequences);
}

/// The body with the types that its inputs have here; the state gets the axes that the next state has.
Program typed(std::span<const Type> inputs, const Attributes& a)
{
    const Layout layout = layoutOf(a);
    Type state = inputs[0];
    for (;;) {
        Program program;
        std::map<std::string, ValueId> bindings{{carry, build::input(program, carry, state)}};
        for (size_t i = 1; i < inputs.size(); ++i) {
            const std::string name = nameOf(i - 1, layout.sequences);
            const bool sequence = i <= layout.sequences;
            bindings[name] =
                build::input(program, name, sequence ? without(inputs[i], layout.axis) : inputs[i]);
        }
        const ValueId next = inlineProgram(program, *a.body, bindings)[size_t(carryOf(*a.body))];
        std::vector<Axis> added;
        for (const Axis& axis : program.type(next).axes) {
            if (!state.has(axis.name))
                added.push_back(axis);
            else if (state.size(axis.name) != axis.size)
                fail("scan", "axis '" + axis.name + "' of the state has size " +
                                 std::to_string(state.size(axis.name)) + " before a step and " +
                                 std::to_string(axis.size) + " after it");
        }
        if (added.empty()) {
            expectReal("scan", program.type(next));
            program.results = {{carry, fit(program, next, state)}};
            return program;
        }
        state.axes.insert(state.axes.begin(), added.begin(), added.end());
    }
}

Type stateOf(const Program& step) { return step.type(carryOf(step)); }

Type scanType(std::span<const Type> inputs, const Attributes& a)
{
    expectAttributes("scan", a, 1, 0, 3);
    const Layout layout = layoutOf(a);
    if (!a.body || inputs.size() < 1 + layout.sequences)
        fail("scan", "needs a body, a state to begin with and its sequences");
    if (layout.step != 1 && layout.step != -1) fail("scan", "steps are 1 or -1");
    expectReal("scan", inputs[0]);
    for (size_t i = 0; i < inputs.size(); ++i) {
        const bool sequence = i > 0 && i <= layout.sequences;
        if (sequence && inputs[i].size(layout.axis) != layout.length)
            fail("scan", "axis '" + layout.axis + "' has size " + std::to_string(layout.length) +
                             ", but a sequence is " + inputs[i].text());
        if (sequence) axisAt("scan", inputs[i], layout.axis);
        if (!sequence && inputs[i].has(layout.axis))
            fail("scan", inputs[i].text() + " has the axis '" + layout.axis + "' that is walked along",
                 "rename it");
    }
    return with(layout.axis, layout.length, stateOf(typed(inputs, a)));
}

std::vector<Type> typesOf(const Program& program, std::span<const ValueId> values)
{
    std::vector<Type> types;
    for (const ValueId value : values) types.push_back(program.type(value));
    return types;
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Layout layout = layoutOf(of.attributes);
    std::vector<Type> types;
    for (const Tensor* input : inputs) types.push_back(input->type);
    const Program step = typed(types, of.attributes);
    std::vector<Tensor> values;
    for (const Instruction& instruction : step.code)
        values.push_back({instruction.type, std::vector<double>(size_t(instruction.type.count()))});
    const auto source = [&](const std::string& name) -> Tensor* {
        const ValueId value = step.find("input", name);
        return value < 0 ? nullptr : &values[size_t(value)];
    };
    const auto copy = [](const Tensor& from, const std::vector<int64_t>& strides, int64_t offset,
                         Tensor& to) {
        double* at = to.data.data();
        walk(to.type.axes, {strides}, [&](const int64_t* i) { *at++ = from.data[size_t(offset + i[0])]; });
    };
    Tensor& state = *source(carry);
    copy(*inputs[0], stridesAlong(inputs[0]->type, state.type.axes), 0, state);
    for (size_t i = 1 + layout.sequences; i < inputs.size(); ++i)
        if (Tensor* constant = source(nameOf(i - 1, layout.sequences))) constant->data = inputs[i]->data;

    for (int64_t s = 0; s < layout.length; ++s) {
        const int64_t t = layout.step > 0 ? s : layout.length - 1 - s;
        for (size_t i = 1; i <= layout.sequences; ++i)
            if (Tensor* here = source(nameOf(i - 1, layout.sequences))) {
                const Type& type = inputs[i]->type;
                copy(*inputs[i], stridesAlong(type, here->type.axes),
                     t * type.strides()[size_t(type.find(layout.axis))], *here);
            }
        for (size_t i = 0; i < step.code.size(); ++i) {
            if (!step.code[i].op->evaluate) continue;
            std::vector<const Tensor*> operands;
            for (const ValueId operand : step.code[i].inputs) operands.push_back(&values[size_t(operand)]);
            std::fill(values[i].data.begin(), values[i].data.end(), 0.0);
            step.code[i].op->evaluate(step.code[i], operands, values[i]);
        }
        state.data = values[size_t(carryOf(step))].data;
        std::copy(state.data.begin(), state.data.end(),
                  out.data.begin() + ptrdiff_t(t * int64_t(state.data.size())));
    }
}

/// y[t] = x[t + by] along the first axis; `edge` (without that axis) where there is none.
ValueId shifted(Program& program, ValueId x, const std::string& axis, int64_t by, ValueId edge)
{
    const int64_t length = program.type(x).size(axis);
    const ValueId end = build::broadcast(program, edge, {{axis, 1}});
    if (length == 1) return end;
    const ValueId rest = build::slice(program, x, axis, by > 0 ? 1 : 0, length - 1);
    return build::concat(program, by > 0 ? std::vector{rest, end} : std::vector{end, rest}, axis);
}

/// Inputs of `into` of the types that values of `from` have, called as the body calls its inputs.
std::map<std::string, ValueId> inputsLike(Program& into, const Program& from, std::span<const ValueId> values,
                                          const Layout& layout, bool atOnePosition)
{
    std::map<std::string, ValueId> inputs;
    for (size_t i = 0; i < values.size(); ++i) {
        const std::string name = nameOf(i, layout.sequences);
        const Type& type = from.type(values[i]);
        const bool sliced = atOnePosition && i < layout.sequences;
        inputs[name] = build::input(into, name, sliced ? without(type, layout.axis) : type);
    }
    return inputs;
}

/// With H[t] = f(H[t-1], x[t], w) and the adjoint G of H: N[t], what step t hands back to the state before
/// it, is the derivative of f by the state applied to G[t] + N[t+1]. That is a scan the other way; adjoints
/// of x and w follow from N for all positions at once.
std::vector<ValueId> scanGradient(Program& program, ValueId of, ValueId g)
{
    const Instruction instruction = program.code[size_t(of)];
    const Layout layout = layoutOf(instruction.attributes);
    const std::vector<ValueId>& inputs = instruction.inputs;
    const std::vector<ValueId> others(inputs.begin() + 1, inputs.end());
    const Program step = typed(typesOf(program, inputs), instruction.attributes);
    const Type state = stateOf(step);

    const Type startType = program.type(inputs[0]);
    const ValueId start = fit(program, inputs[0], state);
    const ValueId before = shifted(program, of, layout.axis, -layout.step, start);

    Program back; // "carry" is N[t+1], sequences are G, `before`, and those of the body
    const ValueId handed = build::input(back, carry, state);
    const ValueId adjoint = build::input(back, "adjoint", state), last = build::input(back, "before", state);
    {
        std::map<std::string, ValueId> bindings = inputsLike(back, program, others, layout, true);
        bindings[carry] = last;
        const ValueId next = inlineProgram(back, step, bindings)[size_t(carryOf(step))];
        const ValueId total = build::formula(back, "a + b", {adjoint, handed});
        back.results = {{carry, vjp(back, next, std::span(&last, 1), total)[0]}};
    }
    // Renamed as a body's inputs are: G and `before` come first.
    Program body;
    std::vector<ValueId> sequences{g, before};
    sequences.insert(sequences.end(), others.begin(), others.begin() + ptrdiff_t(layout.sequences));
    const std::vector<ValueId> constants(others.begin() + ptrdiff_t(layout.sequences), others.end());
    std::map<std::string, ValueId> bindings{{carry, build::input(body, carry, state)},
                                            {"adjoint", build::input(body, build::sequenceName(0), state)},
                                            {"before", build::input(body, build::sequenceName(1), state)}};
    for (size_t i = 0; i < others.size(); ++i) {
        const bool sequence = i < layout.sequences;
        const Type& type = program.type(others[i]);
        bindings[nameOf(i, layout.sequences)] = build::input(
            body, sequence ? build::sequenceName(i + 2) : build::constantName(i - layout.sequences),
            sequence ? without(type, layout.axis) : type);
    }
    const auto moved = inlineProgram(body, back, bindings);
    body.results = {{carry, moved[size_t(carryOf(back))]}};
    const ValueId none = zeros(program, state);
    const ValueId returned =
        build::scan(program, none, sequences, constants, std::move(body), layout.axis, layout.length,
                    layout.step > 0 ? build::Direction::Backward : build::Direction::Forward);

    std::vector<ValueId> adjoints;
    const int64_t first = layout.step > 0 ? 0 : layout.length - 1;
    adjoints.push_back(fit(program, build::slice(program, returned, layout.axis, first, 1), startType));

    const ValueId later = shifted(program, returned, layout.axis, layout.step, none);
    const ValueId total = build::formula(program, "a + b", {fit(program, g, instruction.type), later});
    Program all; // one step at all positions, differentiated by what it reads
    std::map<std::string, ValueId> leaves = inputsLike(all, program, others, layout, false);
    std::map<std::string, ValueId> outside{{"before", before}, {"adjoint", total}};
    std::vector<ValueId> by;
    std::vector<size_t> which;
    for (size_t i = 0; i < others.size(); ++i) {
        const std::string name = nameOf(i, layout.sequences);
        outside[name] = others[i];
        if (program.type(others[i]).element != Element::Real) continue;
        by.push_back(leaves[name]);
        which.push_back(i);
    }
    leaves[carry] = build::input(all, "before", instruction.type);
    const ValueId next = inlineProgram(all, step, leaves)[size_t(carryOf(step))];
    const std::vector<ValueId> pulled = vjp(all, next, by, build::input(all, "adjoint", instruction.type));
    for (size_t i = 0; i < pulled.size(); ++i) all.results.push_back({std::to_string(which[i]), pulled[i]});
    all = prune(all);
    const std::vector<ValueId> values = inlineProgram(program, all, outside);
    adjoints.resize(inputs.size(), -1);
    for (size_t i = 0; i < pulled.size(); ++i)
        adjoints[which[i] + 1] =
            fit(program, values[size_t(all.results[i].value)], program.type(others[which[i]]));
    return adjoints;
}

/// Which values of a body hang on the state, and which of the others are worth taking out of it.
struct Loose {
    std::vector<bool> bound;      ///< hang on the state, or are too large to be kept for all positions
    std::vector<bool> sequential; ///< hang on a sequence
    std::vector<ValueId> out;
};

Loose looseOf(const Program& step)
{
    Loose loose;
    const std::vector<bool> live = liveValues(step);
    std::vector<bool> wanted(step.code.size(), false);
    for (size_t i = 0; i < step.code.size(); ++i) {
        const Instruction& of = step.code[i];
        bool bound = of.op == &input && of.attributes.name == carry;
        bool sequential = of.op == &input && of.attributes.name.starts_with("sequence");
        int64_t most = 1;
        for (const ValueId operand : of.inputs) {
            bound = bound || loose.bound[size_t(operand)];
            sequential = sequential || loose.sequential[size_t(operand)];
            most = std::max(most, step.type(operand).count());
        }
        if (of.op->kind == Op::Kind::Elementwise && of.type.count() > 2 * most) bound = true;
        loose.bound.push_back(bound);
        loose.sequential.push_back(sequential);
    }
    const auto want = [&](ValueId value) {
        while (step.code[size_t(value)].op->kind == Op::Kind::View)
            value = step.code[size_t(value)].inputs[0];
        if (!loose.bound[size_t(value)] && !step.code[size_t(value)].inputs.empty())
            wanted[size_t(value)] = true;
    };
    for (size_t i = 0; i < step.code.size(); ++i)
        if (live[i] && loose.bound[i])
            for (const ValueId operand : step.code[i].inputs) want(operand);
    want(carryOf(step));
    for (size_t i = 0; i < wanted.size(); ++i)
        if (wanted[i]) loose.out.push_back(ValueId(i));
    return loose;
}

/// What does not hang on the state moves outside, where it is done for all positions at once; inputs that
/// nobody reads any more go.
ValueId scanSimplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Layout layout = layoutOf(a);
    const Program step = prune(typed(typesOf(program, inputs), a));
    const Loose loose = looseOf(step);
    size_t read = 0;
    for (const Instruction& of : step.code) read += of.op == &input && of.attributes.name != carry;
    if (loose.out.empty() && read + 1 == inputs.size()) return -1;

    std::map<std::string, ValueId> outside;
    for (size_t i = 1; i < inputs.size(); ++i) outside[nameOf(i - 1, layout.sequences)] = inputs[i];
    Program moved = step;
    moved.results.clear();
    for (const ValueId value : loose.out) moved.results.push_back({std::to_string(value), value});
    moved = prune(moved);
    const std::vector<ValueId> done = inlineProgram(program, moved, outside);

    std::vector<ValueId> sequences, constants;
    Program rest;
    std::vector<ValueId> values;
    const auto fresh = [&](ValueId from, bool sequence, const Type& type) {
        std::vector<ValueId>& list = sequence ? sequences : constants;
        list.push_back(from);
        return build::input(
            rest, sequence ? build::sequenceName(list.size() - 1) : build::constantName(list.size() - 1),
            type);
    };
    const auto taken = [&](ValueId value) {
        const auto at = std::find(loose.out.begin(), loose.out.end(), value);
        return at == loose.out.end() ? -1 : done[size_t(moved.results[size_t(at - loose.out.begin())].value)];
    };
    // Only what the rest reads becomes an input of it.
    Program kept = step;
    for (Instruction& of : kept.code)
        if (taken(ValueId(&of - kept.code.data())) >= 0) of.inputs.clear();
    const std::vector<bool> live = liveValues(kept);
    for (size_t i = 0; i < step.code.size(); ++i) {
        const Instruction& of = step.code[i];
        values.push_back(-1);
        if (!live[i]) continue;
        rest.here = of.source;
        if (const ValueId there = taken(ValueId(i)); there >= 0) {
            values[i] = fresh(there, loose.sequential[i], of.type);
        } else if (of.op == &input && of.attributes.name != carry) {
            values[i] = fresh(outside.at(of.attributes.name), loose.sequential[i], of.type);
        } else {
            std::vector<ValueId> operands;
            for (const ValueId operand : of.inputs) operands.push_back(values[size_t(operand)]);
            values[i] = rest.add(*of.op, operands, of.attributes);
        }
    }
    rest.here = {};
    rest.results = {{carry, values[size_t(carryOf(step))]}};
    const Type state = stateOf(step);
    return build::scan(program, fit(program, inputs[0], state), sequences, constants, std::move(rest),
                       layout.axis, layout.length,
                       layout.step > 0 ? build::Direction::Forward : build::Direction::Backward);
}

ValueId unroll(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Layout layout = layoutOf(a);
    const Program step = typed(typesOf(program, inputs), a);
    ValueId state = fit(program, inputs[0], stateOf(step));
    std::vector<ValueId> states(size_t(layout.length), -1);
    for (int64_t s = 0; s < layout.length; ++s) {
        const int64_t t = layout.step > 0 ? s : layout.length - 1 - s;
        const ValueId here = build::constant(program, integer({}), {double(t)});
        std::map<std::string, ValueId> bindings{{carry, state}};
        for (size_t i = 1; i < inputs.size(); ++i) {
            const std::string name = nameOf(i - 1, layout.sequences);
            const bool sequence = i <= layout.sequences;
            bindings[name] = sequence ? build::gather(program, inputs[i], here, layout.axis) : inputs[i];
        }
        state = inlineProgram(program, step, bindings)[size_t(carryOf(step))];
        states[size_t(t)] = build::broadcast(program, state, {{layout.axis, 1}});
    }
    return build::concat(program, states, layout.axis);
}

/// Samples: the next state as a formula or contraction of the state a, the sequence b and the constant c.
Sample sample(Type start, std::vector<Type> sequences, std::vector<Type> constants,
              ValueId (*next)(Program&, ValueId state, const std::vector<ValueId>& others), int64_t length,
              int64_t step)
{
    Sample result;
    result.low = -1;
    result.high = 1;
    result.inputs = {start};
    auto body = std::make_shared<Program>();
    const ValueId state = build::input(*body, carry, start);
    std::vector<ValueId> others;
    for (size_t i = 0; i < sequences.size(); ++i) {
        others.push_back(build::input(*body, build::sequenceName(i), sequences[i]));
        result.inputs.push_back(with("time", length, sequences[i]));
    }
    for (size_t i = 0; i < constants.size(); ++i) {
        others.push_back(build::input(*body, build::constantName(i), constants[i]));
        result.inputs.push_back(constants[i]);
    }
    body->results = {{carry, next(*body, state, others)}};
    result.attributes.axes = {"time"};
    result.attributes.sizes = {length, step, int64_t(sequences.size())};
    result.attributes.body = body;
    return result;
}

std::vector<Sample> samples()
{
    const auto sum = [](Program& p, ValueId s, const std::vector<ValueId>& o) {
        return build::formula(p, "a + b", {s, o[0]});
    };
    const auto product = [](Program& p, ValueId s, const std::vector<ValueId>& o) {
        return build::formula(p, "a*b + c", {s, o[0], o[1]});
    };
    const auto square = [](Program& p, ValueId s, const std::vector<ValueId>& o) {
        return build::formula(p, "a*a + b", {s, o[0]});
    };
    const auto linear = [](Program& p, ValueId s, const std::vector<ValueId>& o) {
        const ValueId mixed = build::rename(p, build::contract(p, s, o[1], {"channel"}), "out", "channel");
        const ValueId driven =
            build::rename(p, build::contract(p, o[0], o[2], {"feature"}), "out", "channel");
        return build::formula(p, "a + b", {mixed, driven});
    };
    const Type weights = real({{"channel", 2}, {"out", 2}}), drive = real({{"feature", 3}, {"out", 2}});
    Sample vectors = sample(real({{"channel", 2}}), {real({{"feature", 3}})}, {weights, drive}, linear, 4, 1);
    Sample batched = vectors; // the batch is an axis that the body does not know
    batched.inputs[1].axes.insert(batched.inputs[1].axes.begin(), {"batch", 3});
    return {sample(real({{"a", 3}}), {real({{"a", 3}})}, {}, sum, 4, 1),
            sample(real({}), {real({})}, {}, sum, 5, -1),
            sample(real({{"a", 2}}), {real({{"a", 2}})}, {real({{"a", 2}})}, product, 3, 1),
            sample(real({{"a", 2}}), {real({{"a", 2}})}, {}, square, 3, -1),
            sample(real({{"a", 2}}), {real({{"a", 2}})}, {}, square, 1, 1),
            vectors,
            batched};
}

} // namespace

const Op scan = {
    .name = "scan",
    .help =
        "states along an axis, each made of the one before; inputs: the first state, sequences, constants; "
        "axes: the axis, sizes: its size, 1 or -1 for the direction, how many inputs are sequences; body",
    .type = scanType,
    .gradient = scanGradient,
    .evaluate = evaluate,
    .samples = samples,
    .body = [](std::span<const Type> inputs, const Attributes& a) -> std::pair<Program, int64_t> {
        return {prune(typed(inputs, a)), a.sizes[0]};
    },
    .unroll = unroll,
    .simplify = scanSimplify,
};

} // namespace core::ops

namespace core::build
{

std::string sequenceName(size_t i) { return std::string("sequence ").append(std::to_string(i)); }
std::string constantName(size_t i) { return std::string("constant ").append(std::to_string(i)); }

ValueId scan(Program& program, ValueId start, std::vector<ValueId> sequences, std::vector<ValueId> constants,
             Program body, std::string axis, int64_t length, Direction direction)
{
    Attributes attributes;
    attributes.axes = {std::move(axis)};
    attributes.sizes = {length, direction == Direction::Forward ? 1 : -1, int64_t(sequences.size())};
    attributes.body = std::make_shared<Program>(prune(body));
    std::vector<ValueId> inputs{start};
    inputs.insert(inputs.end(), sequences.begin(), sequences.end());
    inputs.insert(inputs.end(), constants.begin(), constants.end());
    return program.add(ops::scan, std::move(inputs), std::move(attributes));
}

} // namespace core::build
