#include "core/diagram/elaborate.h"

#include "core/diagram/costs.h"
#include "core/diagram/graph.h"
#include "core/diagram/symbols.h"
#include "core/diagram/term.h"
#include "core/diagram/text.h"
#include "core/ops/build.h"

#include <algorithm>

namespace core
{

using diagram::Arrays;
using diagram::Evaluator;
using diagram::Frame;
using diagram::Size;

namespace
{

struct BlockRun {
    bool wired = true; ///< every input that is needed has a wire from a block that works
    Errors settings;   ///< faults of the block itself
    Errors inputs;     ///< faults of what comes in
    std::vector<ValueId> outputs;
    bool works() const { return wired && settings.empty() && inputs.empty(); }
};

BlockRun runBlock(Evaluator& evaluator, const Block& block, const BlockDeclaration& kind,
                  const diagram::Graph& graph, const std::map<std::string, ValueId>& wires,
                  const std::set<std::string>& broken)
{
    BlockRun run;
    Frame frame{.path = block.id};
    evaluator.program.here = {block.id, ""};
    const auto into = graph.into.find(block.id);
    bool behindBroken = false, missing = false;
    for (const PortDeclaration& port : kind.inputs) {
        Arrays arrays;
        if (into != graph.into.end())
            for (const Wire* wire : into->second)
                if (wire->to.port == port.name) {
                    const auto value = wires.find(wire->from.text());
                    if (value != wires.end())
                        arrays.push_back(value->second);
                    else
                        behindBroken = true;
                }
        if (!arrays.empty()) {
            frame.assign(port.name, arrays);
        } else if (port.optional) {
            frame.assign(port.name, diagram::Value());
        } else if (!behindBroken && !broken.count(block.id)) {
            run.settings.push_back({block.id + "." + port.name, "nothing is wired to this input",
                                    "draw a wire to it" + (port.help.empty() ? "" : ": " + port.help)});
            missing = true;
        }
    }
    run.wired = !behindBroken && !missing;
    Errors settings;
    if (!behindBroken) evaluator.bindSettings(kind, block.settings, frame, settings);
    // A size that an unwired axis would give is not the setting's fault.
    if (!missing) run.settings.insert(run.settings.end(), settings.begin(), settings.end());
    if (!behindBroken) evaluator.checkPorts(kind, frame, run.inputs);
    if (!run.works()) return run;
    try {
        if (kind.name == diagram::inputKind)
            run.outputs.push_back(evaluator.givenInput(block.id));
        else if (kind.body.empty() && kind.inputs.empty())
            for (const PortDeclaration& port : kind.outputs)
                run.outputs.push_back(evaluator.dataInput(port.name));
        else
            run.outputs = evaluator.run(kind, frame);
    } catch (const Error& error) {
        run.inputs.push_back(error);
    }
    return run;
}

/// Blocks of one kind with equal settings and inputs of equal types have outputs of equal types.
struct Alike {
    const BlockDeclaration* kind;
    const std::map<std::string, Setting>* settings;
    std::vector<std::pair<std::string, Type>> inputs; ///< port and what comes in, wire by wire
    std::vector<Type> outputs;

