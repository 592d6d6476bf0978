#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

constexpr int64_t farthest = int64_t(1) << 40;

Type padType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("pad", inputs, 1);
    expectReal("pad", inputs[0]);
    expectAttributes("pad", a, 1, 0, 3);
    Type type = inputs[0];
    Axis& axis = type.axes[axisAt("pad", type, a.axes[0])];
    for (int64_t size : a.sizes)
        if (size < -farthest || size > farthest) fail("pad", std::to_string(size) + " is too far");
    if (a.sizes[2] < 0 || a.sizes[2] > farthest / axis.size)
        fail("pad", std::to_string(a.sizes[2]) + " zeros cannot lie between neighbours");
    const int64_t size = a.sizes[0] + a.sizes[1] + (axis.size - 1) * (a.sizes[2] + 1) + 1;
    if (size < 1)
        fail("pad", "nothing would be left of axis '" + axis.name + "' of size " + std::to_string(axis.size) +
                        " padded by " + std::to_string(a.sizes[0]) + " and " + std::to_string(a.sizes[1]));
    axis.size = size;
    return type;
}

/// The elements of the input that are not cropped away: first, count.
std::pair<int64_t, int64_t> kept(int64_t size, int64_t padded, int64_t before, int64_t interior)
{
    const int64_t step = interior + 1;
    const int64_t first = before >= 0 ? 0 : (-before + step - 1) / step;
    const int64_t last = std::min(size - 1, padded - 1 - before < 0 ? -1 : (padded - 1 - before) / step);
    return {first, std::max<int64_t>(0, last - first + 1)};
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor& x = *inputs[0];
    const std::string& axis = of.attributes.axes[0];
    const auto [first, count] =
        kept(x.type.size(axis), out.type.size(axis), of.attributes.sizes[0], of.attributes.sizes[2]);
    if (count == 0) return;
    std::vector<Axis> axes = x.type.axes;
    const size_t d = size_t(x.type.find(axis));
    axes[d].size = count;
    std::vector<int64_t> from = x.type.strides(), to = out.type.strides();
    const int64_t fromStart = first * from[d];
    const int64_t step = of.attributes.sizes[2] + 1,
                  toStart = (of.attributes.sizes[0] + first * step) * to[d];
    to[d] *= step;
    walk(axes, {from, to},
         [&](const int64_t* at) { out.data[size_t(toStart + at[1])] = x.data[size_t(fromStart + at[0])]; });
}

std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const Attributes a = program.code[size_t(of)].attributes;
    const Type type = program.type(program.code[size_t(of)].inputs[0]);
    const std::string& axis = a.axes[0];
    const int64_t size = type.size(axis), step = a.sizes[2] + 1;
    const auto [first, count] = kept(size, program.type(of).size(axis), a.sizes[0], a.sizes[2]);
    if (count == 0) return {zeros(program, type)};
    const ValueId inside = build::slice(program, g, axis, a.sizes[0] + first * step, count, step);
    if (count == size) return {inside};
    return {build::pad(program, inside, axis, first, size - first - count)};
}

ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Instruction inner = program.code[size_t(inputs[0])];
    const int64_t before = a.sizes[0], after = a.sizes[1];
    if (before == 0 && after == 0 && a.sizes[2] == 0) return inputs[0];
    // Inside of a window nothing is repeated yet.
    const Attributes& of = inner.attributes;
    if (inner.op == &window && a.axes[0] != of.to[0] && a.axes[0] != of.to[1])
        return build::window(program,
                             build::pad(program, inner.inputs[0], a.axes[0], before, after, a.sizes[2]),
                             of.axes[0], of.to[0], of.to[1], of.sizes[0], of.sizes[1], of.sizes[2]);
    if (a.sizes[2] != 0) return -1;
    const int64_t size = inner.type.size(a.axes[0]);
    if (before <= 0 && after <= 0)
        return build::slice(program, inputs[0], a.axes[0], -before, size + before + after);
    if (inner.op == &pad && of.axes == a.axes && before >= 0 && after >= 0 && of.sizes[0] >= 0 &&
        of.sizes[1] >= 0)
        return build::pad(program, inner.inputs[0], a.axes[0], before + of.sizes[0], after + of.sizes[1],
                          of.sizes[2]);
    return -1;
}

} // namespace

const Op pad = {
    .name = "pad",
    .help = "zeros around and between; axes: the axis, sizes: before, after (negative: crops), between "
            "neighbours",
    .type = padType,
    .gradient = gradient,
    .evaluate = evaluate,
    .samples =
        [] {
            std::vector<Sample> samples;
            for (const auto& sizes : std::vector<std::vector<int64_t>>{
                     {1, 2, 0}, {0, 0, 2}, {-1, -2, 0}, {3, -2, 1}, {-2, 1, 2}, {-5, 9, 0}, {0, 0, 0}}) {
                Sample sample;
                sample.inputs = {real({{"a", 2}, {"row", 5}, {"b", 3}})};
                sample.attributes.axes = {"row"};
                sample.attributes.sizes = sizes;
                samples.push_back(sample);
            }
            return samples;
        },
    .simplify = simplify,
};

} // namespace core::ops
