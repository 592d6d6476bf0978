#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

Type permuteType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("permute", inputs, 1);
    Type type{inputs[0].element, {}};
    for (const Axis& axis : inputs[0].axes)
        if (std::find(a.axes.begin(), a.axes.end(), axis.name) == a.axes.end()) type.axes.push_back(axis);
    for (const std::string& axis : a.axes)
        type.axes.push_back(inputs[0].axes[axisAt("permute", inputs[0], axis)]);
    return type;
}

bool view(const Instruction& of, const Type& input, std::span<const int64_t> inputStrides,
          std::vector<int64_t>& strides, int64_t& offset)
{
    strides.clear();
    for (const Axis& axis : of.type.axes) strides.push_back(inputStrides[size_t(input.find(axis.name))]);
    offset = 0;
    return true;
}

ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Instruction inner = program.code[size_t(inputs[0])];
    const Type type = permuteType(std::span(&inner.type, 1), a);
    if (type == inner.type) return inputs[0];
    if (inner.op == &permute) return fit(program, inner.inputs[0], type);
    if (inner.op == &constant && inner.attributes.values.size() == 1)
        return build::constant(program, type, inner.attributes.values);
    return -1;
}

} // namespace

const Op permute = {
    .name = "permute",
    .help = "another order in memory, the same value; axes: the order, axes not named stay in front",
    .type = permuteType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        return {fit(program, g, program.type(program.code[size_t(of)].inputs[0]))};
    },
    .evaluate = evaluateView,
    .samples =
        [] {
            std::vector<Sample> samples(2);
            samples[0].inputs = samples[1].inputs = {real({{"a", 3}, {"b", 2}, {"c", 4}})};
            samples[0].attributes.axes = {"c", "a", "b"};
            samples[1].attributes.axes = {"b"};
            return samples;
        },
    .kind = Op::Kind::View,
    .view = view,
    .simplify = simplify,
};

} // namespace core::ops
