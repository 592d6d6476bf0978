#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

Type concatType(std::span<const Type> inputs, const Attributes& a)
{
    expectAttributes("concat", a, 1, 0, 0);
    if (inputs.empty()) fail("concat", "needs a part");
    const std::string& name = a.axes[0];
    int64_t total = 0;
    std::vector<Type> others;
    for (const Type& part : inputs) {
        if (part.element != inputs[0].element)
            fail("concat", "cannot join " + inputs[0].text() + " and " + part.text());
        const size_t at = axisAt("concat", part, name);
        total += part.axes[at].size;
        others.push_back(part);
        others.back().axes[at].size = 1;
    }
    Type type{inputs[0].element, unite("concat", others)};
    type.axes[size_t(type.find(name))].size = total;
    return type;
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const size_t d = size_t(out.type.find(of.attributes.axes[0]));
    int64_t start = 0;
    for (const Tensor* part : inputs) {
        std::vector<Axis> axes = out.type.axes;
        axes[d].size = part->type.size(axes[d].name);
        walk(axes, {stridesAlong(part->type, axes), out.type.strides()},
             [&](const int64_t* at) { out.data[size_t(start + at[1])] = part->data[size_t(at[0])]; });
        start += axes[d].size * out.type.strides()[d];
    }
}

std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const std::vector<ValueId> parts = program.code[size_t(of)].inputs;
    const std::string axis = program.code[size_t(of)].attributes.axes[0];
    std::vector<ValueId> adjoints;
    int64_t start = 0;
    for (ValueId part : parts) {
        const Type type = program.type(part);
        const bool real = type.element == Element::Real;
        adjoints.push_back(real ? fit(program, build::slice(program, g, axis, start, type.size(axis)), type)
                                : -1);
        start += type.size(axis);
    }
    return adjoints;
}

} // namespace

const Op concat = {
    .name = "concat",
    .help = "one after the other along an axis, broadcast over the others; axes: the axis",
    .type = concatType,
    .gradient = gradient,
    .evaluate = evaluate,
    .samples =
        [] {
            std::vector<Sample> samples(4);
            for (Sample& sample : samples) sample.attributes.axes = {"b"};
            samples[0].inputs = {real({{"a", 2}, {"b", 3}}), real({{"b", 1}, {"a", 2}}),
                                 real({{"a", 2}, {"b", 4}})};
            samples[1].inputs = {real({{"b", 3}}), real({{"a", 2}, {"b", 2}, {"c", 3}})};
            samples[2].inputs = {real({{"b", 2}})};
            samples[3].inputs = {real({{"b", 1}}), real({{"b", 1}})};
            return samples;
        },
    .simplify = [](Program&, std::span<const ValueId> inputs, const Attributes&) -> ValueId {
        return inputs.size() == 1 ? inputs[0] : -1;
    },
};

} // namespace core::ops
