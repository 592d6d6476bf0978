#include "core/ops/rules.h"

#include <algorithm>
#include <limits>

namespace core::ops
{
namespace
{

struct Row {
    std::string_view name;
    double start;
    double (*join)(double, double);
};

const Row* findRow(std::string_view name)
{
    static const Row rows[] = {
        {"sum", 0, [](double a, double b) { return a + b; }},
        {"max", -std::numeric_limits<double>::infinity(),
         [](double a, double b) { return b > a || b != b ? b : a; }},
        {"min", std::numeric_limits<double>::infinity(),
         [](double a, double b) { return b < a || b != b ? b : a; }},
        {"product", 1, [](double a, double b) { return a * b; }},
    };
    const auto* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.name == name; });
    return row == std::end(rows) ? nullptr : row;
}

Type reduceType(std::span<const Type> inputs, const Attributes& a)
{
    expectInputs("reduce", inputs, 1);
    expectReal("reduce", inputs[0]);
    if (!findRow(a.name)) fail("reduce", "does not know '" + a.name + "'", "sum, max, min or product");
    Type type = inputs[0];
    for (const std::string& axis : a.axes)
        type.axes.erase(type.axes.begin() + ptrdiff_t(axisAt("reduce", type, axis)));
    return type;
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    const Row& row = *findRow(of.attributes.name);
    const Tensor& x = *inputs[0];
    std::fill(out.data.begin(), out.data.end(), row.start);
    walk(x.type.axes, {stridesAlong(x.type, x.type.axes), stridesAlong(out.type, x.type.axes)},
         [&](const int64_t* at) {
             out.data[size_t(at[1])] = row.join(out.data[size_t(at[1])], x.data[size_t(at[0])]);
         });
}

/// For each element the product of all the others; defined where some are zero, unlike y / x.
ValueId productOfOthers(Program& program, ValueId x, const build::Axes& over)
{
    build::Axes primed;
    ValueId same = build::scalar(program, 1);
    for (const std::string& axis : over) {
        std::string other = axis + "'";
        while (program.type(x).has(other)) other += "'";
        primed.push_back(other);
        const int64_t size = program.type(x).size(axis);
        same = build::formula(program, "a*(b == c)",
                              {same, build::iota(program, axis, size), build::iota(program, other, size)});
    }
    const ValueId others = build::rename(program, x, over, primed);
    const ValueId masked = build::formula(program, "where(b == 1, 1, a)", {others, same});
    Attributes attributes;
    attributes.name = "product";
    attributes.axes = primed;
    return program.add(reduce, {masked}, attributes);
}

std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const ValueId x = program.code[size_t(of)].inputs[0];
    const build::Axes over = program.code[size_t(of)].attributes.axes;
    const std::string kind = program.code[size_t(of)].attributes.name;
    const Type type = program.type(x);
    if (kind == "sum") return {fit(program, g, type)};
    if (kind == "product")
        return {fit(program, build::formula(program, "a*b", {productOfOthers(program, x, over), g}), type)};
    const ValueId share = build::sum(program, build::formula(program, "a == b", {x, of}), over);
    return {fit(program, build::formula(program, "where(a == b, c/d, 0)", {x, of, g, share}), type)};
}

ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    if (a.axes.empty()) return inputs[0];
    const ValueId x = unpermuted(program, inputs[0]);
    const Instruction inner = program.code[size_t(x)];
    if (inner.op == &reduce && inner.attributes.name == a.name) {
        Attributes joined = a;
        joined.axes.insert(joined.axes.end(), inner.attributes.axes.begin(), inner.attributes.axes.end());
        std::sort(joined.axes.begin(), joined.axes.end());
        return program.add(reduce, inner.inputs, joined);
    }
    if (inner.op == &broadcast && a.name != "product") {
        // What is the same along an axis need not be summed over it.
        double times = 1;
        build::Axes left;
        std::vector<Axis> kept;
        for (const std::string& axis : a.axes)
            if (const auto& added = inner.attributes.to;
                std::find(added.begin(), added.end(), axis) == added.end())
                left.push_back(axis);
        if (left.size() == a.axes.size()) return -1;
        for (size_t i = 0; i < inner.attributes.to.size(); ++i) {
            const Axis axis{inner.attributes.to[i], inner.attributes.sizes[i]};
            if (std::find(a.axes.begin(), a.axes.end(), axis.name) == a.axes.end())
                kept.push_back(axis);
            else
                times *= double(axis.size);
        }
        ValueId value = inner.inputs[0];
        if (!left.empty()) {
            Attributes less = a;
            less.axes = left;
            value = program.add(reduce, {value}, less);
        }
        if (a.name == "sum")
            value = build::formula(program, language::Expression::variable(0) * language::Expression(times),
                                   {value});
        return kept.empty() ? value : build::broadcast(program, value, kept);
    }
    return -1;
}

std::vector<Sample> samples()
{
    std::vector<Sample> list;
    for (const char* kind : {"sum", "max", "min", "product"})
        for (const auto& [type, axes] : std::vector<std::pair<Type, build::Axes>>{
                 {real({{"a", 3}, {"b", 4}, {"c", 2}}), {"b"}},
                 {real({{"a", 3}, {"b", 4}, {"c", 2}}), {"c", "a"}},
                 {real({{"a", 5}}), {"a"}},
                 {real({{"a", 1}, {"b", 3}}), {"a"}},
                 {real({{"a", 19}, {"b", 37}}), {"b"}},
             }) {
            if (std::string_view(kind) == "product" && type.count() > 30) continue;
            Sample sample;
            sample.inputs = {type};
            sample.attributes.name = kind;
            sample.attributes.axes = axes;
            list.push_back(sample);
        }
    return list;
}

} // namespace

const Op reduce = {
    .name = "reduce",
    .help = "joins all elements along axes; name: sum, max, min or product, axes",
    .type = reduceType,
    .gradient = gradient,
    .evaluate = evaluate,
    .samples = samples,
    .kind = Op::Kind::Reduction,
    .simplify = simplify,
};

} // namespace core::ops
