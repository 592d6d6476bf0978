#include "core/diagram/blockrun.h"

#include "core/diagram/text.h"

namespace core::diagram
{

BlockRun runBlock(Evaluator& evaluator, const Block& block, const BlockDeclaration& kind, const Graph& graph,
                  const std::map<std::string, ValueId>& wires, const std::set<std::string>& broken)
{
    BlockRun run;
    Frame frame{.path = block.id, .names = block.keepsNames ? "" : block.id};
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
            frame.assign(port.name, Value());
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
    if (!missing && block.state != BlockState::Bypassed)
        run.settings.insert(run.settings.end(), settings.begin(), settings.end());
    if (!behindBroken && block.state != BlockState::Bypassed) evaluator.checkPorts(kind, frame, run.inputs);
    if (!run.works()) return run;
    try {
        if (kind.name == inputKind)
            run.outputs.push_back(evaluator.givenInput(block.id));
        else if (kind.body.empty() && kind.inputs.empty())
            for (const PortDeclaration& port : kind.outputs)
                run.outputs.push_back(evaluator.dataInput(port.name));
        else
            run.outputs = evaluator.runAs(block.state, kind, frame);
    } catch (const Error& error) {
        run.inputs.push_back(error);
    }
    return run;
}

} // namespace core::diagram
