// Text to diagram, merged with the diagram that was there before.
#include "core/diagram/graph.h"
#include "core/diagram/term.h"
#include "core/diagram/text.h"
#include "core/diagram/textparts.h"

#include <algorithm>

namespace core
{

using namespace diagram;
using language::Statement;
using language::Syntax;
using Kind = Syntax::Kind;

namespace
{

class Reader
{
public:
    Reader(std::string_view text, std::string_view source, const BlockLibrary& library, Errors& errors)
        : m_source{text, source}
        , m_library(library)
        , m_errors(errors)
        , m_terms(library, m_source, m_read)
    {
        prepare(m_terms);
        m_terms.number = [this, sized = m_terms.number](const Syntax& syntax) {
            checkNames(syntax);
            return sized(syntax);
        };
        m_terms.freshId = [this](const std::string& stem, bool) { return fresh(stem); };
    }

    Diagram read(std::vector<Statement> statements)
    {
        findSizes(statements);
        declare(statements);
        for (const Statement& statement : statements) {
            const Diagram before = m_sizes.count(&statement) ? Diagram() : m_read;
            try {
                m_sizes.count(&statement) ? size(statement) : block(statement);
            } catch (const Error& error) {
                if (!m_sizes.count(&statement)) m_read = before;
                m_errors.push_back(error);
            }
        }
        return std::move(m_read);
    }

private:
    /// Statements of numbers only: whatever names a block is none.
    void findSizes(const std::vector<Statement>& statements)
    {
        std::set<std::string> blocks;
        for (const Statement& statement : statements) {
            if (statement.targets.size() == 1 && arithmetic(statement.value) &&
                (statement.value.kind != Kind::Name || contains(dataSizes, statement.value.name)))
                m_sizes.insert(&statement);
            else
                blocks.insert(statement.targets.begin(), statement.targets.end());
        }
        for (bool changed = true; changed;) {
            changed = false;
            std::set<std::string> sizes(std::begin(dataSizes), std::end(dataSizes));
            sizes.insert(std::begin(constants), std::end(constants));
            for (const Statement* statement : m_sizes) sizes.insert(statement->targets[0]);
            for (const Statement& statement : statements) {
                if (!m_sizes.count(&statement)) continue;
                std::vector<std::string> names;
                collectNames(statement.value, names);
                if (std::all_of(names.begin(), names.end(), [&](const std::string& name) {
                        return sizes.count(name) && !blocks.count(name);
                    }))
                    continue;
                blocks.insert(statement.targets[0]);
                m_sizes.erase(&statement);
                changed = true;
            }
        }
    }

    /// A statement may name blocks that come later: a text in which a cycle was wired can be read, too.
    void declare(const std::vector<Statement>& statements)
    {
        for (const Statement& statement : statements) {
            if (m_sizes.count(&statement) || statement.targets.empty()) continue;
            const std::string& id = statement.targets[0];
            if (statement.value.kind == Kind::Name || !m_targets.insert(id).second) continue;
            std::string kind = statement.value.name;
            if (kind == "block" && !statement.value.children.empty()) kind = statement.value.children[0].name;
            const BlockDeclaration* known = m_library.find(kind);
            const std::string port = known && !known->outputs.empty() ? known->outputs[0].name : "y";
            m_terms.arrays[id] = {{id, port}};
        }
        for (const Statement& statement : statements) members(statement.value);
    }

    void members(const Syntax& syntax)
    {
        const size_t dot = syntax.name.find('.');
        if (syntax.kind == Kind::Name && dot != std::string::npos &&
            m_targets.count(syntax.name.substr(0, dot)))
            m_terms.arrays[syntax.name] = {{syntax.name.substr(0, dot), syntax.name.substr(dot + 1)}};
        for (const Syntax& child : syntax.children) members(child);
    }

