// Reductions and contractions.
#include "core/diagram/functions.h"

#include "core/diagram/einsum.h"
#include "core/ops/build.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

template<ValueId (*Reduce)(Program&, ValueId, build::Axes)> Value reduced(Arguments& a)
{
    const ValueId x = a.array(0);
    const std::vector<std::string> over = a.names(1);
    expectAxes(a, x, over);
    return one(over.empty() ? x : Reduce(a.evaluator.program, x, over));
}

Value contract(Arguments& a)
{
    const ValueId x = a.array(0), y = a.array(1);
    const std::vector<std::string> over = a.names(2);
    expectAxes(a, x, over);
    expectAxes(a, y, over);
    a.evaluator.expectAgreement(a.frame, {x, y});
    return one(build::contract(a.evaluator.program, x, y, over));
}

template<char Sign> Value combined(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const Arrays all = a.arrays(0);
    if (all.size() == 1) return one(all[0]);
    const auto widest = *std::max_element(all.begin(), all.end(), [&](ValueId x, ValueId y) {
        return e.program.type(x).axes.size() < e.program.type(y).axes.size();
    });
    language::Expression formula = language::Expression::variable(0);
    Arrays operands;
    for (const ValueId id : all) {
        for (const Axis& axis : e.program.type(id).axes)
            if (!e.program.type(widest).has(axis.name))
                throw Error{a.frame.path,
                            e.describe(a.frame, id) + " has axis " + axis.name + ", which " +
                                e.describe(a.frame, widest) + " lacks",
                            "rename an axis, or insert a linear block"};
        auto at = std::find(operands.begin(), operands.end(), id);
        if (at == operands.end()) at = operands.insert(at, id);
        const auto variable = language::Expression::variable(int(at - operands.begin()));
        if (&id == &all.front()) continue;
        formula = Sign == '+' ? formula + variable : formula * variable;
    }
    return one(e.elementwise(a.frame, formula, operands));
}

} // namespace

std::span<const TermFunction> arithmeticFunctions()
{
    static const TermFunction rows[] = {
        {"sum", {"x", "over"}, 2, reduced<build::sum>},
        {"max", {"x", "over"}, 2, reduced<build::max>},
        {"mean", {"x", "over"}, 2, reduced<build::mean>},
        {"contract", {"x", "y", "over"}, 3, contract},
        {"total", {"x"}, 1, combined<'+'>},
        {"product", {"x"}, 1, combined<'*'>},
        {"einsum", {"formula"}, 1, einsum, false, true},
    };
    return rows;
}

} // namespace core::diagram
