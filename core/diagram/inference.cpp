#include "core/diagram/inference.h"

#include "core/diagram/blockrun.h"
#include "core/diagram/symbols.h"

#include <algorithm>
#include <unordered_map>

namespace core
{

using diagram::BlockRun;
using diagram::Evaluator;
using diagram::Graph;
using diagram::Polynomial;
using diagram::Size;

namespace
{

constexpr size_t mostRemembered = 20'000; ///< kinds of block work

/// What a wire carries. Equal arrays are one object.
struct Carried {
    WireType shown;
    std::vector<Polynomial> sizes;
};
using CarriedRef = std::shared_ptr<const Carried>;

/// An array, and what messages call it: a block that only hands one on does not give it its name.
struct Named {
    CarriedRef array; ///< null: there is none
    Provenance source;
    friend bool operator==(const Named&, const Named&) = default;
};

struct Input {
    PortRef from;
    std::string port; ///< where it goes to
    Named value;
    friend bool operator==(const Input&, const Input&) = default;
};

/// A block and all that its types follow from.
struct Work {
    Block block; ///< id, kind, settings, state, keepsNames
    std::vector<Input> inputs;
};

/// What came of it, the same for all blocks that differ in their names only.
struct Made {
    struct Output {
        CarriedRef array;
        int passes = -1; ///< the input that is handed on
    };
    std::vector<Output> outputs;
};

struct Known {
    Work work;
    bool broken = false, works = false;
    std::vector<Named> outputs;
    std::vector<std::string> ports; ///< names of the outputs as they were shown last
    Errors errors;
    uint64_t seen = 0; ///< by which update
};

bool alike(const Block& a, const Block& b)
{
    return a.kind == b.kind && a.settings == b.settings && a.state == b.state && a.keepsNames == b.keepsNames;
}

/// Which inputs are one wire matters, too.
bool alike(const Work& a, const Work& b)
{
    if (!alike(a.block, b.block) || a.inputs.size() != b.inputs.size()) return false;
    for (size_t i = 0; i < a.inputs.size(); ++i) {
        const Input &x = a.inputs[i], &y = b.inputs[i];
        if (x.port != y.port || x.value.array != y.value.array) return false;
        for (size_t k = 0; k < i; ++k)
            if ((x.from == a.inputs[k].from) != (y.from == b.inputs[k].from)) return false;
    }
    return true;
}

void mix(size_t& hash, size_t more) { hash = hash * 1000003 + more; }

size_t hashOf(const Work& work)
{
    size_t hash = std::hash<std::string>()(work.block.kind);
    for (const auto& [name, setting] : work.block.settings) {
        mix(hash, std::hash<std::string>()(setting.text));
        mix(hash, std::hash<double>()(setting.number));
    }
    for (const Input& input : work.inputs) mix(hash, std::hash<const void*>()(input.value.array.get()));
    return hash;
}

} // namespace

struct Inference::State {
    std::map<std::string, WireType> types;
    Errors errors;
    std::vector<std::string> changed;
    size_t blocksRun = 0;

    /// All that types follow from besides the blocks and wires.
    std::optional<BlockLibrary> own;
    std::vector<Definition> definitions;
    const BlockLibrary *given = nullptr, *library = nullptr;
    std::map<std::string, Size> symbols;
    DataSignature data;
    Phase phase = Phase::Evaluation;

    std::unordered_map<std::string, Known> known; ///< by id
    std::unordered_map<size_t, std::vector<std::pair<Work, Made>>> made;
    std::unordered_map<size_t, std::vector<CarriedRef>> arrays;
    uint64_t updates = 0;

    CarriedRef shared(const Type& type, const std::vector<Polynomial>& sizes)
    {
        size_t hash = type.axes.size();
        for (const Axis& axis : type.axes) {
            mix(hash, std::hash<std::string>()(axis.name));
            mix(hash, size_t(axis.size));
        }
        std::vector<CarriedRef>& row = arrays[hash];
        for (const CarriedRef& one : row)
            if (one->shown.type == type && one->sizes == sizes) return one;
        Carried array{{type, {}}, sizes};
        for (const Polynomial& size : sizes) array.shown.sizes.push_back(size.text());
        return row.emplace_back(std::make_shared<const Carried>(std::move(array)));
    }