    std::string fresh(const std::string& stem)
    {
        if (stem == m_target && !m_read.find(stem)) return stem;
        std::string id = Diagram::usableId(stem) ? stem : "block";
        const std::string start = id;
        for (int i = 2; m_targets.count(id) || m_read.find(id); ++i) id = start + std::to_string(i);
        return id;
    }

    Error at(const Statement& statement, std::string what, std::string hint = {}) const
    {
        return m_source.error(statement.span.begin, std::move(what), std::move(hint));
    }

    void size(const Statement& statement)
    {
        const std::string& symbol = statement.targets[0];
        const Syntax& value = statement.value;
        if (!statement.condition.empty()) throw at(statement, "a document has no conditions");
        if (!m_read.sizes
                 .emplace(symbol, value.name == "size" ? value.children[0].name : language::print(value))
                 .second)
            throw at(statement, "size " + symbol + " is said twice", "remove one of the lines");
        if (!statement.comment.empty()) m_read.sizeComments[symbol] = statement.comment;
    }

    void block(const Statement& statement)
    {
        if (!statement.condition.empty())
            throw at(statement, "a document has no conditions", "they belong to the bodies of blocks");
        for (const std::string& target : statement.targets)
            if (!Diagram::usableId(target))
                throw at(statement, "\"" + target + "\" cannot be the name of a block",
                         "use letters, digits and _");
        m_target = statement.targets.empty() ? "" : statement.targets[0];
        if (!m_target.empty() && statement.value.kind != Kind::Name && m_read.find(m_target) &&
            statement.targets.size() == 1)
            throw at(statement, "there are two blocks " + m_target, "give one of them another name");
        if (statement.value.kind != Kind::Name && !m_terms.isArray(statement.value))
            notFound(statement.value);
        const size_t before = m_read.blocks.size();
        const TermReader::Sources sources = m_terms.read(statement.value, m_target);
        if (m_read.blocks.size() > before) m_read.blocks.back().comment = statement.comment;
        if (m_target.empty() || sources.empty()) return;
        m_terms.arrays[m_target] = sources;
        if (statement.targets.size() == 1) return;
        const Block* made = m_read.find(sources[0].block);
        const BlockDeclaration* kind = made ? m_library.find(made->kind) : nullptr;
        if (!kind || kind->outputs.size() < statement.targets.size())
            throw at(statement, "only a block with several outputs gives several values at once");
        for (size_t i = 0; i < statement.targets.size(); ++i)
            m_terms.arrays[statement.targets[i]] = {{made->id, kind->outputs[i].name}};
    }

    /// Names of an expression that are no blocks are sizes.
    void checkNames(const Syntax& syntax) const
    {
        if (syntax.kind == Kind::Call && syntax.name == "size") return;
        const auto& name = syntax.name;
        if (syntax.kind == Kind::Name && !m_read.sizes.count(name) && !contains(dataSizes, name))
            notFound(syntax);
        for (const Syntax& child : syntax.children) checkNames(child);
    }

    /// Says which name of an expression without arrays is none of a block.
    void notFound(const Syntax& syntax) const
    {
        if (syntax.kind == Kind::Name && !contains(constants, syntax.name))
            m_terms.fail(syntax, "there is no block or size called " + syntax.name,
                         "assign it somewhere: " + syntax.name + " = ...");
        for (const Syntax& child : syntax.children) notFound(child);
        if (syntax.kind != Kind::Number && syntax.kind != Kind::Name)
            m_terms.fail(syntax, "this is no array", "call a block");
    }

