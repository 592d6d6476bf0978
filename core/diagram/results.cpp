// What bodies take from outside and leave behind.
#include "core/diagram/term.h"

#include "core/ops/build.h"

#include <algorithm>

namespace core::diagram
{

ValueId Evaluator::dataInput(const std::string& name)
{
    const Type& type = name == "y" ? data.y : data.x;
    AxisList hints;
    if (const auto batch = m_symbols.find("batch"); batch != m_symbols.end())
        hints.push_back({"batch", Size(batch->second.value, Polynomial::atom("batch"))});
    m_hints = hints;
    return note(build::input(program, name, type));
}

ValueId Evaluator::given(const std::string& name, const WireType& wire)
{
    std::vector<Polynomial> sizes;
    for (const std::string& size : wire.sizes) sizes.push_back(Polynomial::parsed(size));
    return given(name, wire.type, sizes);
}

ValueId Evaluator::given(const std::string& name, const Type& type, const std::vector<Polynomial>& sizes)
{
    AxisList hints;
    for (size_t i = 0; i < type.axes.size(); ++i) {
        const Axis& axis = type.axes[i];
        hints.push_back({axis.name, Size(double(axis.size),
                                         i < sizes.size() ? sizes[i] : Polynomial(double(axis.size)))});
    }
    m_hints = hints;
    return note(build::input(program, name, type));
}

ValueId Evaluator::givenInput(const std::string& id)
{
    const auto found = m_given.find(id);
    if (found == m_given.end())
        throw Error{id, "stands for an array from outside, but there is no outside",
                    "take the data block instead"};
    return given(id, found->second);
}

void Evaluator::rewind(const Program& before, Names names)
{
    if (names == Names::Free)
        for (size_t i = before.code.size(); i < program.code.size(); ++i)
            m_names.erase(program.code[i].attributes.name);
    program = before;
    m_formulas.resize(std::min(m_formulas.size(), program.code.size()));
    m_hints.clear();
}

int64_t Evaluator::freshSite(const Frame& frame)
{
    uint32_t hash = 2166136261u; // FNV-1a: the site of a block does not depend on the other blocks
    for (const unsigned char c : frame.names.empty() ? frame.path : frame.names)
        hash = (hash ^ c) * 16777619u;
    int64_t site = hash & 0x7fffffff;
    while (!m_sites.insert(site).second) site = (site + 1) & 0x7fffffff;
    return site;
}

std::string Evaluator::parameterName(const Frame& frame, const std::string& stem)
{
    const std::string own = frame.path + "." + stem;
    std::string name = frame.names.empty() ? own : frame.names + "." + stem;
    if (m_names.contains(name)) name = own;
    for (int i = 2; !m_names.insert(name).second; ++i) name = own + std::to_string(i);
    return name;
}

std::vector<ValueId> Evaluator::runAs(BlockState state, const BlockDeclaration& block, Frame& frame)
{
    if (state == BlockState::Active) return run(block, frame);
    if (state == BlockState::Bypassed) {
        for (const PortDeclaration& port : block.inputs) {
            const Value* value = frame.find(port.name);
            const auto* arrays = value ? std::get_if<Arrays>(value) : nullptr;
            if (arrays && !arrays->empty() && !block.outputs.empty()) return {arrays->front()};
        }
        if (block.outputs.empty()) return {};
        throw Error{frame.path, "is bypassed, but nothing comes in that could go on", "mute it instead"};
    }
    const std::vector<Result> results = m_results;
    const size_t updates = program.updates.size();
    std::vector<ValueId> outputs = run(block, frame);
    m_results = results;
    program.updates.resize(updates);
    for (ValueId& output : outputs) {
        const Type type = program.type(output);
        AxisList hints;
        for (const Axis& axis : type.axes) hints.push_back({axis.name, sizeOf(output, axis.name)});
        hint(hints);
        const ValueId zero = build::constant(program, {type.element, {}}, {0});
        output = note(type.axes.empty() ? zero : build::broadcast(program, zero, type.axes));
    }
    return outputs;
}

void Evaluator::addResult(const std::string& name, ValueId value)
{
    for (Result& result : m_results)
        if (result.name == name) {
            if (name == "loss") result.value = note(build::formula(program, "a + b", {result.value, value}));
            return;
        }
    m_results.push_back({name, value});
}

language::Expression Evaluator::initial(const Frame& frame, const Value& value) const
{
    std::string formula = text(frame, value, "init");
    for (const Initialiser& row : initialisers())
        if (row.name == formula) {
            formula = row.formula;
            break;
        }
    static const std::vector<std::string> variables{"n", "u", "fan_in", "fan_out"};
    try {
        return language::parseFormula(formula, variables, frame.path + ".init");
    } catch (Error& error) {
        std::string names;
        for (const Initialiser& row : initialisers()) names += (names.empty() ? "" : ", ") + row.name;
        error.hint = "names are " + names + "; or a formula in n, u, fan_in, fan_out";
        throw error;
    }
}

} // namespace core::diagram
