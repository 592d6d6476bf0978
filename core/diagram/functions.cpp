// What terms can call besides formulas and blocks.
#include "core/diagram/functions.h"

namespace core::diagram
{

std::string Arguments::what(size_t i) const
{
    return "argument " + std::string(function.arguments[i]) + " of " + std::string(function.name);
}

Arrays Arguments::arrays(size_t i) const
{
    if (const auto* list = std::get_if<Arrays>(&values[i])) return *list;
    return {array(i)};
}

std::vector<std::string> Arguments::names(size_t i) const
{
    std::vector<std::string> names;
    for (const AxisSpec& axis : axes(i)) names.push_back(axis.name);
    return names;
}

std::string Arguments::axis(size_t i) const
{
    const AxisList list = axes(i);
    if (list.size() != 1)
        throw Error{frame.path, what(i) + " must be one axis, but is " + std::to_string(list.size()), ""};
    return list[0].name;
}

int64_t Arguments::whole(size_t i, int64_t otherwise) const
{
    if (!given(i)) return otherwise;
    const Size size = number(i);
    if (!size.whole())
        throw Error{frame.path, what(i) + " must be a whole number, but is " + Polynomial(size.value).text(),
                    ""};
    return int64_t(size.value);
}

void expectAxes(Arguments& a, ValueId x, const std::vector<std::string>& names)
{
    for (const std::string& name : names)
        if (!a.evaluator.program.type(x).has(name))
            throw Error{a.frame.path,
                        a.evaluator.describe(a.frame, x) + " has no axis " + name + ": it is " +
                            a.evaluator.program.type(x).text(),
                        "rename an axis, or choose another one"};
}

const TermFunction* findTermFunction(std::string_view name)
{
    for (const auto& table : {sourceFunctions(), arithmeticFunctions(), viewFunctions(), windowFunctions(),
                              lineFunctions(), sizeFunctions(), callFunctions()})
        for (const TermFunction& row : table)
            if (row.name == name) return &row;
    return nullptr;
}

} // namespace core::diagram
