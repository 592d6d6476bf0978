// window and fold, each the adjoint of the other.
#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

/// Positions of a kernel of that reach in an axis of that size; 0 if it does not fit.
int64_t positions(std::string_view op, int64_t size, std::span<const int64_t> sizes)
{
    const int64_t kernel = sizes[0], stride = sizes[1], dilation = sizes[2];
    if (kernel < 1 || stride < 1 || dilation < 1)
        fail(op, "kernel " + std::to_string(kernel) + ", stride " + std::to_string(stride) + ", dilation " +
                     std::to_string(dilation) + " are not all 1 or more");
    if (kernel > 1 && (size < 2 || dilation > (size - 1) / (kernel - 1))) return 0;
    return (size - 1 - (kernel - 1) * dilation) / stride + 1;
}

Type windowType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("window", inputs, 1);
    expectAttributes("window", a, 1, 2, 3);
    Type type = inputs[0];
    const size_t at = axisAt("window", type, a.axes[0]);
    const int64_t size = type.axes[at].size, count = positions("window", size, a.sizes);
    if (count < 1)
        fail("window",
             "a kernel of " + std::to_string(a.sizes[0]) + " with dilation " + std::to_string(a.sizes[2]) +
                 " does not fit in axis '" + a.axes[0] + "' of size " + std::to_string(size),
             "pad the axis or take a smaller kernel");
    type.axes[at] = {a.to[0], count};
    type.axes.insert(type.axes.begin() + ptrdiff_t(at) + 1, {a.to[1], a.sizes[0]});
    return type;
}

bool windowView(const Instruction& of, const Type& input, std::span<const int64_t> inputStrides,
                std::vector<int64_t>& strides, int64_t& offset)
{
    const auto at = input.find(of.attributes.axes[0]);
    const int64_t stride = inputStrides[size_t(at)];
    strides.assign(inputStrides.begin(), inputStrides.end());
    strides[size_t(at)] = stride * of.attributes.sizes[1];
    strides.insert(strides.begin() + at + 1, stride * of.attributes.sizes[2]);
    offset = 0;
    return true;
}

Type foldType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("fold", inputs, 1);
    expectReal("fold", inputs[0]);
    expectAttributes("fold", a, 2, 1, 3);
    Type type = inputs[0];
    const size_t out = axisAt("fold", type, a.axes[0]), offset = axisAt("fold", type, a.axes[1]);
    if (out == offset) fail("fold", "axis '" + a.axes[0] + "' is named twice");
    const int64_t count = type.axes[out].size, size = a.sizes[0];
    const int64_t sizes[] = {type.axes[offset].size, a.sizes[1], a.sizes[2]};
    if (size < 1 || positions("fold", size, sizes) != count)
        fail("fold", type.text() + " does not come from windows of an axis of size " + std::to_string(size));
    type.axes[out] = {a.to[0], size};
    type.axes.erase(type.axes.begin() + ptrdiff_t(offset));
    return type;
}

void foldEvaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor& y = *inputs[0];
    const Attributes& a = of.attributes;
    std::vector<int64_t> to = stridesAlong(out.type, y.type.axes);
    const int64_t stride = out.type.strides()[size_t(out.type.find(a.to[0]))];
    to[size_t(y.type.find(a.axes[0]))] = stride * a.sizes[1];
    to[size_t(y.type.find(a.axes[1]))] = stride * a.sizes[2];
    walk(y.type.axes, {y.type.strides(), to},
         [&](const int64_t* at) { out.data[size_t(at[1])] += y.data[size_t(at[0])]; });
}

/// The input gradient of a convolution: fold over (out, offset) of contract(g, w), where only g has `out` and
/// only w has `offset`, is a convolution of the padded g with the reversed w, and nothing of size kernel * g
/// is written.
ValueId foldSimplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const ValueId x = unpermuted(program, inputs[0]);
    const Instruction inner = program.code[size_t(x)];
    const std::string &out = a.axes[0], &offset = a.axes[1], &axis = a.to[0];
    const Type& type = inner.type;
    if (type.size(offset) == 1 && a.sizes[1] == 1) {
        const ValueId squeezed = build::sum(program, x, {offset});
        return build::rename(program, squeezed, out, axis);
    }
    if (inner.op != &contract || a.sizes[1] != 1) return -1;
    ValueId g = inner.inputs[0], w = inner.inputs[1];
    if (!program.type(g).has(out)) std::swap(g, w);
    const auto has = [&](ValueId value, const std::string& name) { return program.type(value).has(name); };
    if (!has(g, out) || has(w, out) || has(g, offset) || !has(w, offset)) return -1;
    if (axis != out && (has(g, axis) || has(w, axis))) return -1;
    const int64_t kernel = program.type(w).size(offset), reach = (kernel - 1) * a.sizes[2];
    const ValueId padded = build::pad(program, g, out, reach, reach);
    const ValueId windows = build::window(program, padded, out, axis, offset, kernel, 1, a.sizes[2]);
    const ValueId reversed = build::slice(program, w, offset, kernel - 1, kernel, -1);
    build::Axes over = inner.attributes.axes;
    over.push_back(offset);
    return build::contract(program, windows, reversed, over);
}

std::vector<Sample> windowSamples()
{
    std::vector<Sample> samples;
    for (const auto& sizes : std::vector<std::vector<int64_t>>{
             {3, 1, 1}, {2, 2, 1}, {3, 2, 2}, {1, 1, 1}, {7, 1, 1}, {1, 3, 1}}) {
        Sample sample;
        sample.inputs = {real({{"a", 2}, {"row", 7}, {"b", 3}})};
        sample.attributes.axes = {"row"};
        sample.attributes.to = {"row", "kernel"};
        sample.attributes.sizes = sizes;
        samples.push_back(sample);
    }
    return samples;
}

std::vector<Sample> foldSamples()
{
    std::vector<Sample> samples = windowSamples();
    for (Sample& sample : samples) {
        sample.inputs[0] = windowType(sample.inputs, sample.attributes);
        std::swap(sample.inputs[0].axes[0], sample.inputs[0].axes[2]);
        sample.attributes.axes = {"row", "kernel"};
        sample.attributes.to = {"row"};
        sample.attributes.sizes[0] = 7;
    }
    return samples;
}

} // namespace

const Op window = {
    .name = "window",
    .help = "y[i, k] = x[i*stride + k*dilation]; axes: the axis, to: of i and of k, sizes: kernel, stride, "
            "dilation",
    .type = windowType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        const Attributes a = program.code[size_t(of)].attributes;
        const Type type = program.type(program.code[size_t(of)].inputs[0]);
        return {fit(program,
                    build::fold(program, g, a.to[0], a.to[1], a.axes[0], type.size(a.axes[0]), a.sizes[1],
                                a.sizes[2]),
                    type)};
    },
    .evaluate = evaluateView,
    .samples = windowSamples,
    .kind = Op::Kind::View,
    .view = windowView,
};

const Op fold = {
    .name = "fold",
    .help =
        "adjoint of window, sums back; axes: of i and of k, to: the axis, sizes: its size, stride, dilation",
    .type = foldType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        const Attributes a = program.code[size_t(of)].attributes;
        const Type type = program.type(program.code[size_t(of)].inputs[0]);
        return {fit(program,
                    build::window(program, g, a.to[0], a.axes[0], a.axes[1], type.size(a.axes[1]), a.sizes[1],
                                  a.sizes[2]),
                    type)};
    },
    .evaluate = foldEvaluate,
    .samples = foldSamples,
    .sums = true,
    .simplify = foldSimplify,
};

} // namespace core::ops
