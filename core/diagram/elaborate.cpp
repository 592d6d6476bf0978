#include "core/diagram/elaborate.h"

#include "core/diagram/blockrun.h"
#include "core/diagram/costs.h"
#include "core/diagram/graph.h"
#include "core/diagram/symbols.h"
#include "core/diagram/term.h"
#include "core/diagram/text.h"
#include "core/program/interruption.h"

#include <algorithm>

namespace core
{

using diagram::BlockRun;
using diagram::Evaluator;
using diagram::Size;

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
        checkInterruption();
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
        for (size_t i = run.outputs.size(); i < kind.outputs.size(); ++i)
            for (const Wire& wire : diagram.wires)
                if (wire.from == PortRef{block->id, kind.outputs[i].name})
                    result.errors.push_back({wire.from.text(),
                                             "is not there while " + block->id + " is bypassed",
                                             "mute the block instead, or remove the wire"});
        for (size_t i = 0; i < run.outputs.size(); ++i) {
            const std::string port = block->id + "." + kind.outputs[i].name;
            Instruction& instruction = result.program.code[size_t(run.outputs[i])];
            if (instruction.source.port.empty() && instruction.source.block.starts_with(block->id))
                instruction.source.port = port;
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
    result.sizes = evaluator.takeFormulas();
    result.costs = diagram::costsOfBlocks(result);
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

} // namespace core
