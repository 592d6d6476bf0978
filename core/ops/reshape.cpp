// split and merge: one axis becomes several, several become one.
#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

std::string product(const std::vector<int64_t>& sizes)
{
    std::string text;
    for (int64_t size : sizes) text += (text.empty() ? "" : "*") + std::to_string(size);
    return text;
}

Type splitType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("split", inputs, 1);
    expectAttributes("split", a, 1, a.sizes.size(), a.sizes.size());
    Type type = inputs[0];
    const size_t at = axisAt("split", type, a.axes[0]);
    int64_t left = type.axes[at].size;
    bool fits = true;
    for (int64_t size : a.sizes) {
        fits = fits && size >= 1 && left % size == 0;
        if (fits) left /= size;
    }
    if (!fits || left != 1)
        fail("split",
             "axis '" + a.axes[0] + "' of size " + std::to_string(type.axes[at].size) + " is not " +
                 (a.sizes.empty() ? "1" : product(a.sizes)),
             "the sizes must multiply to that of the axis");
    type.axes.erase(type.axes.begin() + ptrdiff_t(at));
    for (size_t i = a.to.size(); i-- > 0;)
        type.axes.insert(type.axes.begin() + ptrdiff_t(at), {a.to[i], a.sizes[i]});
    return type;
}

bool splitView(const Instruction& of, const Type& input, std::span<const int64_t> inputStrides,
               std::vector<int64_t>& strides, int64_t& offset)
{
    const Attributes& a = of.attributes;
    const auto at = input.find(a.axes[0]);
    strides.assign(inputStrides.begin(), inputStrides.end());
    strides.erase(strides.begin() + at);
    int64_t stride = inputStrides[size_t(at)];
    for (size_t i = a.sizes.size(); i-- > 0;) {
        strides.insert(strides.begin() + at, stride);
        stride *= a.sizes[i];
    }
    offset = 0;
    return true;
}

Type mergeType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("merge", inputs, 1);
    expectAttributes("merge", a, a.axes.size(), 1, 0);
    if (a.axes.empty()) fail("merge", "needs an axis");
    Type type{inputs[0].element, {}};
    Axis merged{a.to[0], 1};
    for (const std::string& name : a.axes) {
        if (std::count(a.axes.begin(), a.axes.end(), name) > 1)
            fail("merge", "axis '" + name + "' is named twice");
        merged.size *= inputs[0].axes[axisAt("merge", inputs[0], name)].size;
    }
    for (const Axis& axis : inputs[0].axes)
        if (axis.name == a.axes[0])
            type.axes.push_back(merged);
        else if (std::find(a.axes.begin(), a.axes.end(), axis.name) == a.axes.end())
            type.axes.push_back(axis);
    return type;
}

bool mergeView(const Instruction& of, const Type& input, std::span<const int64_t> inputStrides,
               std::vector<int64_t>& strides, int64_t& offset)
{
    const std::vector<std::string>& merged = of.attributes.axes;
    int64_t stride = 1, expected = 0; // of the innermost merged axis; of the next one outwards
    bool first = true;
    for (size_t i = merged.size(); i-- > 0;) {
        const size_t at = size_t(input.find(merged[i]));
        if (input.axes[at].size == 1) continue;
        if (first) stride = inputStrides[at];
        if (!first && inputStrides[at] != expected) return false;
        first = false;
        expected = inputStrides[at] * input.axes[at].size;
    }
    strides.clear();
    offset = 0;
    for (size_t i = 0; i < input.axes.size(); ++i)
        if (input.axes[i].name == merged[0])
            strides.push_back(stride);
        else if (std::find(merged.begin(), merged.end(), input.axes[i].name) == merged.end())
            strides.push_back(inputStrides[i]);
    return true;
}

void mergeEvaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor& x = *inputs[0];
    std::vector<Axis> axes; // of the result, the merged one unfolded
    for (const Axis& axis : x.type.axes)
        if (axis.name == of.attributes.axes[0])
            for (const std::string& name : of.attributes.axes) axes.push_back({name, x.type.size(name)});
        else if (std::find(of.attributes.axes.begin(), of.attributes.axes.end(), axis.name) ==
                 of.attributes.axes.end())
            axes.push_back(axis);
    double* result = out.data.data();
    walk(axes, {stridesAlong(x.type, axes)}, [&](const int64_t* at) { *result++ = x.data[size_t(at[0])]; });
}

} // namespace

const Op split = {
    .name = "split",
    .help = "one axis becomes several, the last one fastest; axes: the axis, to, sizes",
    .type = splitType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        const Attributes a = program.code[size_t(of)].attributes;
        const Type type = program.type(program.code[size_t(of)].inputs[0]);
        return {fit(program, build::merge(program, g, a.to, a.axes[0]), type)};
    },
    .evaluate = evaluateView,
    .samples =
        [] {
            std::vector<Sample> samples(2);
            samples[0].inputs = samples[1].inputs = {real({{"a", 2}, {"channel", 12}, {"b", 3}})};
            samples[0].attributes.axes = samples[1].attributes.axes = {"channel"};
            samples[0].attributes.to = {"head", "channel"};
            samples[0].attributes.sizes = {3, 4};
            samples[1].attributes.to = {"x", "y", "z"};
            samples[1].attributes.sizes = {2, 1, 6};
            return samples;
        },
    .kind = Op::Kind::View,
    .view = splitView,
    .simplify = [](Program& program, std::span<const ValueId> inputs, const Attributes& a) -> ValueId {
        const Instruction inner = program.code[size_t(inputs[0])];
        if (a.to.size() == 1) return build::rename(program, inputs[0], a.axes[0], a.to[0]);
        if (inner.op != &merge || inner.attributes.to != a.axes ||
            inner.attributes.axes.size() != a.to.size())
            return -1;
        for (size_t i = 0; i < a.to.size(); ++i)
            if (program.type(inner.inputs[0]).size(inner.attributes.axes[i]) != a.sizes[i]) return -1;
        return build::rename(program, inner.inputs[0], inner.attributes.axes, a.to);
    },
};

const Op merge = {
    .name = "merge",
    .help = "several axes become one in the place of the first, the last one fastest; axes, to: the new one",
    .type = mergeType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        const Attributes a = program.code[size_t(of)].attributes;
        const Type type = program.type(program.code[size_t(of)].inputs[0]);
        std::vector<Axis> into;
        for (const std::string& name : a.axes) into.push_back({name, type.size(name)});
        return {fit(program, build::split(program, g, a.to[0], into), type)};
    },
    .evaluate = mergeEvaluate,
    .samples =
        [] {
            std::vector<Sample> samples(3);
            for (Sample& sample : samples) {
                sample.inputs = {real({{"a", 2}, {"b", 3}, {"c", 4}})};
                sample.attributes.to = {"d"};
            }
            samples[0].attributes.axes = {"b", "c"};
            samples[1].attributes.axes = {"c", "a"};
            samples[2].attributes.axes = {"b"};
            return samples;
        },
    .kind = Op::Kind::View,
    .view = mergeView,
    .simplify = [](Program& program, std::span<const ValueId> inputs, const Attributes& a) -> ValueId {
        const Instruction inner = program.code[size_t(inputs[0])];
        if (a.axes.size() == 1) return build::rename(program, inputs[0], a.axes[0], a.to[0]);
        if (inner.op != &split || inner.attributes.to != a.axes) return -1;
        return build::rename(program, inner.inputs[0], inner.attributes.axes[0], a.to[0]);
    },
};

} // namespace core::ops
