#include "core/diagram/termreader.h"

#include "core/diagram/graph.h"
#include "core/diagram/term.h"

#include <algorithm>

namespace core::diagram
{

using Syntax = language::Syntax;
using Kind = Syntax::Kind;

namespace
{

/// Whether the list of arguments of `call` are names of the block's own ports and settings, each once.
bool callsWithOwnNames(const BlockDeclaration& block, const Syntax& call)
{
    return std::all_of(call.children.begin(), call.children.end(), [&](const Syntax& child) {
        return child.kind == Kind::Name &&
               (block.parameter(child.name) || findPort(block.inputs, child.name));
    });
}

bool pure(const Syntax& syntax, std::string_view function)
{
    if (syntax.kind == Kind::Name) return true;
    return syntax.kind == Kind::Call && syntax.infix && syntax.name == function &&
           syntax.children[1].kind == Kind::Name && pure(syntax.children[0], function);
}

int leaves(const Syntax& syntax)
{
    if (syntax.kind == Kind::Name) return 1;
    int count = 0;
    for (const Syntax& child : syntax.children) count += leaves(child);
    return count;
}

void renamed(Syntax& syntax, const std::map<std::string, std::string>& names)
{
    if (syntax.kind == Kind::Name)
        if (const auto found = names.find(syntax.name); found != names.end()) syntax.name = found->second;
    for (Syntax& child : syntax.children) renamed(child, names);
}

/// Whether both settings list the same axes, whatever their sizes.
bool sameNames(const std::map<std::string, Setting>& settings, const char* one, const char* other)
{
    const auto a = settings.find(one), b = settings.find(other);
    if (a == settings.end() || b == settings.end()) return false;
    try {
        const Syntax left = language::parseExpression("[" + a->second.text + "]");
        const Syntax right = language::parseExpression("[" + b->second.text + "]");
        return std::equal(left.children.begin(), left.children.end(), right.children.begin(),
                          right.children.end(),
                          [](const Syntax& x, const Syntax& y) { return x.name == y.name; });
    } catch (const Error&) {
        return false;
    }
}

bool yesOrNo(const std::string& name) { return name == "yes" || name == "no"; }

} // namespace

OpBlock blockOfFunction(const BlockLibrary& library, std::string_view function)
{
    for (const BlockDeclaration& block : library.all()) {
        if (block.body.size() != 1 || block.body[0].value.kind != Kind::Call ||
            block.body[0].value.name != function || !block.body[0].condition.empty() ||
            !callsWithOwnNames(block, block.body[0].value))
            continue;
        OpBlock result{&block, {}};
        for (const Syntax& child : block.body[0].value.children) result.arguments.push_back(child.name);
        return result;
    }
    return {};
}

std::string settingText(const Syntax& syntax)
{
    if (syntax.kind == Kind::String) return syntax.name;
    if (syntax.kind != Kind::List) return language::print(syntax);
    std::string text;
    for (const Syntax& child : syntax.children) text += (text.empty() ? "" : ", ") + settingText(child);
    return text;
}

std::string operandName(size_t index)
{
    static constexpr std::string_view letters = "abcdfghijklmnopqrstuvwxyz"; // e is a constant
    if (index < letters.size()) return {letters[index]};
    return "v" + std::to_string(index - letters.size() + 1);
}

void TermReader::fail(const Syntax& at, std::string what, std::string hint) const
{
    throw m_source.error(at.span.begin, std::move(what), std::move(hint));
}

bool TermReader::isElementwise(const Syntax& syntax) const
{
    if (syntax.kind != Kind::Call) return false;
    const language::Function* function = language::findFunction(syntax.name);
    if (!function) return false;
    if (syntax.infix) return true;
    if (size_t(function->arity) != syntax.children.size()) return false;
    for (const Syntax& child : syntax.children)
        if (child.kind == Kind::Named) return false;
    const BlockDeclaration* block = m_library.find(syntax.name);
    if (block && !block->inputs.empty() && block->inputs[0].variadic) return false; // add(a, b)
    const bool reduces = findTermFunction(syntax.name) || block;
    return !(reduces && syntax.children.size() == 2 && namesAxes && namesAxes(syntax.children[1]));
}

bool TermReader::isArray(const Syntax& syntax) const
{
    switch (syntax.kind) {
    case Kind::Name:
        return arrays.count(syntax.name) > 0;
    case Kind::List:
        return std::any_of(syntax.children.begin(), syntax.children.end(),
                           [&](const Syntax& child) { return isArray(child); });
    case Kind::Call:
        if (isElementwise(syntax))
            return std::any_of(syntax.children.begin(), syntax.children.end(),
                               [&](const Syntax& child) { return isArray(child); });
        if (const TermFunction* function = findTermFunction(syntax.name))
            return syntax.name == "apply" || m_library.find(syntax.name) ||
                   blockOfFunction(m_library, function->name).block;
        return true;
    default:
        return false;
    }
}

std::string TermReader::add(const std::string& kind, const std::string& target, const std::string& stem,
                            bool ofBlock)
{
    Block block;
    block.id = freshId(target.empty() ? stem : target, ofBlock);
    block.kind = kind;
    m_diagram.blocks.push_back(block);
    return block.id;
}

TermReader::Sources TermReader::read(const Syntax& syntax, const std::string& target)
{
    switch (syntax.kind) {
    case Kind::Name:
        if (const auto found = arrays.find(syntax.name); found != arrays.end()) return found->second;
        fail(syntax, "there is no block " + syntax.name, "assign it somewhere: " + syntax.name + " = ...");
    case Kind::List: {
        Sources all;
        for (const Syntax& child : syntax.children)
            for (PortRef& source : read(child, "")) all.push_back(std::move(source));
        return all;
    }
    case Kind::Call:
        return isElementwise(syntax) ? elementwise(syntax, target) : call(syntax, target);
    default:
        fail(syntax, "this is no array", "a statement calls a block: y = linear(x, to = channel: 64)");
    }
}

/// The expression over names a, b, ... of what it is made of, in the order in which they appear.
Syntax TermReader::operands(const Syntax& syntax, std::vector<PortRef>& found)
{
    if (!isArray(syntax)) return number(syntax);
    if (isElementwise(syntax)) {
        Syntax result = syntax;
        for (size_t i = 0; i < syntax.children.size(); ++i)
            result.children[i] = operands(syntax.children[i], found);
        return result;
    }
    const Sources sources = read(syntax, "");
    if (sources.size() != 1) fail(syntax, "one array is needed here, not several", "");
    auto at = std::find(found.begin(), found.end(), sources[0]);
    if (at == found.end()) at = found.insert(at, sources[0]);
    Syntax result;
    result.kind = Kind::Name;
    result.name = operandName(size_t(at - found.begin()));
    return result;
}

TermReader::Sources TermReader::elementwise(const Syntax& syntax, const std::string& target)
{
    std::vector<PortRef> found;
    Syntax formula = operands(syntax, found);
    if (found.empty()) fail(syntax, "there is no array in this expression", "");
    const bool distinct = leaves(formula) == int(found.size()) && found.size() > 1;
    std::string kind = "formula";
    if (found.size() == 1)
        kind = "activation";
    else if (distinct && pure(formula, "add"))
        kind = "add";
    else if (distinct && pure(formula, "multiply"))
        kind = "multiply";
    const std::string id = add(kind, target, kind == "activation" ? "formula" : kind, false);
    if (kind == "activation") renamed(formula, {{operandName(0), "x"}});
    for (size_t i = 0; i < found.size(); ++i)
        m_diagram.wires.push_back({found[i], {id, kind == "formula" ? operandName(i) : "x"}});
    if (kind == "activation" || kind == "formula")
        m_diagram.find(id)->settings["formula"] = {Setting::Kind::Text, 0, language::print(formula), false};
    return {{id, "y"}};
}

struct TermReader::Call {
    std::string kind;
    const BlockDeclaration* declaration = nullptr; ///< none: of unknown kind
    bool ofBlock = true;
    std::map<std::string, Setting> settings;
    std::vector<Sources> positional;                    ///< arrays, in order
    std::vector<std::pair<std::string, Sources>> named; ///< arrays by port
};

Setting TermReader::literal(const Syntax& syntax)
{
    if (syntax.kind == Kind::Number) return {Setting::Kind::Number, syntax.number, "", false};
    if (syntax.kind == Kind::Call && syntax.name == "negate" && syntax.children[0].kind == Kind::Number)
        return {Setting::Kind::Number, -syntax.children[0].number, "", false};
    if (syntax.kind == Kind::Name && yesOrNo(syntax.name))
        return {Setting::Kind::Switch, 0, "", syntax.name == "yes"};
    return {Setting::Kind::Text, 0, settingText(syntax), false};
}

TermReader::Sources TermReader::call(const Syntax& syntax, const std::string& target)
{
    Call call;
    std::vector<std::string> order; // of arguments that are no arrays
    size_t next = 0;
    bool byPlace = false; // `order` counts arrays too
    std::vector<Syntax> arguments = syntax.children;
    call.kind = syntax.name;
    if (syntax.name == "block") { // a kind that is no name
        if (arguments.empty() || arguments[0].kind != Kind::String)
            fail(syntax, "block(...) begins with the kind in quotes", "");
        call.kind = arguments[0].name;
        arguments.erase(arguments.begin());
    }
    call.declaration = m_library.find(call.kind);
    const TermFunction* function = findTermFunction(call.kind);
    const bool said = syntax.name == "block";
    if (function && !said && (!call.declaration || resolve)) { // in bodies functions come before blocks
        const OpBlock op = blockOfFunction(m_library, call.kind);
        if (op.block) {
            call.kind = op.block->name;
            call.declaration = op.block;
            call.ofBlock = call.kind == "parameter" || call.kind == "state";
            order = op.arguments;
            byPlace = true;
        }
    }
    if (!said && call.kind == "apply") {
        call.kind = std::count_if(arguments.begin(), arguments.end(),
                                  [](const Syntax& s) { return s.kind == Kind::Named && s.name == "x"; })
                        ? "activation"
                        : "formula";
        call.declaration = m_library.find(call.kind);
        call.ofBlock = false;
        order = {"formula", "learned"};
    }
    if (!call.declaration && function && !said)
        fail(syntax, "there is no block for the function " + syntax.name, "");
    if (call.declaration && order.empty())
        for (const ParameterDeclaration& parameter : call.declaration->parameters)
            order.push_back(parameter.name);
    const auto give = [&](const std::string& name, const Syntax& value) {
        const auto parameter = call.declaration ? call.declaration->parameter(name) : nullptr;
        if (const auto said = resolve ? resolve(value, parameter) : literal(value))
            call.settings[name] = *said;
    };
    for (const Syntax& argument : arguments) {
        if (argument.kind == Kind::Named) {
            const Syntax& value = argument.children[0];
            const bool known = call.declaration && call.declaration->parameter(argument.name);
            if (!known && isArray(value))
                call.named.emplace_back(argument.name, read(value, ""));
            else
                give(argument.name, value);
        } else if (isArray(argument)) {
            call.positional.push_back(read(argument, ""));
            if (byPlace) ++next;
        } else {
            while (byPlace && next < order.size() && !call.declaration->parameter(order[next])) ++next;
            const bool arrow = argument.kind == Kind::Arrow;
            if (!byPlace && argument.kind == Kind::Name && call.positional.empty() && call.declaration &&
                !call.declaration->inputs.empty())
                fail(argument, "there is no block " + argument.name,
                     "assign it somewhere: " + argument.name + " = ...");
            if (next + (arrow ? 1 : 0) >= order.size())
                fail(argument,
                     isElementwise(argument) || argument.kind == Kind::Name
                         ? "there is no block " + language::print(argument)
                         : "block " + call.kind + " has no further setting",
                     "assign arrays before they are used; name settings: setting = value");
            if (arrow) give(order[next++], argument.children[0]);
            give(order[next++], arrow ? argument.children[1] : argument);
        }
    }
    if (resolve && sameNames(call.settings, "from", "to") && call.positional.size() == 1 && !call.ofBlock)
        return call.positional[0]; // renamed to what it is
    return finish(syntax, call, target);
}

TermReader::Sources TermReader::finish(const Syntax& syntax, Call& call, const std::string& target)
{
    const std::string id =
        add(call.kind, target, Diagram::usableId(syntax.name) ? syntax.name : "block", call.ofBlock);
    Block& block = *m_diagram.find(id);
    for (auto& [name, value] : call.settings) {
        const ParameterDeclaration* parameter =
            call.declaration ? call.declaration->parameter(name) : nullptr;
        if (!parameter && name == "state" && (value.text == "muted" || value.text == "bypassed"))
            block.state = value.text == "muted" ? BlockState::Muted : BlockState::Bypassed;
        else if (!parameter && name == "keeps_names" && value.kind == Setting::Kind::Switch)
            block.keepsNames = value.on;
        else
            block.settings[name] = std::move(value);
    }
    const auto ports = m_library.declarationOf(block);
    size_t next = 0;
    const auto wire = [&](const Sources& sources, const std::string& port) {
        for (const PortRef& source : sources) m_diagram.wires.push_back({source, {id, port}});
    };
    for (const Sources& sources : call.positional) {
        if (!ports || next >= ports->inputs.size())
            fail(syntax,
                 ports
                     ? "block " + call.kind + " has only " + std::to_string(ports->inputs.size()) + " inputs"
                     : "there is no kind of block called " + call.kind,
                 ports ? "" : "choose one from the library, or name the inputs: x = ...");
        const PortDeclaration& port = ports->inputs[next];
        wire(sources, port.name);
        if (!port.variadic) ++next;
    }
    for (const auto& [port, sources] : call.named) wire(sources, port);
    if (!ports) return {{id, "y"}};
    if (ports->outputs.empty()) return {};
    return {{id, ports->outputs[0].name}};
}

} // namespace core::diagram
