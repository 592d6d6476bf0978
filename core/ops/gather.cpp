// gather and scatter, each the adjoint of the other.
#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{
namespace
{

void expectIndex(std::string_view op, const Type& index)
{
    if (index.element != Element::Integer)
        fail(op, "the index is " + index.text(), "an index holds integers");
}

/// Other axes that the table shares with the index are matched, as everywhere.
Type gatherType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("gather", inputs, 2);
    expectAttributes("gather", a, 1, 0, 0);
    expectIndex("gather", inputs[1]);
    Type rest = inputs[0];
    rest.axes.erase(rest.axes.begin() + ptrdiff_t(axisAt("gather", rest, a.axes[0])));
    const Type both[] = {inputs[1], rest};
    unite("gather", both);
    Type type{rest.element, inputs[1].axes};
    for (const Axis& axis : rest.axes)
        if (!inputs[1].has(axis.name)) type.axes.push_back(axis);
    return type;
}

void gatherEvaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor &table = *inputs[0], &index = *inputs[1];
    const size_t d = size_t(table.type.find(of.attributes.axes[0]));
    const int64_t size = table.type.axes[d].size, stride = table.type.strides()[d];
    Type rest = table.type; // an axis of the index that is called like the table's is another one
    rest.axes[d].name.clear();
    double* result = out.data.data();
    walk(out.type.axes, {stridesAlong(rest, out.type.axes), stridesAlong(index.type, out.type.axes)},
         [&](const int64_t* at) {
             const double i = index.data[size_t(at[1])];
             *result++ = i >= 0 && i < double(size) ? table.data[size_t(at[0] + int64_t(i) * stride)] : 0;
         });
}

std::vector<ValueId> gatherGradient(Program& program, ValueId of, ValueId g)
{
    const ValueId table = program.code[size_t(of)].inputs[0], index = program.code[size_t(of)].inputs[1];
    const std::string axis = program.code[size_t(of)].attributes.axes[0];
    const Type type = program.type(table);
    if (type.element == Element::Integer) return {-1, -1};
    Attributes attributes;
    attributes.axes = {axis};
    attributes.sizes = {type.size(axis)};
    for (const Axis& own : program.type(index).axes)
        if (own.name == axis || !type.has(own.name)) attributes.to.push_back(own.name);
    return {fit(program, program.add(scatter, {g, index}, attributes), type), -1};
}

Type scatterType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("scatter", inputs, 2);
    expectAttributes("scatter", a, 1, a.to.size(), 1);
    expectReal("scatter", inputs[0]);
    expectIndex("scatter", inputs[1]);
    Type type = real({{a.axes[0], a.sizes[0]}});
    for (const std::string& axis : a.to) axisAt("scatter", inputs[1], axis);
    const Type both[] = {inputs[0], inputs[1]};
    for (const Axis& axis : unite("scatter", both))
        if (std::find(a.to.begin(), a.to.end(), axis.name) == a.to.end()) type.axes.push_back(axis);
    return type;
}

void scatterEvaluate(const Instruction&, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Tensor &source = *inputs[0], &index = *inputs[1];
    const int64_t size = out.type.axes[0].size, stride = out.type.strides()[0];
    Type rest = out.type;
    rest.axes[0].name.clear();
    const Type both[] = {source.type, index.type};
    const std::vector<Axis> axes = unite("scatter", both);
    walk(axes, {stridesAlong(source.type, axes), stridesAlong(index.type, axes), stridesAlong(rest, axes)},
         [&](const int64_t* at) {
             const double i = index.data[size_t(at[1])];
             if (i >= 0 && i < double(size))
                 out.data[size_t(at[2] + int64_t(i) * stride)] += source.data[size_t(at[0])];
         });
}

std::vector<ValueId> scatterGradient(Program& program, ValueId of, ValueId g)
{
    const ValueId source = program.code[size_t(of)].inputs[0], index = program.code[size_t(of)].inputs[1];
    const std::string axis = program.code[size_t(of)].attributes.axes[0];
    return {fit(program, build::gather(program, g, index, axis), program.type(source)), -1};
}

Sample sample(std::vector<Type> inputs, build::Axes axes, build::Axes to, std::vector<int64_t> sizes,
              int64_t integers)
{
    Sample sample;
    sample.inputs = std::move(inputs);
    sample.attributes.axes = std::move(axes);
    sample.attributes.to = std::move(to);
    sample.attributes.sizes = std::move(sizes);
    sample.integers = integers;
    return sample;
}

} // namespace

const Op gather = {
    .name = "gather",
    .help = "elements of a table at integer positions, 0 outside of it; axes: the axis of the table",
    .type = gatherType,
    .gradient = gatherGradient,
    .evaluate = gatherEvaluate,
    .samples =
        [] {
            const Type table = real({{"word", 5}, {"channel", 3}});
            return std::vector<Sample>{
                sample({table, integer({{"batch", 2}, {"token", 4}})}, {"word"}, {}, {}, 5),
                sample({table, integer({{"batch", 4}})}, {"word"}, {}, {}, 7),
                sample({table, integer({{"word", 6}})}, {"word"}, {}, {}, 5),
                sample({real({{"batch", 4}, {"class", 3}}), integer({{"batch", 4}})}, {"class"}, {}, {}, 3),
                sample({real({{"class", 3}, {"batch", 4}}), integer({{"class", 2}, {"batch", 4}})}, {"class"},
                       {}, {}, 3),
                sample({real({{"class", 1}}), integer({})}, {"class"}, {}, {}, 1),
                sample({integer({{"class", 4}, {"a", 2}}), integer({{"b", 3}})}, {"class"}, {}, {}, 4),
            };
        },
};

const Op scatter = {
    .name = "scatter",
    .help = "sums elements into integer positions, outside of the axis they are lost; axes: the new axis, "
            "sizes: its "
            "size, to: the axes of the index that are summed over, its others are matched",
    .type = scatterType,
    .gradient = scatterGradient,
    .evaluate = scatterEvaluate,
    .samples =
        [] {
            return std::vector<Sample>{
                sample({real({{"batch", 4}, {"channel", 3}}), integer({{"batch", 4}})}, {"word"}, {"batch"},
                       {5}, 5),
                sample({real({{"token", 3}, {"batch", 4}}), integer({{"batch", 4}, {"token", 3}})}, {"token"},
                       {"token", "batch"}, {5}, 6),
                sample({real({{"a", 3}, {"batch", 4}}), integer({{"batch", 4}})}, {"class"}, {}, {3}, 3),
                sample({real({{"a", 3}}), integer({{"batch", 4}})}, {"class"}, {"batch"}, {3}, 3),
                sample({real({}), integer({})}, {"class"}, {}, {1}, 1),
            };
        },
    .sums = true,
};

} // namespace core::ops
