// Formulas merged into the formulas that read them, so that a chain of element-wise work is one sweep over
// memory.
#include "core/ops/rules.h"
#include "core/program/analysis.h"
#include "core/program/interruption.h"
#include "core/program/transform.h"

#include <algorithm>

namespace core
{
namespace
{

using language::Expression;

constexpr int mostNodes = 96;
constexpr size_t mostOperands = 12;
constexpr int cheapNodes = 4; ///< worth doing again in each of several users

struct Formula {
    Expression expression;
    std::vector<ValueId> operands;
};

/// A function that takes longer than reading its value from memory.
bool takesLong(const Expression& expression)
{
    constexpr std::string_view names[] = {"exp",      "expm1", "log", "log1p", "tanh", "sigmoid",
                                          "softplus", "erf",   "sin", "cos",   "power"};
    if (expression.kind() != Expression::Kind::Call) return false;
    if (std::find(std::begin(names), std::end(names), expression.function().name) != std::end(names))
        return true;
    return std::any_of(expression.arguments().begin(), expression.arguments().end(), takesLong);
}

Formula withoutRepeats(const Formula& formula)
{
    Formula result;
    std::vector<Expression> replacements;
    for (ValueId operand : formula.operands) {
        const auto found = std::find(result.operands.begin(), result.operands.end(), operand);
        replacements.push_back(Expression::variable(int(found - result.operands.begin())));
        if (found == result.operands.end()) result.operands.push_back(operand);
    }
    result.expression = language::substitute(formula.expression, replacements);
    return result;
}

/// The formula with operand `at` replaced by its own formula.
Formula merged(const Formula& outer, size_t at, const Instruction& inner)
{
    Formula result{{}, outer.operands};
    std::vector<Expression> shifted, replacements;
    for (size_t i = 0; i < outer.operands.size(); ++i) replacements.push_back(Expression::variable(int(i)));
    for (ValueId operand : inner.inputs) {
        shifted.push_back(Expression::variable(int(result.operands.size())));
        result.operands.push_back(operand);
    }
    replacements[at] = language::substitute(inner.attributes.formula, shifted);
    result.expression = language::substitute(outer.expression, replacements);
    // The place of the replaced operand goes to the last one.
    const int last = int(result.operands.size()) - 1;
    std::vector<Expression> moved;
    for (int i = 0; i <= last; ++i) moved.push_back(Expression::variable(i == last ? int(at) : i));
    result.expression = language::substitute(result.expression, moved);
    result.operands[at] = result.operands[size_t(last)];
    result.operands.pop_back();
    return withoutRepeats(result);
}

/// Puts an operand first that makes the result lie in memory as `type` does; false if there is none.
bool keepsType(const Program& program, Formula& formula, const Type& type)
{
    const auto typeOf = [&] {
        std::vector<Type> types;
        for (ValueId operand : formula.operands) types.push_back(program.type(operand));
        return ops::unite("formula", types);
    };
    if (typeOf() == type.axes) return true;
    for (size_t i = 1; i < formula.operands.size(); ++i) {
        if (program.type(formula.operands[i]).axes != type.axes) continue;
        std::vector<Expression> swapped;
        for (size_t k = 0; k < formula.operands.size(); ++k)
            swapped.push_back(Expression::variable(int(k == i ? 0 : k == 0 ? i : k)));
        formula.expression = language::substitute(formula.expression, swapped);
        std::swap(formula.operands[0], formula.operands[i]);
        return typeOf() == type.axes;
    }
    return false;
}

Program withoutStops(const Program& program)
{
    const auto stops = [](const Instruction& of) { return of.op == &ops::stopGradient; };
    if (std::none_of(program.code.begin(), program.code.end(), stops)) return program;
    Program result;
    std::vector<ValueId> values;
    for (const Instruction& instruction : program.code) {
        std::vector<ValueId> inputs;
        for (ValueId input : instruction.inputs) inputs.push_back(values[size_t(input)]);
        result.here = instruction.source;
        values.push_back(instruction.op == &ops::stopGradient
                             ? inputs[0]
                             : result.add(*instruction.op, std::move(inputs), instruction.attributes));
    }
    result.here = program.here;
    for (const Result& old : program.results) result.results.push_back({old.name, values[size_t(old.value)]});
    for (const Update& old : program.updates)
        result.updates.push_back({values[size_t(old.state)], values[size_t(old.value)]});
    return result;
}

/// Values that only formulas with as many elements read.
std::vector<bool> readByFormulasOnly(const Program& program)
{
    std::vector<bool> only(program.code.size(), true);
    for (const Instruction& instruction : program.code)
        for (ValueId input : instruction.inputs)
            if (instruction.op->kind != Op::Kind::Elementwise ||
                instruction.type.count() != program.type(input).count())
                only[size_t(input)] = false;
    for (const Result& result : program.results) only[size_t(result.value)] = false;
    for (const Update& update : program.updates) only[size_t(update.value)] = false;
    return only;
}

} // namespace

Program fuse(const Program& original)
{
    const Program program = simplify(withoutStops(original));
    const std::vector<int> uses = useCounts(program);
    const std::vector<bool> formulasOnly = readByFormulasOnly(program);
    Program result;
    std::vector<ValueId> values(program.code.size(), -1);
    std::vector<bool> mayMerge; // by value of the result
    for (size_t i = 0; i < program.code.size(); ++i) {
        checkInterruption();
        const Instruction& instruction = program.code[i];
        Formula formula{instruction.attributes.formula, {}};
        for (ValueId input : instruction.inputs) formula.operands.push_back(values[size_t(input)]);
        Attributes attributes = instruction.attributes;
        const bool isFormula = instruction.op->kind == Op::Kind::Elementwise;
        if (isFormula) {
            for (size_t at = 0; at < formula.operands.size();) {
                const Instruction& inner = result.code[size_t(formula.operands[at])];
                const bool wanted = inner.op->kind == Op::Kind::Elementwise &&
                                    mayMerge[size_t(formula.operands[at])] &&
                                    inner.type.count() == instruction.type.count();
                Formula next = wanted ? merged(formula, at, inner) : Formula{};
                const bool done = wanted && next.expression.nodes() <= mostNodes &&
                                  next.operands.size() <= mostOperands &&
                                  keepsType(result, next, instruction.type);
                if (!done) {
                    ++at;
                    continue;
                }
                formula = std::move(next);
                at = 0;
            }
            attributes.formula = formula.expression;
        }
        result.here = instruction.source;
        values[i] = result.add(*instruction.op, formula.operands, std::move(attributes));
        mayMerge.resize(result.code.size(), false);
        if (!isFormula) continue;
        const bool cheap =
            formula.expression.nodes() <= cheapNodes && formulasOnly[i] && !takesLong(formula.expression);
        mayMerge[size_t(values[i])] = formulasOnly[i] && (uses[i] == 1 || cheap);
    }
    result.here = program.here;
    for (const Result& old : program.results) result.results.push_back({old.name, values[size_t(old.value)]});
    for (const Update& old : program.updates)
        result.updates.push_back({values[size_t(old.state)], values[size_t(old.value)]});
    return prune(result);
}

} // namespace core
