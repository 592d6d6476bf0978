#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

Type renameType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("rename", inputs, 1);
    if (a.axes.size() != a.to.size())
        fail("rename",
             std::to_string(a.axes.size()) + " axes cannot get " + std::to_string(a.to.size()) + " names");
    Type type = inputs[0];
    for (size_t i = 0; i < a.axes.size(); ++i)
        type.axes[axisAt("rename", inputs[0], a.axes[i])].name = a.to[i];
    for (const std::string& name : a.to)
        if (std::count_if(type.axes.begin(), type.axes.end(),
                          [&](const Axis& axis) { return axis.name == name; }) > 1)
            fail("rename", "there is an axis '" + name + "' already in " + inputs[0].text(),
                 "choose another name");
    return type;
}

bool view(const Instruction&, const Type&, std::span<const int64_t> inputStrides,
          std::vector<int64_t>& strides, int64_t& offset)
{
    strides.assign(inputStrides.begin(), inputStrides.end());
    offset = 0;
    return true;
}

ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Instruction inner = program.code[size_t(inputs[0])];
    if (a.axes == a.to) return inputs[0];
    if (inner.op == &constant)
        return build::constant(program, renameType(std::span(&inner.type, 1), a), inner.attributes.values);
    if (inner.op == &permute) {
        const Type type = renameType(std::span(&inner.type, 1), a);
        return fit(program, build::rename(program, inner.inputs[0], a.axes, a.to), type);
    }
    if (inner.op != &rename) return -1;
    build::Axes from, to;
    for (const Axis& axis : program.type(inner.inputs[0]).axes) {
        std::string name = axis.name;
        for (const Attributes* step : {&inner.attributes, &a}) {
            const auto found = std::find(step->axes.begin(), step->axes.end(), name);
            if (found != step->axes.end()) name = step->to[size_t(found - step->axes.begin())];
        }
        if (name == axis.name) continue;
        from.push_back(axis.name);
        to.push_back(name);
    }
    return build::rename(program, inner.inputs[0], from, to);
}

} // namespace

const Op rename = {
    .name = "rename",
    .help = "axes get other names; axes, to",
    .type = renameType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        const Attributes a = program.code[size_t(of)].attributes;
        return {build::rename(program, g, a.to, a.axes)};
    },
    .evaluate = evaluateView,
    .samples =
        [] {
            std::vector<Sample> samples(2);
            samples[0].inputs = samples[1].inputs = {real({{"a", 3}, {"b", 2}})};
            samples[0].attributes.axes = {"b"};
            samples[0].attributes.to = {"c"};
            samples[1].attributes.axes = {"a", "b"};
            samples[1].attributes.to = {"b", "a"};
            return samples;
        },
    .kind = Op::Kind::View,
    .view = view,
    .simplify = simplify,
};

const Op stopGradient = {
    .name = "stopGradient",
    .help = "the value, taken as a constant by differentiation",
    .type =
        [](std::span<const Type> inputs, const Attributes&) {
            expectInputs("stopGradient", inputs, 1);
            return inputs[0];
        },
    .gradient = [](Program&, ValueId, ValueId) { return std::vector<ValueId>{-1}; },
    .evaluate = evaluateView,
    .samples =
        [] {
            Sample sample;
            sample.inputs = {real({{"a", 3}})};
            sample.differentiable = false;
            return std::vector<Sample>{sample};
        },
    .kind = Op::Kind::View,
    .view = view,
};

} // namespace core::ops
