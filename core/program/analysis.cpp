#include "core/program/analysis.h"

#include "core/ops/op.h"

#include <algorithm>
#include <unordered_set>

namespace core
{
namespace
{

using language::Expression;

struct Hash {
    size_t operator()(const Expression& node) const { return node.hash(); }
};

/// Equal parts are counted once: whoever evaluates formulas does them once.
int operationsUnseen(const Expression& node, std::unordered_set<Expression, Hash>& seen)
{
    if (node.kind() != Expression::Kind::Call || !seen.insert(node).second) return 0;
    int count = 1;
    for (const Expression& argument : node.arguments()) count += operationsUnseen(argument, seen);
    return count;
}

} // namespace

int operations(const language::Expression& formula)
{
    std::unordered_set<Expression, Hash> seen;
    return operationsUnseen(formula, seen);
}

double flops(const Program& program, ValueId value)
{
    const Instruction& instruction = program.code[size_t(value)];
    const double count = double(instruction.type.count());
    switch (instruction.op->kind) {
    case Op::Kind::Source:
    case Op::Kind::View:
        return 0;
    case Op::Kind::Elementwise:
        return count * operations(instruction.attributes.formula);
    case Op::Kind::Contraction: {
        double work = 2 * count;
        for (const std::string& axis : instruction.attributes.axes)
            work *= double(std::max(program.type(instruction.inputs[0]).size(axis),
                                    program.type(instruction.inputs[1]).size(axis)));
        return work;
    }
    case Op::Kind::Reduction:
        return double(program.type(instruction.inputs[0]).count());
    case Op::Kind::Other:
        break;
    }
    if (instruction.op->body) {
        std::vector<Type> types;
        for (const ValueId input : instruction.inputs) types.push_back(program.type(input));
        const auto [body, times] = instruction.op->body(types, instruction.attributes);
        double once = 0;
        for (size_t i = 0; i < body.code.size(); ++i) once += flops(body, ValueId(i));
        return once * double(times);
    }
    return instruction.op->sums ? double(program.type(instruction.inputs[0]).count()) : 0;
}

double bytes(const Program& program, ValueId value)
{
    const Instruction& instruction = program.code[size_t(value)];
    if (instruction.op->kind == Op::Kind::Source || instruction.op->kind == Op::Kind::View) return 0;
    double elements = double(instruction.type.count());
    for (ValueId input : instruction.inputs) elements += double(program.type(input).count());
    return 4 * elements;
}

std::vector<bool> liveValues(const Program& program)
{
    std::vector<bool> live(program.code.size(), false);
    for (const Result& result : program.results) live[size_t(result.value)] = true;
    for (const Update& update : program.updates)
        live[size_t(update.state)] = live[size_t(update.value)] = true;
    for (size_t i = program.code.size(); i-- > 0;)
        if (live[i])
            for (ValueId input : program.code[i].inputs) live[size_t(input)] = true;
    return live;
}

std::vector<int> useCounts(const Program& program)
{
    std::vector<int> uses(program.code.size(), 0);
    for (const Instruction& instruction : program.code)
        for (ValueId input : instruction.inputs) ++uses[size_t(input)];
    for (const Result& result : program.results) ++uses[size_t(result.value)];
    for (const Update& update : program.updates) ++uses[size_t(update.value)];
    return uses;
}

std::vector<ValueId> lastUses(const Program& program)
{
    std::vector<ValueId> last(program.code.size(), -1);
    for (size_t i = 0; i < program.code.size(); ++i)
        for (ValueId input : program.code[i].inputs) last[size_t(input)] = ValueId(i);
    for (const Result& result : program.results) last[size_t(result.value)] = ValueId(program.code.size());
    for (const Update& update : program.updates)
        last[size_t(update.state)] = last[size_t(update.value)] = ValueId(program.code.size());
    return last;
}

} // namespace core
