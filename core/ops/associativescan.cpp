#include "core/ops/rules.h"

#include <utility>

namespace core::ops
{
namespace
{

constexpr int64_t forwards = 0, backwards = 1;

Type scanType(std::span<const Type> inputs, const Attributes& a)
{
    constexpr std::string_view name = "associativeScan";
    expectInputs(name, inputs, 2);
    expectAttributes(name, a, 1, 0, 1);
    for (const Type& input : inputs) expectReal(name, input);
    if (a.sizes[0] != forwards && a.sizes[0] != backwards)
        fail(name, "direction is " + std::to_string(a.sizes[0]), "0 is forwards, 1 backwards");
    const Type type = real(unite(name, inputs));
    axisAt(name, type, a.axes[0]);
    return type;
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const size_t d = size_t(out.type.find(of.attributes.axes[0]));
    const std::vector<std::vector<int64_t>> strides{stridesAlong(inputs[0]->type, out.type.axes),
                                                    stridesAlong(inputs[1]->type, out.type.axes),
                                                    out.type.strides()};
    std::vector<Axis> others = out.type.axes;
    const int64_t size = std::exchange(others[d].size, 1);
    const bool backward = of.attributes.sizes[0] == backwards;
    walk(others, strides, [&](const int64_t* at) {
        double y = 0;
        for (int64_t step = 0; step < size; ++step) {
            const int64_t i = backward ? size - 1 - step : step;
            y = inputs[0]->data[size_t(at[0] + i * strides[0][d])] * y +
                inputs[1]->data[size_t(at[1] + i * strides[1][d])];
            out.data[size_t(at[2] + i * strides[2][d])] = y;
        }
    });
}

/// The adjoints of the terms are the same scan the other way round, each with the factor behind it.
std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const std::vector<ValueId> inputs = program.code[size_t(of)].inputs;
    Attributes attributes = program.code[size_t(of)].attributes;
    const Type type = program.type(of), factors = program.type(inputs[0]), terms = program.type(inputs[1]);
    const std::string axis = attributes.axes[0];
    const int64_t one = attributes.sizes[0] == backwards ? -1 : 1;
    const ValueId next = build::pad(program, fit(program, inputs[0], type), axis, -one, one),
                  before = build::pad(program, of, axis, one, -one);
    attributes.sizes[0] = one == 1 ? backwards : forwards;
    const ValueId term = fit(program, program.add(associativeScan, {next, g}, attributes), type);
    return {fit(program, build::formula(program, "a*b", {term, before}), factors), fit(program, term, terms)};
}

} // namespace

const Op associativeScan = {
    .name = "associativeScan",
    .help = "y[i] = a[i]*y[i-1] + b[i] along an axis, 0 before its beginning; inputs: a, b, axes: the axis, "
            "sizes: 0 forwards, 1 backwards",
    .type = scanType,
    .gradient = gradient,
    .evaluate = evaluate,
    .samples =
        [] {
            const auto sample = [](Type a, Type b, int64_t direction) {
                Sample sample;
                sample.inputs = {std::move(a), std::move(b)};
                sample.attributes.axes = {"t"};
                sample.attributes.sizes = {direction};
                sample.low = -1, sample.high = 1;
                return sample;
            };
            return std::vector<Sample>{
                sample(real({{"t", 5}}), real({{"t", 5}}), forwards),
                sample(real({{"batch", 2}, {"t", 4}}), real({{"t", 4}, {"c", 3}}), backwards),
                sample(real({{"c", 3}}), real({{"t", 6}, {"c", 3}}), forwards),
                sample(real({{"t", 4}}), real({}), backwards),
                sample(real({}), real({{"t", 1}, {"c", 2}}), forwards),
            };
        },
};

} // namespace core::ops
