// Programs written again instruction by instruction: inlined, or with more axes.
#include "core/ops/rules.h"
#include "core/program/analysis.h"
#include "core/program/interruption.h"
#include "core/program/transform.h"

#include <algorithm>

namespace core
{
namespace
{

std::vector<ValueId> mapped(const std::vector<ValueId>& inputs, const std::vector<ValueId>& values)
{
    std::vector<ValueId> result;
    for (ValueId input : inputs) result.push_back(values[size_t(input)]);
    return result;
}

bool isNamed(const Instruction& instruction)
{
    return instruction.op->kind == Op::Kind::Source && !instruction.attributes.name.empty();
}

} // namespace

std::vector<ValueId> inlineProgram(Program& into, const Program& from,
                                   const std::map<std::string, ValueId>& bindings)
{
    std::vector<ValueId> values;
    const Provenance before = into.here;
    for (const Instruction& instruction : from.code) {
        const auto bound = isNamed(instruction) ? bindings.find(instruction.attributes.name) : bindings.end();
        if (bound != bindings.end()) {
            const Type &wanted = instruction.type, &given = into.type(bound->second);
            for (const Axis& axis : wanted.axes)
                if (given.size(axis.name) != axis.size || !given.has(axis.name) ||
                    given.element != wanted.element)
                    throw Error{"'" + bound->first + "'",
                                "is " + wanted.text() + " and cannot be " + given.text(),
                                {}};
            values.push_back(bound->second);
            continue;
        }
        if (!instruction.source.block.empty()) into.here = instruction.source;
        values.push_back(
            into.add(*instruction.op, mapped(instruction.inputs, values), instruction.attributes));
        into.here = before;
    }
    return values;
}

Program unrolled(const Program& program)
{
    const auto runsBody = [](const Instruction& of) { return of.op->unroll != nullptr; };
    if (std::none_of(program.code.begin(), program.code.end(), runsBody)) return program;
    Program result;
    std::vector<ValueId> values;
    for (const Instruction& instruction : program.code) {
        const std::vector<ValueId> inputs = mapped(instruction.inputs, values);
        result.here = instruction.source;
        const ValueId value = instruction.op->unroll
                                  ? instruction.op->unroll(result, inputs, instruction.attributes)
                                  : result.add(*instruction.op, inputs, instruction.attributes);
        values.push_back(ops::fit(result, value, instruction.type));
    }
    result.here = program.here;
    for (const Result& old : program.results) result.results.push_back({old.name, values[size_t(old.value)]});
    for (const Update& old : program.updates)
        result.updates.push_back({values[size_t(old.state)], values[size_t(old.value)]});
    return result;
}

Program prune(const Program& program)
{
    const std::vector<bool> live = liveValues(program);
    if (std::find(live.begin(), live.end(), false) == live.end()) return program;
    Program result;
    std::vector<ValueId> values(program.code.size(), -1);
    for (size_t i = 0; i < program.code.size(); ++i) {
        if (!live[i]) continue;
        checkInterruption();
        const Instruction& instruction = program.code[i];
        result.here = instruction.source;
        values[i] = result.add(*instruction.op, mapped(instruction.inputs, values), instruction.attributes);
    }
    result.here = program.here;
    for (const Result& old : program.results) result.results.push_back({old.name, values[size_t(old.value)]});
    for (const Update& old : program.updates)
        result.updates.push_back({values[size_t(old.state)], values[size_t(old.value)]});
    return result;
}

Program vmap(const Program& program, std::span<const std::string> sources, const Axis& axis)
{
    Program result;
    std::vector<ValueId> values;
    for (const Instruction& instruction : program.code) {
        Attributes attributes = instruction.attributes;
        if (isNamed(instruction) &&
            std::find(sources.begin(), sources.end(), attributes.name) != sources.end())
            attributes.type.axes.insert(attributes.type.axes.begin(), axis);
        result.here = instruction.source;
        values.push_back(
            result.add(*instruction.op, mapped(instruction.inputs, values), std::move(attributes)));
    }
    result.here = program.here;
    for (const Result& old : program.results) result.results.push_back({old.name, values[size_t(old.value)]});
    for (const Update& old : program.updates) {
        const ValueId state = values[size_t(old.state)], value = values[size_t(old.value)];
        const Instruction& kept = result.code[size_t(state)];
        if (result.type(value).has(axis.name) && !kept.type.has(axis.name))
            throw Error{"'" + kept.attributes.name + "'",
                        "its update gets the axis '" + axis.name + "' and it does not",
                        "give it the axis too"};
        const Type type = kept.type;
        result.updates.push_back({state, ops::fit(result, value, type)});
    }
    return result;
}

} // namespace core