    void forget()
    {
        for (const auto& [port, type] : types) changed.push_back(port);
        types.clear();
        known.clear();
        made.clear();
        arrays.clear();
    }

    void prepare(const Diagram& diagram, const BlockLibrary& all, const DataSignature& signature, Phase in)
    {
        auto sizes = diagram::symbolsOf(diagram, signature, errors);
        const auto same = [](const auto& a, const auto& b) {
            return a.first == b.first && a.second.value == b.second.value &&
                   a.second.formula == b.second.formula;
        };
        const bool kept = given == &all && definitions == diagram.definitions && phase == in &&
                          data.x == signature.x && data.y == signature.y &&
                          data.classes == signature.classes && data.vocabulary == signature.vocabulary &&
                          std::ranges::equal(symbols, sizes, same);
        if (kept) return;
        forget();
        given = &all;
        definitions = diagram.definitions;
        own.reset();
        if (!definitions.empty()) own = all.with(diagram);
        library = own ? &*own : &all;
        symbols = std::move(sizes);
        data = signature;
        phase = in;
    }

    /// By itself: what comes in are inputs of a program of its own.
    void run(Known& one, const BlockDeclaration& kind)
    {
        const Work& work = one.work;
        one.outputs.clear();
        one.errors.clear();
        one.works = false;
        const bool complete = !one.broken && std::ranges::all_of(work.inputs, [](const Input& input) {
            return input.value.array != nullptr;
        });
        const size_t hash = complete ? hashOf(work) : 0;
        if (complete)
            for (const auto& [other, result] : made[hash])
                if (alike(other, work)) return take(one, kind, result);
        ++blocksRun;
        Program program;
        Evaluator evaluator(program, *library, data, phase, symbols, Evaluator::Detail::WithFormulas);
        std::map<std::string, ValueId> values;
        std::vector<Wire> wires;
        for (const Input& input : work.inputs) wires.push_back({input.from, {work.block.id, input.port}});
        Graph graph;
        for (size_t i = 0; i < wires.size(); ++i) {
            graph.into[work.block.id].push_back(&wires[i]);
            const Named& value = work.inputs[i].value;
            const std::string name = wires[i].from.text();
            if (!value.array || values.contains(name)) continue;
            values[name] = evaluator.given(name, value.array->shown.type, value.array->sizes);
            program.code[size_t(values[name])].source = value.source;
        }
        std::set<std::string> broken;
        if (one.broken) broken.insert(work.block.id);
        const BlockRun done = runBlock(evaluator, work.block, kind, graph, values, broken);
        for (const Errors* some : {&done.settings, &done.inputs})
            one.errors.insert(one.errors.end(), some->begin(), some->end());
        one.works = done.works() && !one.broken;
        if (!one.works) return;
        Made result;
        for (const ValueId value : done.outputs) {
            const auto passes = std::ranges::find_if(
                wires, [&](const Wire& wire) { return values.at(wire.from.text()) == value; });
            result.outputs.push_back({shared(program.type(value), evaluator.formulas(value)),
                                      passes == wires.end() ? -1 : int(passes - wires.begin())});
        }
        take(one, kind, result);
        if (complete && one.errors.empty()) made[hash].emplace_back(work, std::move(result));
    }

    static void take(Known& one, const BlockDeclaration& kind, const Made& result)
    {
        one.works = true;
        const std::string& id = one.work.block.id;
        for (size_t i = 0; i < result.outputs.size(); ++i) {
            const Made::Output& output = result.outputs[i];
            one.outputs.push_back({output.array, output.passes >= 0
                                                     ? one.work.inputs[size_t(output.passes)].value.source
                                                     : Provenance{id, id + "." + kind.outputs[i].name}});
        }
    }

