#include "core/diagram/text.h"

#include "core/diagram/graph.h"
#include "core/diagram/term.h"
#include "core/diagram/textparts.h"

#include <algorithm>

namespace core
{

using namespace diagram;
using language::Syntax;
using Kind = Syntax::Kind;

namespace
{

std::string quoted(const std::string& text)
{
    Syntax syntax;
    syntax.kind = Kind::String;
    syntax.name = text;
    return language::print(syntax);
}

class Writer
{
public:
    enum class Place : uint8_t { Document, Body };

    Writer(const Diagram& diagram, const BlockLibrary& library, Place place)
        : m_diagram(diagram)
        , m_library(library)
        , m_place(place)
    {
        for (const Block& block : diagram.blocks) m_ids.insert(block.id);
        for (const Wire& wire : diagram.wires)
            if (m_ids.count(wire.from.block)) m_into[wire.to.block].push_back(&wire);
    }

    std::string write()
    {
        std::string text;
        for (const auto& [symbol, formula] : m_diagram.sizes)
            if (expressible(symbol)) {
                const auto comment = m_diagram.sizeComments.find(symbol);
                if (comment != m_diagram.sizeComments.end()) text += commented(comment->second);
                text += language::print(nameSyntax(symbol)) + " = " + size(formula) + "\n";
            }
        for (const Block* block : textOrder(m_diagram))
            text += commented(block->comment) + language::print(nameSyntax(block->id)) + " = " +
                    expression(*block) + "\n";
        if (const auto last = m_diagram.sizeComments.find(""); last != m_diagram.sizeComments.end())
            text += commented(last->second);
        return text;
    }

private:
    static std::string commented(const std::string& comment)
    {
        std::string text;
        for (size_t at = 0; at < comment.size();) {
            const size_t end = std::min(comment.find('\n', at), comment.size());
            text += (end > at ? "# " : "#") + comment.substr(at, end - at) + "\n";
            at = end + 1;
        }
        return text;
    }

    std::string size(const std::string& formula) const
    {
        try {
            const Syntax syntax = language::parseExpression(formula);
            std::vector<std::string> names;
            collectNames(syntax, names);
            const bool known = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
                return !m_ids.count(name) && (m_diagram.sizes.count(name) || contains(dataSizes, name) ||
                                              contains(constants, name));
            });
            if (known && arithmetic(syntax) && language::print(syntax) == formula) return formula;
        } catch (const Error&) {
            // is kept as it is
        }
        return "size(" + quoted(formula) + ")";
    }

    Syntax reference(const PortRef& source) const
    {
        const Block* block = m_diagram.find(source.block);
        const auto kind = block ? m_library.declarationOf(*block) : nullptr;
        const bool only = kind && kind->outputs.size() == 1 && kind->outputs[0].name == source.port;
        return nameSyntax(only ? source.block : source.text());
    }

    const std::vector<const Wire*>& into(const std::string& block) const
    {
        static const std::vector<const Wire*> none;
        const auto found = m_into.find(block);
        return found == m_into.end() ? none : found->second;
    }

    std::string expression(const Block& block) const
    {
        if (const auto direct = elementwise(block)) return *direct;
        return call(block);
    }

