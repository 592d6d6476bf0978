#include "core/diagram/part.h"

#include "core/diagram/term.h"

#include <algorithm>
#include <utility>

namespace core::edit
{

using language::Statement;
using language::Syntax;

namespace
{

using Names = std::map<std::string, std::string>;

bool inWord(char c) { return std::isalnum(uint8_t(c)) || c == '_'; }

/// Calls `found` with begin and end of every word.
template<class Found> void forWords(std::string_view text, Found found)
{
    for (size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
        for (end = begin; end < text.size() && inWord(text[end]);) ++end;
        if (end > begin) found(begin, end);
    }
}

std::string renamed(const std::string& text, const Names& names)
{
    std::string result;
    size_t done = 0;
    forWords(text, [&](size_t begin, size_t end) {
        const auto found = names.find(text.substr(begin, end - begin));
        if (found == names.end()) return;
        result += text.substr(done, begin - done) + found->second;
        done = end;
    });
    return result + text.substr(done);
}

/// Kinds are called, stand in quotation marks, or are what is repeated.
void rename(Syntax& syntax, const Names& names, bool ofArgument = false)
{
    if (syntax.kind == Syntax::Kind::String)
        syntax.name = renamed(syntax.name, names);
    else if (const auto found = names.find(syntax.name);
             found != names.end() &&
             (syntax.kind == Syntax::Kind::Call || (ofArgument && syntax.kind == Syntax::Kind::Name)))
        syntax.name = found->second;
    const bool of = syntax.kind == Syntax::Kind::Named && syntax.name == "of";
    for (Syntax& child : syntax.children) rename(child, names, of);
}

bool mentions(const Syntax& syntax, const std::string& kind)
{
    const bool here = syntax.name == kind ||
                      (syntax.kind == Syntax::Kind::String && syntax.name.find(kind) != syntax.name.npos);
    return here || std::any_of(syntax.children.begin(), syntax.children.end(),
                               [&](const Syntax& child) { return mentions(child, kind); });
}

const Definition* find(const std::vector<Definition>& definitions, const std::string& kind)
{
    const auto found = std::find_if(definitions.begin(), definitions.end(),
                                    [&](const Definition& one) { return one.block->name == kind; });
    return found == definitions.end() ? nullptr : &*found;
}

void collectWords(std::string_view text, std::set<std::string>& words)
{
    forWords(text, [&](size_t begin, size_t end) { words.emplace(text.substr(begin, end - begin)); });
}

/// Definitions of the part that cannot go by their names in the diagram: of another content, or calling one
/// that cannot.
Names freshNames(const Diagram& diagram, const BlockLibrary& library, const Diagram& part)
{
    Names names;
    const auto taken = [&](const std::string& name) {
        return find(diagram.definitions, name) || find(part.definitions, name) || library.find(name) ||
               diagram::findTermFunction(name) || language::findFunction(name);
    };
    for (bool more = true; std::exchange(more, false);)
        for (const Definition& one : part.definitions) {
            const Definition* there = find(diagram.definitions, one.block->name);
            if (!there || names.contains(one.block->name)) continue;
            if (*there == one && std::none_of(names.begin(), names.end(), [&](const auto& name) {
                    return calls(*one.block, name.first);
                }))
                continue;
            std::string fresh;
            for (int i = 2; fresh.empty() || taken(fresh); ++i) fresh = one.block->name + std::to_string(i);
            names[one.block->name] = fresh;
            more = true;
        }
    return names;
}

void rename(Diagram& part, const Names& names)
{
    if (names.empty()) return;
    const auto nameOf = [&](const std::string& kind) {
        const auto found = names.find(kind);
        return found == names.end() ? kind : found->second;
    };
    for (Definition& definition : part.definitions) {
        BlockDeclaration block = *definition.block;
        block.name = nameOf(block.name);
        for (Statement& statement : block.body) rename(statement.value, names);
        definition.block = std::make_shared<const BlockDeclaration>(std::move(block));
    }
    for (Block& block : part.blocks) {
        block.kind = nameOf(block.kind);
        if (const auto of = block.settings.find("of"); of != block.settings.end())
            of->second.text = renamed(of->second.text, names);
    }
}

} // namespace

bool calls(const BlockDeclaration& block, const std::string& kind)
{
    return std::any_of(block.body.begin(), block.body.end(),
                       [&](const Statement& statement) { return mentions(statement.value, kind); });
}

bool uses(const Diagram& diagram, const std::string& kind)
{
    return std::any_of(diagram.blocks.begin(), diagram.blocks.end(),
                       [&](const Block& block) {
                           const auto of = block.settings.find("of");
                           return block.kind == kind || (of != block.settings.end() &&
                                                         of->second.text.find(kind) != std::string::npos);
                       }) ||
           std::any_of(diagram.definitions.begin(), diagram.definitions.end(),
                       [&](const Definition& one) { return calls(*one.block, kind); });
}

Diagram partOf(const Diagram& diagram, const std::set<std::string>& ids)
{
    Diagram part;
    for (const Block& block : diagram.blocks)
        if (ids.contains(block.id)) part.blocks.push_back(block);
    for (const Wire& wire : diagram.wires)
        if (ids.contains(wire.from.block) && ids.contains(wire.to.block)) part.wires.push_back(wire);
    part.definitions = diagram.definitions;
    for (size_t before = 0; before != part.definitions.size();) {
        before = part.definitions.size();
        std::vector<Definition> kept;
        for (const Definition& one : part.definitions)
            if (uses(part, one.block->name)) kept.push_back(one);
        part.definitions = std::move(kept);
    }
    std::set<std::string> words;
    for (const Block& block : part.blocks)
        for (const auto& [name, setting] : block.settings) collectWords(setting.text, words);
    for (const Definition& one : part.definitions) collectWords(writeDeclaration(*one.block), words);
    for (bool more = true; std::exchange(more, false);)
        for (const auto& [symbol, formula] : diagram.sizes)
            if (words.contains(symbol) && part.sizes.emplace(symbol, formula).second) {
                collectWords(formula, words);
                more = true;
            }
    return part;
}

std::map<std::string, std::string> insertPart(Document& document, const BlockLibrary& library, Diagram part)
{
    Diagram next = document.diagram;
    rename(part, freshNames(next, library, part));
    for (const Definition& one : part.definitions)
        if (!find(next.definitions, one.block->name)) next.definitions.push_back(one);
    next.sizes.insert(part.sizes.begin(), part.sizes.end());

    std::set<std::string, std::less<>> taken, keepers; // kinds whose blocks name what is inside
    for (const Block& block : next.blocks) {
        taken.insert(block.id);
        if (block.keepsNames) keepers.insert(block.kind);
    }
    std::map<std::string, std::string> names;
    for (Block& block : part.blocks) {
        std::string stem = block.id;
        if (taken.contains(stem))
            while (stem.size() > 1 && std::isdigit(uint8_t(stem.back()))) stem.pop_back();
        std::string id = stem;
        for (int i = 2; !taken.insert(id).second; ++i) id = stem + std::to_string(i);
        names[block.id] = id;
        block.id = id;
        block.keepsNames = block.keepsNames && keepers.insert(block.kind).second;
        next.blocks.push_back(std::move(block));
    }
    for (const Wire& wire : part.wires)
        next.wires.push_back(
            {{names.at(wire.from.block), wire.from.port}, {names.at(wire.to.block), wire.to.port}});
    document.diagram = std::move(next);
    return names;
}

} // namespace core::edit
