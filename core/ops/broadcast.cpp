#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

Type broadcastType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("broadcast", inputs, 1);
    expectAttributes("broadcast", a, 0, a.sizes.size(), a.sizes.size());
    Type type{inputs[0].element, {}};
    for (size_t i = 0; i < a.to.size(); ++i) {
        if (inputs[0].has(a.to[i]))
            fail("broadcast", "there is an axis '" + a.to[i] + "' already in " + inputs[0].text());
        type.axes.push_back({a.to[i], a.sizes[i]});
    }
    type.axes.insert(type.axes.end(), inputs[0].axes.begin(), inputs[0].axes.end());
    return type;
}

bool view(const Instruction& of, const Type&, std::span<const int64_t> inputStrides,
          std::vector<int64_t>& strides, int64_t& offset)
{
    strides.assign(of.attributes.to.size(), 0);
    strides.insert(strides.end(), inputStrides.begin(), inputStrides.end());
    offset = 0;
    return true;
}

ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    const Instruction inner = program.code[size_t(inputs[0])];
    const Type type = broadcastType(std::span(&inner.type, 1), a);
    if (a.to.empty()) return inputs[0];
    if (inner.op == &permute || inner.op == &broadcast) return fit(program, inner.inputs[0], type);
    if (inner.op == &constant && inner.attributes.values.size() == 1)
        return build::constant(program, type, inner.attributes.values);
    return -1;
}

} // namespace

const Op broadcast = {
    .name = "broadcast",
    .help = "repeats along new axes in front; to, sizes",
    .type = broadcastType,
    .gradient = [](Program& program, ValueId of, ValueId g) -> std::vector<ValueId> {
        return {build::sum(program, g, program.code[size_t(of)].attributes.to)};
    },
    .evaluate = evaluateView,
    .samples =
        [] {
            std::vector<Sample> samples(2);
            samples[0].inputs = {real({{"a", 3}})};
            samples[0].attributes.to = {"b", "c"};
            samples[0].attributes.sizes = {2, 4};
            samples[1].inputs = {real({})};
            samples[1].attributes.to = {"b"};
            samples[1].attributes.sizes = {1};
            return samples;
        },
    .kind = Op::Kind::View,
    .view = view,
    .simplify = simplify,
};

} // namespace core::ops
