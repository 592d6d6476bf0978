#include "core/diagram/connection.h"

#include "core/diagram/blockrun.h"
#include "core/diagram/symbols.h"
#include "core/ops/build.h"

#include <algorithm>

namespace core
{

using diagram::BlockRun;
using diagram::Evaluator;
using diagram::Size;

namespace
{

/// Blocks of one kind with equal settings and inputs of equal types have outputs of equal types.
struct Alike {
    const std::string* kind;
    const std::map<std::string, Setting>* settings;
    BlockState state;
    std::vector<std::pair<std::string, Type>> inputs; ///< port and what comes in, wire by wire
    std::vector<Type> outputs;

    bool matches(const Alike& other) const
    {
        return *kind == *other.kind && state == other.state && *settings == *other.settings &&
               inputs == other.inputs;
    }
};

} // namespace

struct ConnectionCheck::State {
    Diagram diagram;
    const BlockLibrary& original;
    DataSignature data;
    std::optional<BlockLibrary> own = {};
    std::map<std::string, Size> symbols = {};
    std::map<std::string_view, const Block*> blocks = {};
    std::map<std::string_view, std::vector<const Wire*>> into = {}, outOf = {};
    std::map<std::string, Type> types = {};                             ///< of outputs, as far as known
    std::map<std::string_view, std::set<std::string_view>> behind = {}; ///< block -> what hangs on it

    const BlockLibrary& library() const { return own ? *own : original; }
    const Block* find(const std::string& id) const
    {
        const auto found = blocks.find(id);
        return found == blocks.end() ? nullptr : found->second;
    }

    /// Types of all outputs; alike blocks are run once.
    void type()
    {
        Errors ignored;
        Program program;
        const diagram::Graph graph = diagram::graphOf(diagram, library(), ignored);
        Evaluator evaluator(program, library(), data, Phase::Evaluation, symbols,
                            Evaluator::Detail::TypesOnly);
        std::map<std::string, ValueId> wires;
        std::map<std::string_view, std::vector<Alike>> known;
        for (const Block* block : graph.order) {
            const auto declaration = library().declarationOf(*block);
            const BlockDeclaration& kind = *declaration;
            Alike alike{&block->kind, &block->settings, block->state, {}, {}};
            bool complete = true;
            if (const auto wired = graph.into.find(block->id); wired != graph.into.end())
                for (const Wire* wire : wired->second) {
                    const auto value = wires.find(wire->from.text());
                    complete = complete && value != wires.end();
                    if (complete) alike.inputs.emplace_back(wire->to.port, program.type(value->second));
                }
            std::vector<Alike>& rivals = known[block->kind];
            const auto same = std::find_if(rivals.begin(), rivals.end(),
                                           [&](const Alike& one) { return one.matches(alike); });
            if (complete && same != rivals.end()) {
                alike.outputs = same->outputs;
            } else {
                const BlockRun run = runBlock(evaluator, *block, kind, graph, wires, graph.broken);
                if (!run.works()) continue;
                for (const ValueId value : run.outputs) alike.outputs.push_back(program.type(value));
                rivals.push_back(alike);
            }
            for (size_t i = 0; i < alike.outputs.size(); ++i) {
                const std::string port = block->id + "." + kind.outputs[i].name;
                wires[port] = build::input(program, port, alike.outputs[i]);
                types[port] = alike.outputs[i];
            }
        }
    }

    /// What is wrong with that which comes into a block by these wires.
    Errors faults(const Block& block, const BlockDeclaration& kind, const std::vector<const Wire*>& into)
    {
        Program program;
        Evaluator evaluator(program, library(), data, Phase::Evaluation, symbols,
                            Evaluator::Detail::TypesOnly);
        diagram::Graph graph;
        std::map<std::string, ValueId> wires;
        for (const Wire* wire : into) {
            graph.into[block.id].push_back(wire);
            const auto known = types.find(wire->from.text());
            if (known == types.end() || wires.contains(known->first)) continue;
            const ValueId value = wires[known->first] = build::input(program, known->first, known->second);
            program.code[size_t(value)].source = {wire->from.block, wire->from.text()};
        }
        return runBlock(evaluator, block, kind, graph, wires, {}).inputs;
    }

    /// What hangs on a block, and the block itself.
    const std::set<std::string_view>& hanging(const std::string& id)
    {
        const auto [at, fresh] = behind.try_emplace(find(id)->id);
        if (!fresh) return at->second;
        std::vector<std::string_view> open{at->first};
        at->second.insert(at->first);
        while (!open.empty()) {
            const auto next = outOf.find(open.back());
            open.pop_back();
            if (next == outOf.end()) continue;
            for (const Wire* wire : next->second)
                if (at->second.insert(wire->to.block).second) open.push_back(wire->to.block);
        }
        return at->second;
    }
};

ConnectionCheck::ConnectionCheck(const Diagram& diagram, const BlockLibrary& library,
                                 const DataSignature& data)
    : m_state(new State{diagram, library, data})
{
    State& state = *m_state;
    if (!diagram.definitions.empty()) state.own = library.with(diagram);
    Errors ignored;
    state.symbols = diagram::symbolsOf(state.diagram, data, ignored);
    for (const Block& block : state.diagram.blocks) state.blocks[block.id] = &block;
    for (const Wire& wire : state.diagram.wires) {
        state.into[wire.to.block].push_back(&wire);
        state.outOf[wire.from.block].push_back(&wire);
    }
    state.type();
}

ConnectionCheck::~ConnectionCheck() = default;
ConnectionCheck::ConnectionCheck(ConnectionCheck&&) noexcept = default;
ConnectionCheck& ConnectionCheck::operator=(ConnectionCheck&&) noexcept = default;

std::optional<Error> ConnectionCheck::operator()(const Wire& wire) const
{
    State& state = *m_state;
    const Block *from = state.find(wire.from.block), *to = state.find(wire.to.block);
    const auto fromKind = from ? state.library().declarationOf(*from) : nullptr;
    const auto toKind = to ? state.library().declarationOf(*to) : nullptr;
    if (!fromKind || !diagram::findPort(fromKind->outputs, wire.from.port))
        return Error{wire.from.text(), "there is no such output", ""};
    const PortDeclaration* port = toKind ? diagram::findPort(toKind->inputs, wire.to.port) : nullptr;
    if (!port) return Error{wire.to.text(), "there is no such input", ""};
    if (state.hanging(to->id).contains(from->id))
        return Error{wire.to.text(), "the wires would form a cycle: " + from->id + " hangs on " + to->id, ""};

    std::vector<const Wire*> others;
    if (const auto old = state.into.find(to->id); old != state.into.end())
        for (const Wire* one : old->second)
            if ((one->to != wire.to || port->variadic) && !(*one == wire)) others.push_back(one);
    std::vector<const Wire*> all = others;
    all.push_back(&wire);
    const Errors with = state.faults(*to, *toKind, all);
    if (with.empty()) return std::nullopt;
    const Errors without = state.faults(*to, *toKind, others);
    const auto its = std::ranges::find_if(
        with, [&](const Error& error) { return std::ranges::find(without, error) == without.end(); });
    return its == with.end() ? std::nullopt : std::optional(*its);
}

std::optional<Error> wouldConnect(const Diagram& diagram, const BlockLibrary& library,
                                  const DataSignature& data, const Wire& wire)
{
    return ConnectionCheck(diagram, library, data)(wire);
}

} // namespace core