    language::Source m_source;
    const BlockLibrary& m_library;
    Errors& m_errors;
    Diagram m_read;
    TermReader m_terms;
    std::set<const Statement*> m_sizes;
    std::set<std::string> m_targets;
    std::string m_target; ///< of the statement under way
};

/// Ids in the order of the text, or those of before with the new ones behind what they follow, if the person
/// who wrote did not move what was there.
std::vector<std::string> mergedOrder(const Diagram& read, const Diagram& before)
{
    std::vector<std::string> text, kept, shown, result;
    for (const Block& block : read.blocks) {
        text.push_back(block.id);
        if (before.find(block.id)) kept.push_back(block.id);
    }
    const std::set<std::string> there(kept.begin(), kept.end());
    for (const Block* block : textOrder(before))
        if (there.count(block->id)) shown.push_back(block->id);
    if (shown != kept) return text;
    for (const Block& block : before.blocks)
        if (there.count(block.id)) result.push_back(block.id);
    for (size_t i = 0; i < text.size(); ++i) {
        if (there.count(text[i])) continue;
        const auto behind = i ? std::find(result.begin(), result.end(), text[i - 1]) + 1 : result.begin();
        result.insert(behind, text[i]);
    }
    return result;
}

std::vector<Wire> mergedWires(const Diagram& read, const Diagram& before)
{
    std::vector<Wire> wires;
    const auto in = [](const std::vector<Wire>& list, const Wire& wire) {
        return std::find(list.begin(), list.end(), wire) != list.end();
    };
    std::set<std::pair<PortRef, PortRef>> now, old;
    for (const Wire& wire : read.wires) now.insert({wire.from, wire.to});
    for (const Wire& wire : before.wires) {
        old.insert({wire.from, wire.to});
        // Text says nothing of wires from blocks that are not there, or into ports without a name.
        const bool unsaid =
            read.find(wire.to.block) &&
            (!before.find(wire.from.block) ||
             (read.find(wire.from.block) && (!expressible(wire.to.port) || !expressible(wire.from.port))));
        if (now.count({wire.from, wire.to}) || (unsaid && !in(wires, wire))) wires.push_back(wire);
    }
    for (const Wire& wire : read.wires)
        if (!old.count({wire.from, wire.to})) wires.push_back(wire);
    // Where several wires end in one port, their order is that of the text.
    std::map<PortRef, std::vector<const Wire*>> said;
    for (const Wire& wire : read.wires) said[wire.to].push_back(&wire);
    std::map<PortRef, size_t> next;
    for (Wire& wire : wires) {
        const auto list = said.find(wire.to);
        if (list == said.end() || !now.count({wire.from, wire.to})) continue;
        wire = *list->second[next[wire.to]++];
    }
    return wires;
}

} // namespace

Diagram diagramFrom(std::string_view text, const BlockLibrary& all, const Diagram& before, Errors& errors,
                    std::string_view source)
{
    const BlockLibrary library = before.definitions.empty() ? all : all.with(before);
    std::vector<Statement> statements;
    try {
        statements = language::parseTerm(text, source);
    } catch (const Error& error) {
        errors.push_back(error);
        return before;
    }
    Diagram read = Reader(text, source, library, errors).read(std::move(statements));
    Diagram result;
    result.sizes = read.sizes;
    result.sizeComments = read.sizeComments;
    if (read.blocks.empty() && read.sizes.empty()) // nothing that a comment could stand above
        for (const language::Token& token : language::tokenize({text, source}, {}))
            if (token.kind == language::Token::Kind::Comment) {
                std::string& all = result.sizeComments[""];
                all += (all.empty() ? "" : "\n") + std::string(token.text);
            }
    for (const auto& [symbol, formula] : before.sizes)
        if (!expressible(symbol)) result.sizes.emplace(symbol, formula);
    result.definitions = before.definitions;
    for (const std::string& id : mergedOrder(read, before)) {
        Block block = *read.find(id);
        if (const Block* old = before.find(id)) {
            block.pin = old->pin;
            block.open = old->open;
            block.keepsNames = block.keepsNames || (old->keepsNames && old->kind == block.kind);
            block.unknown = old->unknown;
            for (const auto& [name, setting] : old->settings)
                if (!expressible(name)) block.settings.emplace(name, setting);
        }
        result.blocks.push_back(std::move(block));
    }
    result.wires = mergedWires(read, before);
    return result;
}

} // namespace core