    /// `relu(h)`, `a + b`: if reading it gives this block again.
    std::optional<std::string> elementwise(const Block& block) const
    {
        if (block.state != BlockState::Active || m_place == Place::Body) return std::nullopt;
        const bool joins = block.kind == "add" || block.kind == "multiply";
        if (!joins && block.kind != "activation" && block.kind != "formula") return std::nullopt;
        std::map<std::string, Syntax> operands;
        Syntax syntax;
        for (const Wire* wire : into(block.id)) {
            const Syntax name = reference(wire->from);
            operands[wire->to.port] = name;
            if (!joins) continue;
            Syntax call;
            call.kind = Kind::Call;
            call.infix = true;
            call.name = block.kind;
            call.children = {syntax, name};
            syntax = wire == into(block.id).front() ? name : call;
        }
        const auto formula = block.settings.find("formula");
        if (!joins && (formula == block.settings.end() || formula->second.kind != Setting::Kind::Text))
            return std::nullopt;
        try {
            if (!joins) {
                syntax = language::parseExpression(formula->second.text);
                if (!replaced(syntax, operands)) return std::nullopt;
            }
            Diagram made;
            TermReader reader(m_library, {"", ""}, made);
            prepare(reader);
            reader.freshId = [&](const std::string&, bool) { return block.id; };
            for (const Wire* wire : into(block.id)) reader.arrays[reference(wire->from).name] = {wire->from};
            // What is printed is read: 2*x and x*2 are different texts.
            const std::string text = language::print(syntax);
            const Syntax again = language::parseExpression(text);
            if (!reader.isArray(again)) return std::nullopt;
            reader.read(again, block.id);
            if (made.blocks.size() != 1 || made.blocks[0].kind != block.kind ||
                made.blocks[0].settings != block.settings || made.wires.size() != into(block.id).size())
                return std::nullopt;
            for (size_t i = 0; i < made.wires.size(); ++i)
                if (std::find(made.wires.begin(), made.wires.end(), *into(block.id)[i]) == made.wires.end() ||
                    (joins && made.wires[i] != *into(block.id)[i]))
                    return std::nullopt;
            return text;
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    static bool replaced(Syntax& syntax, const std::map<std::string, Syntax>& operands)
    {
        if (syntax.kind == Kind::Call && syntax.name == "size") return true;
        if (syntax.kind == Kind::Name) {
            if (const auto found = operands.find(syntax.name); found != operands.end()) {
                syntax = found->second;
                return true;
            }
            return contains(constants, syntax.name);
        }
        return std::all_of(syntax.children.begin(), syntax.children.end(),
                           [&](Syntax& child) { return replaced(child, operands); });
    }

    std::string call(const Block& block) const
    {
        const auto kind = m_library.declarationOf(block);
        const bool function = findTermFunction(block.kind) || language::findFunction(block.kind);
        const bool plain = language::isPlainName(block.kind) && block.kind.find('.') == std::string::npos &&
                           block.kind != "block" && !language::isReserved(block.kind) &&
                           !(function && (m_place == Place::Body || !kind));
        std::string text = (plain ? block.kind : "block") + "(";
        bool first = true;
        const auto argument = [&](const std::string& item) {
            text += (first ? "" : ", ") + item;
            first = false;
        };
        if (!plain) argument(quoted(block.kind));

        bool inputs = kind && kind->inputs.empty(); // settings by place follow arrays
        std::map<std::string, std::vector<const Wire*>> ports;
        std::vector<std::string> order;
        for (const Wire* wire : into(block.id)) {
            if (!ports.count(wire->to.port)) order.push_back(wire->to.port);
            ports[wire->to.port].push_back(wire);
        }
        if (kind)
            for (const PortDeclaration& port : kind->inputs) {
                const auto found = ports.find(port.name);
                if (found == ports.end() || (!port.variadic && found->second.size() > 1)) break;
                for (const Wire* wire : found->second) argument(language::print(reference(wire->from)));
                ports.erase(found);
                inputs = true;
                if (port.variadic) break;
            }
        for (const std::string& port : order) {
            const auto found = ports.find(port);
            if (found == ports.end() || !expressible(port)) continue;
            std::string sources;
            for (const Wire* wire : found->second)
                sources += (sources.empty() ? "" : ", ") + language::print(reference(wire->from));
            argument(language::print(nameSyntax(port)) + " = " +
                     (found->second.size() > 1 ? "[" + sources + "]" : sources));
        }
        settings(block, kind.get(), inputs, argument);
        if (block.state != BlockState::Active)
            argument(block.state == BlockState::Muted ? "state = muted" : "state = bypassed");
        if (block.keepsNames && m_place == Place::Body) argument("keeps_names = yes");
        return text + ")";
    }

    template<class Argument>
    void settings(const Block& block, const BlockDeclaration* kind, bool inputs, Argument argument) const
    {
        std::set<std::string> done;
        const auto bareText = [&](size_t i) -> std::string {
            if (!kind || i >= kind->parameters.size()) return "";
            const ParameterDeclaration& parameter = kind->parameters[i];
            const auto found = block.settings.find(parameter.name);
            if (parameter.kind != ParameterDeclaration::Kind::Axes || found == block.settings.end())
                return "";
            const std::string text = bare(found->second, &parameter, true);
            return text.find_first_of("(\"") == text.npos ? text : "";
        };
        // max(x, channel) might be read as max(a, b).
        const bool both = !inputs || language::findFunction(block.kind) != nullptr;
        const std::string one = both ? "" : bareText(0), two = both ? "" : bareText(1);
        if (!one.empty() && !two.empty() && kind->parameters[0].name == "from" &&
            kind->parameters[1].name == "to") {
            argument(one + " -> " + two);
            done = {"from", "to"};
        } else if (!one.empty()) {
            argument(one);
            done = {kind->parameters[0].name};
        }
        const auto named = [&](const std::string& name, const ParameterDeclaration* parameter) {
            const auto found = block.settings.find(name);
            if (found == block.settings.end() || !expressible(name) || !done.insert(name).second) return;
            argument(language::print(nameSyntax(name)) + " = " + bare(found->second, parameter));
        };
        if (kind)
            for (const ParameterDeclaration& parameter : kind->parameters) named(parameter.name, &parameter);
        for (const auto& [name, setting] : block.settings) named(name, nullptr);
    }

    /// Without quotes where reading it gives the same text again and no block is meant by it.
    std::string bare(const Setting& setting, const ParameterDeclaration* parameter,
                     bool byPlace = false) const
    {
        if (setting.kind == Setting::Kind::Switch) return setting.on ? "yes" : "no";
        if (setting.kind == Setting::Kind::Number) {
            Syntax number;
            number.number = setting.number;
            return language::print(number);
        }
        using K = ParameterDeclaration::Kind;
        if (!parameter) return quoted(setting.text);
        const bool expressions =
            parameter->kind == K::Axes || parameter->kind == K::Number || parameter->kind == K::Integer;
        try {
            const Syntax list = language::parseExpression("[" + setting.text + "]");
            if (settingText(list) != setting.text) return quoted(setting.text);
            std::vector<std::string> names;
            collectNames(list, names);
            if ((byPlace || m_place == Place::Body) &&
                std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                    return m_ids.count(name.substr(0, name.find('.'))) > 0;
                }))
                return quoted(setting.text);
            if (list.children.size() != 1)
                return parameter->kind == K::Axes ? language::print(list) : quoted(setting.text);
            const Syntax& item = list.children[0];
            const bool word = item.kind == Kind::Name && item.name != "yes" && item.name != "no";
            const bool negative =
                item.kind == Kind::Call && item.name == "negate" && item.children[0].kind == Kind::Number;
            const bool expression = expressions && !negative && item.kind != Kind::Number &&
                                    item.kind != Kind::String && item.kind != Kind::List &&
                                    item.kind != Kind::Arrow && item.kind != Kind::Name;
            if (word || expression) return language::print(item);
        } catch (const Error&) {
            // what is no expression stands in quotes
        }
        return quoted(setting.text);
    }

    const Diagram& m_diagram;
    const BlockLibrary& m_library;
    std::set<std::string> m_ids;
    std::map<std::string, std::vector<const Wire*>> m_into;
    Place m_place;
};

} // namespace

std::string textOf(const Diagram& diagram, const BlockLibrary& library)
{
    return Writer(diagram, library.with(diagram), Writer::Place::Document).write();
}

std::vector<language::Statement> bodyOf(const Diagram& part, const BlockLibrary& library)
{
    const std::string text = Writer(part, library.with(part), Writer::Place::Body).write();
    std::vector<language::Statement> body = language::parseTerm(text);
    std::erase_if(body, [](const language::Statement& statement) {
        return statement.value.kind == Kind::Call && statement.value.name == inputKind;
    });
    return body;
}

} // namespace core