    bool matches(const Alike& other) const
    {
        return kind == other.kind && *settings == *other.settings && inputs == other.inputs;
    }
};

} // namespace

bool Elaboration::trainable() const
{
    return errors.empty() && std::any_of(program.results.begin(), program.results.end(),
                                         [](const Result& result) { return result.name == "loss"; });
}

namespace
{

Elaboration elaborated(const Diagram& diagram, const BlockLibrary& all, const DataSignature& data,
                       Phase phase, const std::map<std::string, WireType>& given)
{
    Elaboration result;
    std::optional<BlockLibrary> own;
    if (!diagram.definitions.empty()) own = all.with(diagram);
    const BlockLibrary& library = own ? *own : all;
    const std::map<std::string, Size> symbols = diagram::symbolsOf(diagram, data, result.errors);
    const diagram::Graph graph = diagram::graphOf(diagram, library, result.errors);
    Evaluator evaluator(result.program, library, data, phase, symbols, Evaluator::Detail::WithFormulas);
    evaluator.give(given);

    for (const Block* block : graph.order) {
        const auto declaration = library.declarationOf(*block);
        const BlockDeclaration& kind = *declaration;
        const size_t updates = result.program.updates.size();
        BlockRun run = runBlock(evaluator, *block, kind, graph, result.wires, graph.broken);
        for (const Errors* errors : {&run.settings, &run.inputs})
            result.errors.insert(result.errors.end(), errors->begin(), errors->end());
        if (!run.works() || graph.broken.count(block->id)) {
            result.program.updates.resize(updates);
            continue;
        }
        for (size_t i = 0; i < run.outputs.size(); ++i) {
            const std::string port = block->id + "." + kind.outputs[i].name;
            Instruction& instruction = result.program.code[size_t(run.outputs[i])];
            if (instruction.source.port.empty() && instruction.source.block.starts_with(block->id))
                instruction.source = {block->id, kind.outputs[i].name};
            result.wires[port] = run.outputs[i];
        }
    }
    result.program.here = {};
    for (const Result& item : evaluator.results()) result.program.results.push_back(item);
    for (const auto& [port, value] : result.wires) {
        result.program.results.push_back({port, value});
        WireType& type = result.types[port];
        type.type = result.program.type(value);
        for (const diagram::Polynomial& size : evaluator.formulas(value)) type.sizes.push_back(size.text());
    }
    result.costs = diagram::costsOf(result.program, evaluator);
    return result;
}

} // namespace

Elaboration elaborate(const Diagram& diagram, const BlockLibrary& library, const DataSignature& data,
                      Phase phase)
{
    return elaborated(diagram, library, data, phase, {});
}

Elaboration elaborate(const Inside& inside, const BlockLibrary& library, const DataSignature& data,
                      Phase phase)
{
    return elaborated(inside.diagram, library, data, phase, inside.inputs);
}

std::optional<Error> wouldConnect(const Diagram& original, const BlockLibrary& library,
                                  const DataSignature& data, const Wire& wire)
{
    const Block* from = original.find(wire.from.block);
    const Block* to = original.find(wire.to.block);
    const BlockDeclaration* fromKind = from ? library.find(from->kind) : nullptr;
    const auto toKind = to ? library.declarationOf(*to) : nullptr;
    if (!fromKind || !diagram::findPort(fromKind->outputs, wire.from.port))
        return Error{wire.from.text(), "there is no such output", ""};
    const PortDeclaration* port = toKind ? diagram::findPort(toKind->inputs, wire.to.port) : nullptr;
    if (!port) return Error{wire.to.text(), "there is no such input", ""};
    if (diagram::reaches(original, to->id, from->id))
        return Error{wire.to.text(), "the wires would form a cycle: " + from->id + " hangs on " + to->id, ""};

    // Only what the two blocks hang on matters.
    Diagram part;
    part.sizes = original.sizes;
    std::set<std::string> needed{from->id, to->id};
    std::vector<std::string> open(needed.begin(), needed.end());
    while (!open.empty()) {
        const std::string id = open.back();
        open.pop_back();
        for (const Wire& old : original.wires) {
            if (old.to.block != id || (old.to == wire.to && !port->variadic) || old == wire) continue;
            part.wires.push_back(old);
            if (needed.insert(old.from.block).second) open.push_back(old.from.block);
        }
    }
    part.wires.push_back(wire);
    for (const Block& block : original.blocks)
        if (needed.count(block.id)) part.blocks.push_back(block);

    Errors ignored;
    Program program;
    const std::map<std::string, Size> symbols = diagram::symbolsOf(part, data, ignored);
    const diagram::Graph graph = diagram::graphOf(part, library, ignored);
    Evaluator evaluator(program, library, data, Phase::Evaluation, symbols, Evaluator::Detail::TypesOnly);
    std::map<std::string, ValueId> wires;
    std::vector<Alike> known;
    for (const Block* block : graph.order) {
        const auto declaration = library.declarationOf(*block);
        const BlockDeclaration& kind = *declaration;
        Alike alike{&kind, &block->settings, {}, {}};
        bool complete = true;
        if (const auto into = graph.into.find(block->id); into != graph.into.end())
            for (const Wire* old : into->second) {
                const auto value = wires.find(old->from.text());
                complete = complete && value != wires.end();
                if (complete) alike.inputs.emplace_back(old->to.port, program.type(value->second));
            }
        const auto same =
            std::find_if(known.begin(), known.end(), [&](const Alike& one) { return one.matches(alike); });
        std::vector<ValueId> outputs;
        if (complete && block->id != to->id && same != known.end()) {
            for (size_t i = 0; i < same->outputs.size(); ++i)
                outputs.push_back(
                    build::input(program, block->id + "." + kind.outputs[i].name, same->outputs[i]));
        } else {
            const BlockRun run = runBlock(evaluator, *block, kind, graph, wires, graph.broken);
            if (block->id == to->id && !run.inputs.empty()) return run.inputs.front();
            if (!run.works()) continue;
            outputs = run.outputs;
            for (const ValueId value : outputs) alike.outputs.push_back(program.type(value));
            known.push_back(std::move(alike));
        }
        for (size_t i = 0; i < outputs.size(); ++i) {
            program.code[size_t(outputs[i])].source = {block->id, kind.outputs[i].name};
            wires[block->id + "." + kind.outputs[i].name] = outputs[i];
        }
    }
    return std::nullopt;
}

} // namespace core