    std::vector<Input> inputs(const std::vector<const Wire*>& wires) const
    {
        std::vector<Input> result;
        for (const Wire* wire : wires) {
            Input& input = result.emplace_back(Input{wire->from, wire->to.port, {}});
            const auto source = known.find(wire->from.block);
            if (source == known.end() || source->second.seen != updates) continue;
            const auto& ports = library->find(source->second.work.block.kind)->outputs;
            const auto port = std::ranges::find(ports, wire->from.port, &PortDeclaration::name);
            const auto index = size_t(port - ports.begin());
            if (index < source->second.outputs.size()) input.value = source->second.outputs[index];
        }
        return result;
    }

    /// Brings the types of its outputs up to date.
    void show(Known& one, const BlockDeclaration& kind)
    {
        std::vector<std::string> ports;
        for (size_t i = 0; i < one.outputs.size(); ++i) {
            ports.push_back(one.work.block.id + "." + kind.outputs[i].name);
            const WireType& now = one.outputs[i].array->shown;
            const auto [at, fresh] = types.try_emplace(ports.back());
            if (!fresh && at->second.type == now.type && at->second.sizes == now.sizes) continue;
            at->second = now;
            changed.push_back(ports.back());
        }
        for (const std::string& port : one.ports)
            if (std::ranges::find(ports, port) == ports.end()) hide(port);
        one.ports = std::move(ports);
    }

    void hide(const std::string& port)
    {
        types.erase(port);
        changed.push_back(port);
    }

    void dropUnseen()
    {
        std::erase_if(known, [&](const auto& entry) {
            if (entry.second.seen == updates) return false;
            for (const std::string& port : entry.second.ports) hide(port);
            return true;
        });
    }

    /// A bypassed block has one output only.
    void reportMissing(const Known& one, const BlockDeclaration& kind, const Diagram& diagram)
    {
        const std::string& id = one.work.block.id;
        for (size_t i = one.outputs.size(); i < kind.outputs.size(); ++i)
            for (const Wire& wire : diagram.wires)
                if (wire.from == PortRef{id, kind.outputs[i].name})
                    errors.push_back({wire.from.text(), "is not there while " + id + " is bypassed",
                                      "mute the block instead, or remove the wire"});
    }
};

Inference::Inference()
    : m_state(std::make_unique<State>())
{
}
Inference::~Inference() = default;
Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;

const std::map<std::string, WireType>& Inference::types() const { return m_state->types; }
const Errors& Inference::errors() const { return m_state->errors; }
const std::vector<std::string>& Inference::changed() const { return m_state->changed; }
size_t Inference::blocksRun() const { return m_state->blocksRun; }

void Inference::update(const Diagram& diagram, const BlockLibrary& all, const DataSignature& data,
                       Phase phase)
{
    State& state = *m_state;
    state.errors.clear();
    state.changed.clear();
    state.blocksRun = 0;
    ++state.updates;
    if (state.made.size() > mostRemembered) state.forget();
    state.prepare(diagram, all, data, phase);
    const Graph graph = diagram::graphOf(diagram, *state.library, state.errors);
    for (const Block* block : graph.order) {
        const auto kind = state.library->declarationOf(*block);
        const auto wires = graph.into.find(block->id);
        std::vector<Input> inputs =
            wires == graph.into.end() ? std::vector<Input>() : state.inputs(wires->second);
        Known& one = state.known[block->id];
        const bool broken = graph.broken.contains(block->id);
        const bool same =
            one.seen && one.broken == broken && alike(one.work.block, *block) && one.work.inputs == inputs;
        one.seen = state.updates;
        if (!same) {
            one.work.block = {block->id,    block->kind, block->settings,  {}, {},
                              block->state, {},          block->keepsNames};
            one.work.inputs = std::move(inputs);
            one.broken = broken;
            state.run(one, *kind);
            state.show(one, *kind);
        }
        state.errors.insert(state.errors.end(), one.errors.begin(), one.errors.end());
        if (one.works && one.outputs.size() < kind->outputs.size()) state.reportMissing(one, *kind, diagram);
    }
    if (state.known.size() > graph.order.size()) state.dropUnseen();
}

} // namespace core
