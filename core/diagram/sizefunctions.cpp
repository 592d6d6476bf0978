// What is known of axes and sizes.
#include "core/diagram/functions.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

Value size(Arguments& a)
{
    Size product = 1.0;
    for (const AxisSpec& axis : a.axes(0)) {
        const auto size = axis.size ? axis.size : a.evaluator.findAxis(a.frame, axis.name);
        if (!size)
            throw Error{a.frame.path, "axis " + axis.name + " has no size here",
                        "say it: \"" + axis.name + ": 64\""};
        product = Size(product.value * size->value, product.formula * size->formula);
    }
    return product;
}

Value others(Arguments& a)
{
    const std::vector<std::string> except = a.names(1);
    AxisList rest;
    for (const Axis& axis : a.evaluator.program.type(a.array(0)).axes)
        if (std::find(except.begin(), except.end(), axis.name) == except.end())
            rest.push_back({axis.name, std::nullopt});
    return rest;
}

Value empty(Arguments& a)
{
    const auto* list = std::get_if<AxisList>(&a.values[0]);
    return !a.given(0) || (list && list->empty());
}

Value prime(Arguments& a)
{
    const ValueId x = a.array(1);
    AxisList list = a.axes(0);
    for (AxisSpec& axis : list) {
        if (!a.evaluator.program.type(x).has(axis.name)) continue;
        if (!axis.size) axis.size = a.evaluator.sizeOf(x, axis.name);
        axis.name += "'";
    }
    return list;
}

Value integer(Arguments& a) { return a.evaluator.program.type(a.array(0)).element == Element::Integer; }

Value expectClasses(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const ValueId logits = a.array(0), target = a.array(2);
    double classes = 1;
    for (const std::string& axis : a.names(1)) classes *= e.sizeOf(logits, axis).value;
    const Instruction& source = e.program.code[size_t(target)];
    const bool ofData = source.inputs.empty() && source.attributes.name == "y";
    const int64_t needed = e.data.classes > 0 ? e.data.classes : e.data.vocabulary;
    if (ofData && classes < double(needed))
        throw Error{a.frame.path,
                    "axis " + a.names(1).front() + " has size " + Polynomial(classes).text() + " on " +
                        e.describe(a.frame, logits) + ", but the data has " + std::to_string(needed) +
                        " classes",
                    "let the last linear block end in \"class: classes\""};
    for (const Axis& axis : e.program.type(target).axes)
        if (!e.program.type(logits).has(axis.name))
            throw Error{a.frame.path,
                        e.describe(a.frame, logits) + " has no axis " + axis.name + ", which the target has",
                        "keep axis " + axis.name + " on the way from the data"};
    return {};
}

} // namespace

std::span<const TermFunction> sizeFunctions()
{
    static const TermFunction rows[] = {
        {"size", {"axes"}, 1, size},
        {"others", {"x", "except"}, 2, others, true},
        {"prime", {"axes", "x"}, 2, prime, true},
        {"empty", {"axes"}, 0, empty},
        {"integer", {"x"}, 1, integer},
        {"expect_classes", {"logits", "over", "target"}, 3, expectClasses},
    };
    return rows;
}

} // namespace core::diagram
