#include "core/diagram/costs.h"

#include "core/ops/op.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

struct Total {
    Size parameters, flops, bytes;
};

void add(Size& total, const Size& amount)
{
    total = Size(total.value + amount.value, total.formula + amount.formula);
}

Size times(const Size& a, const Size& b) { return {a.value * b.value, a.formula * b.formula}; }

Size elements(const Program& program, const Evaluator& evaluator, ValueId value)
{
    Size product = 1.0;
    for (const Axis& axis : program.type(value).axes)
        product = times(product, evaluator.sizeOf(value, axis.name));
    return product;
}

/// Multiplications and additions of a contraction: twice the product of all axes that either operand has.
Size contractionFlops(const Program& program, const Evaluator& evaluator, const Instruction& of)
{
    Size product = 2.0;
    std::set<std::string> seen;
    for (const ValueId input : of.inputs)
        for (const Axis& axis : program.type(input).axes)
            if (seen.insert(axis.name).second) product = times(product, evaluator.sizeOf(input, axis.name));
    return product;
}

int calls(const language::Expression& formula, std::set<const void*>& seen)
{
    if (formula.kind() != language::Expression::Kind::Call || !seen.insert(formula.identity()).second)
        return 0;
    int count = 1;
    for (const language::Expression& argument : formula.arguments()) count += calls(argument, seen);
    return count;
}

Size flops(const Program& program, const Evaluator& evaluator, ValueId value)
{
    const Instruction& of = program.code[size_t(value)];
    std::set<const void*> seen;
    switch (of.op->kind) {
    case Op::Kind::Contraction:
        return contractionFlops(program, evaluator, of);
    case Op::Kind::Reduction:
        return elements(program, evaluator, of.inputs[0]);
    case Op::Kind::Elementwise:
        return times(double(calls(of.attributes.formula, seen)), elements(program, evaluator, value));
    default:
        return 0.0;
    }
}

} // namespace

std::map<std::string, BlockCost> costsOf(const Program& program, const Evaluator& evaluator)
{
    const Op* parameter = findOp("parameter");
    std::map<std::string, Total> totals;
    for (ValueId value = 0; value < ValueId(program.code.size()); ++value) {
        const Instruction& of = program.code[size_t(value)];
        Total& total = totals[of.source.block.substr(0, of.source.block.find('/'))];
        if (of.op == parameter) add(total.parameters, elements(program, evaluator, value));
        if (of.op->kind == Op::Kind::Source || of.op->kind == Op::Kind::View) continue;
        add(total.flops, flops(program, evaluator, value));
        add(total.bytes, times(4.0, elements(program, evaluator, value)));
    }
    std::map<std::string, BlockCost> costs;
    for (const auto& [block, total] : totals)
        if (!block.empty())
            costs[block] = {total.parameters.value,     total.flops.value,
                            total.bytes.value,          total.parameters.formula.text(),
                            total.flops.formula.text(), total.bytes.formula.text()};
    return costs;
}

} // namespace core::diagram
