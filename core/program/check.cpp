#include "core/program/check.h"

#include "core/ops/op.h"

#include <cstdio>
#include <cstdlib>
#include <set>

namespace core
{
namespace
{

void expect(bool holds, const char* what, const Program& program, size_t at)
{
    if (holds) return;
    std::fprintf(stderr, "invalid program: %s at %%%zu of\n%s", what, at, program.text().c_str());
    std::abort();
}

} // namespace

void check(const Program& program)
{
    for (size_t i = 0; i < program.code.size(); ++i) {
        const Instruction& instruction = program.code[i];
        expect(instruction.op != nullptr, "no op", program, i);
        std::vector<Type> types;
        for (ValueId input : instruction.inputs) {
            expect(input >= 0 && size_t(input) < i, "an operand that does not come before", program, i);
            types.push_back(program.type(input));
        }
        expect(instruction.op->type(types, instruction.attributes) == instruction.type, "another type",
               program, i);
    }
    const auto exists = [&](ValueId value) { return value >= 0 && size_t(value) < program.code.size(); };
    std::set<std::string> names;
    for (const Result& result : program.results) {
        expect(exists(result.value), "no such result", program, size_t(result.value));
        expect(names.insert(result.name).second, "two results of one name", program, size_t(result.value));
    }
    std::set<ValueId> states;
    for (const Update& update : program.updates) {
        expect(exists(update.state) && exists(update.value), "no such update", program, size_t(update.value));
        const std::string_view op = program.code[size_t(update.state)].op->name;
        expect(op == "parameter" || op == "state", "an update of what is not kept", program,
               size_t(update.state));
        expect(program.type(update.state) == program.type(update.value), "an update of another type", program,
               size_t(update.state));
        expect(states.insert(update.state).second, "two updates of one state", program, size_t(update.state));
    }
}

} // namespace core
