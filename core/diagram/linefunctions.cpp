// What is done to lines of an array as wholes: putting them in order, going along them.
#include "core/diagram/functions.h"

#include "core/ops/build.h"

namespace core::diagram
{

namespace
{

template<ValueId (*Build)(Program&, ValueId, std::string)> Value inOrder(Arguments& a)
{
    const ValueId x = a.array(0);
    const std::string axis = a.axis(1);
    expectAxes(a, x, {axis});
    return one(Build(a.evaluator.program, x, axis));
}

Value linearRecurrence(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const ValueId factors = a.array(0), terms = a.array(1);
    const std::string axis = a.axis(2);
    if (!e.program.type(factors).has(axis)) expectAxes(a, terms, {axis});
    for (const ValueId operand : {factors, terms})
        if (e.program.type(operand).element == Element::Integer)
            throw Error{a.frame.path, e.describe(a.frame, operand) + " has whole numbers",
                        "multiply them by 1.0 first"};
    e.expectAgreement(a.frame, {factors, terms});
    const bool reverse = a.given(3) && e.truth(a.frame, a.values[3], "reverse");
    return one(build::associativeScan(e.program, factors, terms, axis,
                                      reverse ? build::Direction::Backward : build::Direction::Forward));
}

} // namespace

std::span<const TermFunction> lineFunctions()
{
    static const TermFunction rows[] = {
        {"order", {"x", "axis"}, 2, inOrder<build::order>},
        {"sort", {"x", "axis"}, 2, inOrder<build::sort>},
        {"linear_recurrence", {"factors", "terms", "over", "reverse"}, 3, linearRecurrence},
    };
    return rows;
}

} // namespace core::diagram
