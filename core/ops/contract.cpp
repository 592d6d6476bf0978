#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

Type contractType(std::span<const Type> inputs, const Attributes& attributes)
{
    expectInputs("contract", inputs, 2);
    const Type &a = inputs[0], &b = inputs[1];
    expectReal("contract", a);
    expectReal("contract", b);
    unite("contract", inputs);
    for (const std::string& axis : attributes.axes)
        if (!a.has(axis) && !b.has(axis))
            fail("contract", "there is no axis '" + axis + "' in " + a.text() + " or " + b.text());
    Type type;
    const auto append = [&](const Type& from, auto wanted) {
        for (const Axis& axis : from.axes)
            if (!contains(attributes.axes, axis.name) && wanted(axis)) type.axes.push_back(axis);
    };
    append(a, [&](const Axis& axis) { return b.has(axis.name); });
    append(a, [&](const Axis& axis) { return !b.has(axis.name); });
    append(b, [&](const Axis& axis) { return !a.has(axis.name); });
    return type;
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor &a = *inputs[0], &b = *inputs[1];
    std::vector<Axis> axes = out.type.axes;
    for (const std::string& axis : of.attributes.axes)
        axes.push_back({axis, a.type.has(axis) ? a.type.size(axis) : b.type.size(axis)});
    walk(
        axes, {stridesAlong(out.type, axes), stridesAlong(a.type, axes), stridesAlong(b.type, axes)},
        [&](const int64_t* at) { out.data[size_t(at[0])] += a.data[size_t(at[1])] * b.data[size_t(at[2])]; });
}

std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const ValueId a = program.code[size_t(of)].inputs[0], b = program.code[size_t(of)].inputs[1];
    const auto adjoint = [&](ValueId self, ValueId other) {
        const Type type = program.type(self);
        build::Axes over;
        for (const Axis& axis : program.type(other).axes)
            if (!type.has(axis.name)) over.push_back(axis.name);
        return fit(program, build::contract(program, g, other, over), type);
    };
    const ValueId toA = adjoint(a, b);
    return {toA, adjoint(b, a)};
}

ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    std::vector<ValueId> operands(inputs.begin(), inputs.end());
    build::Axes over = a.axes;
    std::sort(over.begin(), over.end());
    for (size_t side = 0; side < 2; ++side) {
        // An axis that only one operand has is summed before, one that a broadcast adds is not multiplied
        // over.
        build::Axes alone;
        for (const std::string& axis : over)
            if (!program.type(operands[1 - side]).has(axis)) alone.push_back(axis);
        if (!alone.empty()) {
            operands[side] = build::sum(program, operands[side], alone);
            std::erase_if(over, [&](const std::string& axis) { return contains(alone, axis); });
        }
        const ValueId x = unpermuted(program, operands[side]);
        const Instruction* source = definedBy(program, x, broadcast);
        if (!source) continue;
        const auto& added = source->attributes.to;
        const Type& other = program.type(operands[1 - side]);
        if (std::all_of(added.begin(), added.end(), [&](const std::string& axis) { return other.has(axis); }))
            operands[side] = source->inputs[0];
    }
    const bool same =
        over == a.axes && std::equal(operands.begin(), operands.end(), inputs.begin(), inputs.end());
    return same ? -1 : build::contract(program, operands[0], operands[1], over);
}

std::vector<Sample> samples()
{
    const auto sample = [](Type a, Type b, build::Axes over) {
        Sample sample;
        sample.inputs = {std::move(a), std::move(b)};
        sample.attributes.axes = std::move(over);
        return sample;
    };
    return {
        sample(real({{"batch", 3}, {"from", 4}}), real({{"from", 4}, {"to", 2}}), {"from"}),
        sample(real({{"batch", 3}, {"from", 4}}), real({{"to", 5}, {"from", 4}}), {"from"}),
        sample(real({{"from", 4}, {"batch", 3}}), real({{"from", 4}, {"to", 2}}), {"from"}),
        sample(real({{"batch", 2}, {"head", 3}, {"query", 4}, {"key", 2}}),
               real({{"batch", 2}, {"source", 5}, {"head", 3}, {"key", 2}}), {"key"}),
        sample(real({{"row", 3}, {"column", 2}, {"channel", 2}}),
               real({{"out", 3}, {"channel", 2}, {"column", 2}}), {"channel", "column"}),
        sample(real({{"a", 3}}), real({{"b", 4}}), {}),
        sample(real({{"a", 3}}), real({{"a", 3}}), {"a"}),
        sample(real({{"a", 3}, {"b", 2}}), real({{"b", 2}, {"a", 3}}), {}),
        sample(real({{"a", 3}, {"b", 2}}), real({{"a", 3}}), {"a", "b"}),
        sample(real({{"a", 1}, {"k", 1}}), real({{"k", 1}, {"b", 1}}), {"k"}),
        sample(real({{"a", 17}, {"k", 33}}), real({{"k", 33}, {"b", 19}}), {"k"}),
        sample(real({{"k", 33}, {"a", 1}}), real({{"b", 19}, {"k", 33}}), {"k"}),
        sample(real({}), real({{"b", 3}}), {}),
    };
}

} // namespace

const Op contract = {
    .name = "contract",
    .help = "sum of products over axes; other shared axes are matched; axes: those summed over",
    .type = contractType,
    .gradient = gradient,
    .evaluate = evaluate,
    .samples = samples,
    .kind = Op::Kind::Contraction,
    .simplify = simplify,
};

} // namespace core::ops
