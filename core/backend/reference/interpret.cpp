#include "core/backend/reference/interpret.h"

#include <algorithm>
#include <cassert>

namespace core
{

void interpret(const Program& program, std::vector<Tensor>& values)
{
    std::vector<const Tensor*> inputs;
    for (size_t i = 0; i < program.code.size(); ++i) {
        const Instruction& instruction = program.code[i];
        if (!instruction.op->evaluate) continue;
        inputs.clear();
        for (ValueId input : instruction.inputs) inputs.push_back(&values[size_t(input)]);
        std::fill(values[i].data.begin(), values[i].data.end(), 0.0);
        instruction.op->evaluate(instruction, inputs, values[i]);
    }
}

std::vector<Tensor> interpret(const Program& program, const std::map<std::string, Tensor>& sources)
{
    std::vector<Tensor> values;
    for (const Instruction& instruction : program.code) {
        const bool outside = !instruction.op->evaluate;
        assert(!outside || sources.at(instruction.attributes.name).type == instruction.type);
        values.push_back(
            outside ? sources.at(instruction.attributes.name)
                    : Tensor{instruction.type, std::vector<double>(size_t(instruction.type.count()))});
    }
    interpret(program, values);
    return values;
}

} // namespace core
