#include "core/ops/rules.h"

namespace core::ops
{
namespace
{

Type sliceType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("slice", inputs, 1);
    expectAttributes("slice", a, 1, 0, 3);
    Type type = inputs[0];
    Axis& axis = type.axes[axisAt("slice", type, a.axes[0])];
    const int64_t start = a.sizes[0], length = a.sizes[1], step = a.sizes[2], size = axis.size;
    // Bounds without products that could overflow: the steps that fit between start and either end.
    const bool fits =
        start >= 0 && start < size && length >= 1 && step != 0 &&
        length - 1 <= (step > 0 ? (size - 1 - start) / step : start / (step == INT64_MIN ? size : -step));
    if (!fits)
        fail("slice", std::to_string(length) + " elements from " + std::to_string(start) + " in steps of " +
                          std::to_string(step) + " are not all in axis '" + axis.name + "' of size " +
                          std::to_string(size));
    axis.size = length;
    return type;
}

bool view(const Instruction& of, const Type& input, std::span<const int64_t> inputStrides,
          std::vector<int64_t>& strides, int64_t& offset)
{
    const size_t at = size_t(input.find(of.attributes.axes[0]));
    strides.assign(inputStrides.begin(), inputStrides.end());
    offset = of.attributes.sizes[0] * strides[at];
    strides[at] *= of.attributes.sizes[2];
    return true;
}

std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const Attributes a = program.code[size_t(of)].attributes;
    const std::string& axis = a.axes[0];
    const int64_t size = program.type(program.code[size_t(of)].inputs[0]).size(axis), length = a.sizes[1];
    int64_t start = a.sizes[0], step = a.sizes[2];
    if (step < 0) {
        g = build::slice(program, g, axis, length - 1, length, -1);
        start += (length - 1) * step;
        step = -step;
    }
    return {build::pad(program, g, axis, start, size - 1 - start - (length - 1) * step, step - 1)};
}

/// Slices of slices join; a slice moves to where it saves work: into windows, padding and operands of a
/// contraction.
ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Instruction inner = program.code[size_t(inputs[0])];
    const std::string& axis = a.axes[0];
    const int64_t start = a.sizes[0], length = a.sizes[1], step = a.sizes[2];
    if (start == 0 && step == 1 && length == inner.type.size(axis)) return inputs[0];
    const Attributes& of = inner.attributes;
    if (inner.op == &slice && of.axes[0] == axis)
        return build::slice(program, inner.inputs[0], axis, of.sizes[0] + start * of.sizes[2], length,
                            step * of.sizes[2]);
    if (inner.op == &permute)
        return fit(program, build::slice(program, inner.inputs[0], axis, start, length, step), [&] {
            Type type = inner.type;
            type.axes[size_t(type.find(axis))].size = length;
            return type;
        }());
    if (step != 1) return -1;
    if (inner.op == &pad && of.axes[0] == axis && of.sizes[2] == 0) {
        const int64_t size = program.type(inner.inputs[0]).size(axis), before = of.sizes[0] - start;
        return build::pad(program, inner.inputs[0], axis, before, length - size - before);
    }
    if (inner.op == &window && of.to[0] == axis && of.sizes[1] == 1)
        return build::window(program,
                             build::slice(program, inner.inputs[0], of.axes[0], start,
                                          length + (of.sizes[0] - 1) * of.sizes[2]),
                             of.axes[0], axis, of.to[1], of.sizes[0], 1, of.sizes[2]);
    if (inner.op == &window && axis != of.to[0] && axis != of.to[1])
        return build::window(program, build::slice(program, inner.inputs[0], axis, start, length), of.axes[0],
                             of.to[0], of.to[1], of.sizes[0], of.sizes[1], of.sizes[2]);
    if (inner.op == &pad && of.axes[0] != axis)
        return build::pad(program, build::slice(program, inner.inputs[0], axis, start, length), of.axes[0],
                          of.sizes[0], of.sizes[1], of.sizes[2]);
    if (inner.op == &contract) {
        std::vector<ValueId> operands = inner.inputs;
        for (ValueId& operand : operands)
            if (program.type(operand).has(axis))
                operand = build::slice(program, operand, axis, start, length);
        return build::contract(program, operands[0], operands[1], of.axes);
    }
    return -1;
}

} // namespace

const Op slice = {
    .name = "slice",
    .help = "y[i] = x[start + i*step] along an axis; axes: the axis, sizes: start, length, step (may be "
            "negative)",
    .type = sliceType,
    .gradient = gradient,
    .evaluate = evaluateView,
    .samples =
        [] {
            std::vector<Sample> samples;
            for (const auto& sizes :
                 std::vector<std::vector<int64_t>>{{1, 3, 1}, {0, 3, 2}, {6, 3, -2}, {6, 7, -1}, {4, 1, 1}}) {
                Sample sample;
                sample.inputs = {real({{"a", 2}, {"token", 7}, {"b", 3}})};
                sample.attributes.axes = {"token"};
                sample.attributes.sizes = sizes;
                samples.push_back(sample);
            }
            return samples;
        },
    .kind = Op::Kind::View,
    .view = view,
    .simplify = simplify,
};

} // namespace core::ops
