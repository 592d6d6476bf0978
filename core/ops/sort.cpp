// order and sort: the permutation that puts lines along an axis in order, and the lines so put.
#include "core/ops/rules.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace core::ops
{
namespace
{

/// What is not a number comes last.
bool isBefore(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

void expectLine(std::string_view op, std::span<const Type> inputs, const Attributes& a)
{
    expectInputs(op, inputs, 1);
    expectAttributes(op, a, 1, 0, 0);
    axisAt(op, inputs[0], a.axes[0]);
}

/// Visits the lines of x along the axis: visit(places in x and `out`, in order, of one line each).
template<class Visit> void walkLines(const Type& x, const std::string& axis, const Type& out, Visit visit)
{
    std::vector<Axis> others = x.axes;
    const size_t d = size_t(x.find(axis));
    others[d].size = 1;
    walk(others, {x.strides(), stridesAlong(out, x.axes)}, [&](const int64_t* at) { visit(at[0], at[1]); });
}

std::vector<int64_t> orderOf(const Tensor& x, int64_t at, int64_t stride, int64_t size)
{
    std::vector<int64_t> order(static_cast<size_t>(size));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
        return isBefore(x.data[size_t(at + i * stride)], x.data[size_t(at + j * stride)]);
    });
    return order;
}

template<bool values>
void evaluateLines(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor& x = *inputs[0];
    const std::string& axis = of.attributes.axes[0];
    const size_t d = size_t(x.type.find(axis)), e = size_t(out.type.find(axis));
    const int64_t size = x.type.axes[d].size, from = x.type.strides()[d], to = out.type.strides()[e];
    walkLines(x.type, axis, out.type, [&](int64_t at, int64_t result) {
        int64_t i = 0;
        for (int64_t place : orderOf(x, at, from, size))
            out.data[size_t(result + i++ * to)] = values ? x.data[size_t(at + place * from)] : double(place);
    });
}

ValueId orderAlong(Program& program, ValueId x, const std::string& axis)
{
    Attributes attributes;
    attributes.axes = {axis};
    return program.add(order, {x}, attributes);
}

std::vector<ValueId> sortGradient(Program& program, ValueId of, ValueId g)
{
    const ValueId x = program.code[size_t(of)].inputs[0];
    const std::string axis = program.code[size_t(of)].attributes.axes[0];
    const Type type = program.type(x);
    if (type.element == Element::Integer) return {-1};
    Attributes attributes;
    attributes.axes = attributes.to = {axis};
    attributes.sizes = {type.size(axis)};
    const ValueId back = program.add(scatter, {g, orderAlong(program, x, axis)}, attributes);
    return {fit(program, back, type)};
}

std::vector<Sample> lines()
{
    std::vector<Sample> samples(6);
    for (Sample& sample : samples) sample.attributes.axes = {"b"}, sample.integers = 3;
    samples[0].inputs = {real({{"a", 2}, {"b", 5}})};
    samples[1].inputs = {real({{"b", 7}, {"a", 2}, {"c", 3}})};
    samples[2].inputs = {real({{"b", 1}})};
    samples[3].inputs = {integer({{"b", 9}, {"a", 2}})};
    samples[4].inputs = {real({{"a", 2}, {"b", 300}})};
    samples[5].inputs = {real({{"b", 6000}})};
    samples[5].differentiable = false; // neighbours are closer than they are moved
    return samples;
}

} // namespace

const Op order = {
    .name = "order",
    .help = "places of the elements from the smallest to the largest, equal ones as they come, what is not a "
            "number last; axes: the axis",
    .type =
        [](std::span<const Type> inputs, const Attributes& a) {
            expectLine("order", inputs, a);
            return integer(inputs[0].axes);
        },
    .evaluate = evaluateLines<false>,
    .samples = lines,
};

const Op sort = {
    .name = "sort",
    .help = "elements from the smallest to the largest, what is not a number last; axes: the axis",
    .type =
        [](std::span<const Type> inputs, const Attributes& a) {
            expectLine("sort", inputs, a);
            return inputs[0];
        },
    .gradient = sortGradient,
    .evaluate = evaluateLines<true>,
    .samples = lines,
    .simplify = [](Program& program, std::span<const ValueId> inputs, const Attributes& a) -> ValueId {
        return build::gather(program, inputs[0], orderAlong(program, inputs[0], a.axes[0]), a.axes[0]);
    },
};

} // namespace core::ops
