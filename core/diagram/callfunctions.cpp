// Formulas and blocks that the user typed; what a block reports.
#include "core/diagram/functions.h"

#include "core/diagram/recurrence.h"
#include "core/ops/build.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

/// size(axis) in what the user typed, as numbers.
void putSizes(Arguments& a, language::Syntax& syntax)
{
    using Kind = language::Syntax::Kind;
    for (language::Syntax& child : syntax.children) putSizes(a, child);
    if (syntax.kind != Kind::Call || syntax.name != "size" || syntax.children.size() != 1) return;
    const language::Syntax& of = syntax.children[0];
    const Value word = Word{of.name};
    const double size = a.evaluator.number(a.frame, word, "size(" + language::print(of) + ")").value;
    syntax = language::Syntax{.kind = Kind::Number, .number = size};
}

Value apply(Arguments& a)
{
    Evaluator& e = a.evaluator;
    std::vector<std::string> names;
    Arrays operands;
    language::Syntax formula = language::parseExpression(a.text(0), a.frame.path + ".formula");
    putSizes(a, formula);
    if (a.named.empty())
        for (const auto& [name, value] : a.frame.variables)
            if (std::holds_alternative<Arrays>(value)) a.named.emplace_back(name, value);
    for (const auto& [name, value] : a.named) {
        names.push_back(name);
        operands.push_back(e.array(a.frame, value, name));
    }
    const std::string learned = a.given(1) ? a.text(1) : "";
    const auto declared = language::parseExpression("learned(" + learned + ")", a.frame.path + ".learned");
    for (const language::Syntax& item : declared.children) {
        if (item.kind != language::Syntax::Kind::Named ||
            std::find(names.begin(), names.end(), item.name) != names.end())
            throw Error{a.frame.path + ".learned", "must be names with initial values",
                        "write \"a = 0.25, b = 1\""};
        const double initial =
            language::evaluate(language::formulaFrom(item.children[0], {}, a.frame.path + ".learned"), {});
        names.push_back(item.name);
        operands.push_back(
            e.note(build::parameter(e.program, e.parameterName(a.frame, a.frame.fresh(item.name)), Type{},
                                    language::Expression(initial))));
    }
    return one(
        e.elementwise(a.frame, language::formulaFrom(formula, names, a.frame.path + ".formula"), operands));
}

Value result(Arguments& a)
{
    a.evaluator.addResult(a.text(0), a.array(1));
    return {};
}

Value repeat(Arguments& a)
{
    const std::string where = a.frame.path + ".of";
    language::Syntax call = language::parseExpression(a.text(0), where);
    if (call.kind == language::Syntax::Kind::Name) call.kind = language::Syntax::Kind::Call;
    if (call.kind != language::Syntax::Kind::Call)
        throw Error{where, "must be a block and its settings", "write \"transformer_block(heads = 4)\""};
    Frame typed{
        .path = a.frame.path, .names = a.frame.names, .depth = a.frame.depth, .variablesHaveNames = false};
    ValueId x = a.array(2);
    const Arrays more = a.given(3) ? a.arrays(3) : Arrays();
    const int64_t count = a.whole(1, 1);
    for (int64_t i = 1; i <= count; ++i) {
        typed.variables = {{"memory", more}, {"x", Arrays{x}}};
        Arrays inputs{x};
        inputs.insert(inputs.end(), more.begin(), more.end());
        const Arrays outputs = a.evaluator.callBlock(typed, call, inputs, std::to_string(i));
        if (outputs.size() != 1) throw Error{where, "block " + call.name + " has not exactly one output", ""};
        x = outputs[0];
    }
    return one(x);
}

} // namespace

std::span<const TermFunction> callFunctions()
{
    static const TermFunction rows[] = {
        {"apply", {"formula", "learned"}, 1, apply, false, true},
        {"result", {"name", "value"}, 2, result},
        {"recurrence", {"of", "over", "x", "reverse"}, 3, recurrence},
        {"repeat", {"of", "count", "x", "memory"}, 3, repeat},
    };
    return rows;
}

} // namespace core::diagram
