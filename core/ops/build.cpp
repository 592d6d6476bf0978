#include "core/ops/build.h"

#include "core/ops/rules.h"

#include <algorithm>

namespace core::build
{
namespace
{

Attributes named(std::string name, Type type)
{
    Attributes attributes;
    attributes.name = std::move(name);
    attributes.type = std::move(type);
    return attributes;
}

Attributes over(Axes axes, Axes to = {}, std::vector<int64_t> sizes = {})
{
    Attributes attributes;
    attributes.axes = std::move(axes);
    attributes.to = std::move(to);
    attributes.sizes = std::move(sizes);
    return attributes;
}

Attributes into(Axes axes, const std::vector<Axis>& added)
{
    Attributes attributes = over(std::move(axes));
    for (const Axis& axis : added) {
        attributes.to.push_back(axis.name);
        attributes.sizes.push_back(axis.size);
    }
    return attributes;
}

ValueId reduced(Program& program, const char* kind, ValueId x, Axes axes)
{
    if (axes.empty()) return x;
    std::sort(axes.begin(), axes.end());
    Attributes attributes = over(std::move(axes));
    attributes.name = kind;
    return program.add(ops::reduce, {ops::toReal(program, x)}, std::move(attributes));
}

} // namespace

ValueId input(Program& program, std::string name, Type type)
{
    return program.add(ops::input, {}, named(std::move(name), std::move(type)));
}

ValueId parameter(Program& program, std::string name, Type type, language::Expression init, int64_t fanIn,
                  int64_t fanOut)
{
    Attributes attributes = named(std::move(name), std::move(type));
    attributes.formula = std::move(init);
    attributes.values = {double(fanIn), double(fanOut)};
    return program.add(ops::parameter, {}, std::move(attributes));
}

ValueId state(Program& program, std::string name, Type type, language::Expression init)
{
    Attributes attributes = named(std::move(name), std::move(type));
    attributes.formula = std::move(init);
    attributes.values = {1, 1};
    return program.add(ops::state, {}, std::move(attributes));
}

ValueId scalar(Program& program, double value) { return constant(program, {}, {value}); }

ValueId constant(Program& program, Type type, std::vector<double> values)
{
    if (values.size() > 1 &&
        std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; }) &&
        int64_t(values.size()) == type.count())
        values.resize(1);
    Attributes attributes = named({}, std::move(type));
    attributes.values = std::move(values);
    return program.add(ops::constant, {}, std::move(attributes));
}

ValueId iota(Program& program, std::string axis, int64_t size)
{
    return program.add(ops::iota, {}, over({std::move(axis)}, {}, {size}));
}

ValueId random(Program& program, ValueId seed, ValueId step, int64_t site, Type type)
{
    Attributes attributes = named({}, std::move(type));
    attributes.sizes = {site};
    return program.add(ops::random, {seed, step}, std::move(attributes));
}

ValueId formula(Program& program, const language::Expression& expression, std::vector<ValueId> operands)
{
    Attributes attributes;
    attributes.formula = expression;
    return program.add(ops::formula, std::move(operands), std::move(attributes));
}

ValueId formula(Program& program, std::string_view text, std::vector<ValueId> operands)
{
    Axes names;
    for (size_t i = 0; i < operands.size(); ++i) names.push_back(std::string(1, char('a' + i)));
    return formula(program, language::parseFormula(text, names), std::move(operands));
}

ValueId sum(Program& program, ValueId x, Axes over) { return reduced(program, "sum", x, std::move(over)); }
ValueId max(Program& program, ValueId x, Axes over) { return reduced(program, "max", x, std::move(over)); }

ValueId mean(Program& program, ValueId x, Axes over)
{
    double count = 1;
    for (const std::string& axis : over) count *= double(program.type(x).size(axis));
    const ValueId total = sum(program, x, std::move(over));
    return formula(program, language::Expression::variable(0) * language::Expression(1 / count), {total});
}

ValueId contract(Program& program, ValueId a, ValueId b, Axes axes)
{
    std::sort(axes.begin(), axes.end());
    return program.add(ops::contract, {ops::toReal(program, a), ops::toReal(program, b)},
                       over(std::move(axes)));
}

ValueId rename(Program& program, ValueId x, std::string from, std::string to)
{
    return rename(program, x, Axes{std::move(from)}, Axes{std::move(to)});
}

ValueId rename(Program& program, ValueId x, Axes from, Axes to)
{
    return from == to ? x : program.add(ops::rename, {x}, over(std::move(from), std::move(to)));
}

ValueId permute(Program& program, ValueId x, Axes memoryOrder)
{
    return program.add(ops::permute, {x}, over(std::move(memoryOrder)));
}

ValueId broadcast(Program& program, ValueId x, std::vector<Axis> added)
{
    return added.empty() ? x : program.add(ops::broadcast, {x}, into({}, added));
}

ValueId split(Program& program, ValueId x, std::string axis, std::vector<Axis> parts)
{
    return program.add(ops::split, {x}, into({std::move(axis)}, parts));
}

ValueId merge(Program& program, ValueId x, Axes axes, std::string name)
{
    return program.add(ops::merge, {x}, over(std::move(axes), {std::move(name)}));
}

ValueId slice(Program& program, ValueId x, std::string axis, int64_t start, int64_t length, int64_t step)
{
    return program.add(ops::slice, {x}, over({std::move(axis)}, {}, {start, length, step}));
}

ValueId pad(Program& program, ValueId x, std::string axis, int64_t before, int64_t after, int64_t interior)
{
    return program.add(ops::pad, {ops::toReal(program, x)},
                       over({std::move(axis)}, {}, {before, after, interior}));
}

ValueId window(Program& program, ValueId x, std::string axis, std::string out, std::string offset,
               int64_t kernel, int64_t stride, int64_t dilation)
{
    return program.add(
        ops::window, {x},
        over({std::move(axis)}, {std::move(out), std::move(offset)}, {kernel, stride, dilation}));
}

ValueId fold(Program& program, ValueId y, std::string out, std::string offset, std::string axis, int64_t size,
             int64_t stride, int64_t dilation)
{
    return program.add(
        ops::fold, {y},
        over({std::move(out), std::move(offset)}, {std::move(axis)}, {size, stride, dilation}));
}

ValueId concat(Program& program, std::vector<ValueId> parts, std::string axis)
{
    return program.add(ops::concat, std::move(parts), over({std::move(axis)}));
}

ValueId order(Program& program, ValueId x, std::string axis)
{
    return program.add(ops::order, {x}, over({std::move(axis)}));
}

ValueId sort(Program& program, ValueId x, std::string axis)
{
    return program.add(ops::sort, {x}, over({std::move(axis)}));
}

ValueId associativeScan(Program& program, ValueId factors, ValueId terms, std::string axis,
                        Direction direction)
{
    return program.add(ops::associativeScan, {factors, terms},
                       over({std::move(axis)}, {}, {int64_t(direction)}));
}

ValueId gather(Program& program, ValueId table, ValueId index, std::string axis)
{
    return program.add(ops::gather, {table, index}, over({std::move(axis)}));
}

ValueId scatter(Program& program, ValueId source, ValueId index, std::string axis, int64_t size)
{
    Axes summed;
    for (const Axis& own : program.type(index).axes) summed.push_back(own.name);
    return program.add(ops::scatter, {ops::toReal(program, source), index},
                       over({std::move(axis)}, summed, {size}));
}

ValueId stopGradient(Program& program, ValueId x) { return program.add(ops::stopGradient, {x}); }

} // namespace core::build
