// Programs made smaller without changing a value. What is known of one op is in that op's file
// (Op::simplify); here is what holds for all.
#include "core/ops/rules.h"
#include "core/program/analysis.h"
#include "core/program/interruption.h"
#include "core/program/transform.h"

#include <algorithm>
#include <cassert>

namespace core
{
namespace
{

constexpr int64_t mostFolded = 4096; ///< elements of a constant that is worth storing
constexpr int mostPasses = 8;

/// The value of an instruction whose operands all are constants, as a constant; else -1.
ValueId folded(Program& program, const Op& op, const std::vector<ValueId>& inputs,
               const Attributes& attributes, const Type& type)
{
    if (inputs.empty() || !op.evaluate || type.count() > mostFolded) return -1;
    std::vector<Tensor> tensors;
    for (ValueId input : inputs) {
        const Instruction& source = program.code[size_t(input)];
        if (!(source.op == &ops::constant && source.attributes.name.empty()) && source.op != &ops::iota)
            return -1;
        if (source.type.count() > mostFolded) return -1;
        tensors.push_back({source.type, std::vector<double>(size_t(source.type.count()))});
        source.op->evaluate(source, {}, tensors.back());
    }
    std::vector<const Tensor*> pointers;
    for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
    const Instruction instruction{&op, inputs, attributes, type, {}};
    Tensor out{type, std::vector<double>(size_t(type.count()))};
    op.evaluate(instruction, pointers, out);
    return build::constant(program, type, std::move(out.data));
}

/// Operands as they were before their memory order was changed, where the op gives the same type for them.
void readThroughPermutes(const Program& program, const Op& op, std::vector<ValueId>& inputs,
                         const Attributes& attributes, const Type& type)
{
    if (&op == &ops::permute) return;
    for (ValueId& input : inputs) {
        const ValueId before = input;
        input = ops::unpermuted(program, input);
        if (input == before) continue;
        std::vector<Type> types;
        for (ValueId operand : inputs) types.push_back(program.type(operand));
        if (op.type(types, attributes) != type) input = before;
    }
}

Program pass(const Program& program)
{
    Program result;
    const std::vector<bool> live = liveValues(program);
    std::vector<ValueId> values(program.code.size(), -1);
    for (size_t i = 0; i < program.code.size(); ++i) {
        if (!live[i]) continue;
        checkInterruption();
        const Instruction& instruction = program.code[i];
        std::vector<ValueId> inputs;
        for (ValueId input : instruction.inputs) inputs.push_back(values[size_t(input)]);
        result.here = instruction.source;
        readThroughPermutes(result, *instruction.op, inputs, instruction.attributes, instruction.type);
        ValueId value = folded(result, *instruction.op, inputs, instruction.attributes, instruction.type);
        if (value < 0 && instruction.op->simplify)
            value = instruction.op->simplify(result, inputs, instruction.attributes);
        if (value < 0) value = result.add(*instruction.op, std::move(inputs), instruction.attributes);
        values[i] = ops::fit(result, value, instruction.type);
        assert(result.type(values[i]) == instruction.type);
    }
    result.here = program.here;
    for (const Result& old : program.results) result.results.push_back({old.name, values[size_t(old.value)]});
    for (const Update& old : program.updates)
        result.updates.push_back({values[size_t(old.state)], values[size_t(old.value)]});
    return result;
}

/// Would pass() give the same program? Looks without writing it again; what that adds is in `program`, dead.
bool settled(Program& program)
{
    const size_t count = program.code.size();
    for (size_t i = 0; i < count; ++i) {
        checkInterruption();
        const Op& op = *program.code[i].op;
        const Attributes attributes = program.code[i].attributes;
        const Type type = program.code[i].type;
        std::vector<ValueId> inputs = program.code[i].inputs;
        program.here = program.code[i].source;
        readThroughPermutes(program, op, inputs, attributes, type);
        if (inputs != program.code[i].inputs || folded(program, op, inputs, attributes, type) >= 0 ||
            (op.simplify && op.simplify(program, inputs, attributes) >= 0))
            return false;
    }
    return true;
}

} // namespace

Program simplify(const Program& program)
{
    Program result = prune(program);
    for (int i = 0; i < mostPasses; ++i) {
        const Provenance here = result.here;
        const bool done = settled(result);
        result.here = here;
        if (done) break;
        result = pass(result);
    }
    return prune(result);
}

} // namespace core
