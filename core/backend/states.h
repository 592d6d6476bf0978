// Parameters and states of a program in the memory that its executables share.
#pragma once

#include "core/backend/backend.h"
#include "core/program/initialise.h"
#include "core/program/interruption.h"
#include "core/program/plan.h"
#include "core/program/plan_merge.h"

namespace core
{

/// Room in a backend's own kind of Memory for all of them; those it had not before begin at their initial
/// values.
template<class Own> void addStates(Own& memory, const Program& program, const Plan& plan, uint64_t seed)
{
    std::vector<std::pair<std::string, Type>> wanted;
    std::vector<const Instruction*> fresh;
    for (const Instruction& i : program.code) {
        if (i.op->name != "parameter" && i.op->name != "state") continue;
        wanted.push_back({i.attributes.name, i.type});
        if (!memory.has(i.attributes.name)) fresh.push_back(&i);
    }
    memory.add(wanted, statesTogether(plan));
    for (const Instruction* i : fresh) {
        checkInterruption();
        const std::vector<float> values = initialValues(*i, seed);
        if (i->type.element == Element::Integer)
            memory.write(i->attributes.name, {i->type, std::vector<int32_t>(values.begin(), values.end())});
        else
            memory.write(i->attributes.name, {i->type, values});
    }
}

} // namespace core
