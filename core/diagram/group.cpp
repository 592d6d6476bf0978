// Groups: a part of the diagram as the body of a block, and back.
#include "core/diagram/declaration.h"
#include "core/diagram/edit.h"
#include "core/diagram/graph.h"
#include "core/diagram/part.h"
#include "core/diagram/term.h"
#include "core/diagram/text.h"
#include "core/diagram/textparts.h"
#include "core/files/files.h"

#include <algorithm>
#include <utility>

namespace core::edit
{

using namespace diagram;
using language::Statement;
using language::Syntax;

namespace
{

std::string identifier(const std::string& title)
{
    std::string name;
    for (const char c : title) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (letter || (c >= '0' && c <= '9' && !name.empty()))
            name += c >= 'A' && c <= 'Z' ? char(c + 'a' - 'A') : c;
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (name.ends_with('_')) name.pop_back();
    return name.empty() || language::isReserved(name) ? "group" : name;
}

template<class Taken> std::string fresh(const std::string& stem, Taken taken)
{
    std::string name = stem;
    for (int i = 2; taken(name); ++i) name = stem + std::to_string(i);
    return name;
}

/// A path that leaves the part and comes back would be a cycle through the group.
void expectConvex(const Diagram& diagram, const std::set<std::string>& ids)
{
    std::set<std::string> behind;
    std::vector<std::string> open(ids.begin(), ids.end());
    while (!open.empty()) {
        const std::string id = open.back();
        open.pop_back();
        for (const Wire& wire : diagram.wires) {
            if (wire.from.block != id) continue;
            if (behind.count(id) && ids.count(wire.to.block))
                throw Error{id, "lies between blocks of the group: the group would hang on itself",
                            "select " + id + " as well"};
            if (!ids.count(wire.to.block) && behind.insert(wire.to.block).second)
                open.push_back(wire.to.block);
        }
    }
}

/// What becomes of the wires that cross: names of ports by their source, in the order of the wires.
struct Border {
    std::vector<std::pair<PortRef, std::string>> in, out;

    static const std::string* find(const std::vector<std::pair<PortRef, std::string>>& list,
                                   const PortRef& port)
    {
        for (const auto& [source, name] : list)
            if (source == port) return &name;
        return nullptr;
    }
};

Border borderOf(const Diagram& diagram, const BlockLibrary& library, const std::set<std::string>& ids)
{
    Border border;
    std::vector<std::pair<PortRef, PortRef>> in;
    std::vector<PortRef> out;
    for (const Wire& wire : diagram.wires) {
        const bool from = ids.count(wire.from.block), to = ids.count(wire.to.block);
        if (!from && to &&
            std::none_of(in.begin(), in.end(), [&](auto& one) { return one.first == wire.from; }))
            in.emplace_back(wire.from, wire.to);
        if (from && !to && std::find(out.begin(), out.end(), wire.from) == out.end())
            out.push_back(wire.from);
    }
    if (out.empty()) // what nobody reads is what the group is for
        for (const Block& block : diagram.blocks) {
            const auto kind = ids.count(block.id) ? library.declarationOf(block) : nullptr;
            if (!kind) continue;
            for (const PortDeclaration& port : kind->outputs)
                if (std::none_of(diagram.wires.begin(), diagram.wires.end(),
                                 [&](const Wire& wire) { return wire.from.block == block.id; }))
                    out.push_back({block.id, port.name});
        }
    std::set<std::string> taken(ids.begin(), ids.end());
    const auto name = [&](const std::string& stem) {
        const std::string plain = language::isPlainName(stem) ? stem : "x";
        const std::string result = fresh(plain, [&](const std::string& one) { return taken.count(one) > 0; });
        taken.insert(result);
        return result;
    };
    for (const auto& [from, to] : in) border.in.emplace_back(from, name(in.size() == 1 ? "x" : to.port));
    for (const PortRef& from : out) border.out.emplace_back(from, name(out.size() == 1 ? "y" : from.port));
    return border;
}

/// What text does not hold of the blocks inside, by id.
Json insideJson(const Diagram& part)
{
    Json json = Json::object();
    for (const Block& block : part.blocks) {
        Json one = Json::object();
        if (block.pin) one["at"] = {block.pin->x, block.pin->y};
        if (block.open) one["open"] = true;
        if (!block.unknown.empty()) one["unknown"] = Json::parse(block.unknown, nullptr, false);
        if (!one.empty()) json[block.id] = one;
    }
    return json;
}

void restore(Diagram& inside, const BlockDeclaration& kind)
{
    if (kind.unknown.empty()) return;
    const Json unknown = Json::parse(kind.unknown, nullptr, false);
    if (!unknown.is_object() || !unknown.contains("inside") || !unknown["inside"].is_object()) return;
    for (const auto& [id, one] : unknown["inside"].items()) {
        Block* block = inside.find(id);
        if (!block || !one.is_object()) continue;
        if (const auto at = one.find("at"); at != one.end() && at->is_array() && at->size() == 2 &&
                                            (*at)[0].is_number() && (*at)[1].is_number())
            block->pin = Point{(*at)[0].get<double>(), (*at)[1].get<double>()};
        if (const auto open = one.find("open"); open != one.end() && open->is_boolean()) block->open = *open;
        if (const auto rest = one.find("unknown"); rest != one.end() && rest->is_object())
            block->unknown = rest->dump();
    }
}

Definition& definitionOf(Document& document, const std::string& kind)
{
    for (Definition& definition : document.diagram.definitions)
        if (definition.block->name == kind) return definition;
    throw Error{kind, "is no block that this document declares", "group blocks first"};
}

} // namespace

std::string group(Document& document, const BlockLibrary& all, const std::set<std::string>& ids,
                  const std::string& title)
{
    const Diagram& old = document.diagram;
    const BlockLibrary library = all.with(old);
    for (const std::string& id : ids) {
        const Block* block = old.find(id);
        if (!block) throw Error{id, "there is no such block", ""};
        if (!library.declarationOf(*block))
            throw Error{id, "there is no kind of block called " + block->kind, "it cannot be in a group"};
        if (block->kind == inputKind || block->kind == outputKind)
            throw Error{id, "stands for what is outside of a group",
                        "leave it out: a group has inputs of its own"};
    }
    if (ids.empty()) throw Error{title, "a group needs at least one block", "select blocks first"};
    expectConvex(old, ids);
    const Border border = borderOf(old, library, ids);

    Diagram part;
    part.definitions = old.definitions;
    for (const auto& [source, name] : border.in) part.blocks.push_back({name, inputKind, {}, {}, {}});
    bool learned = false;
    for (const Block& block : old.blocks)
        if (ids.count(block.id)) {
            part.blocks.push_back(block);
            learned = learned || library.declarationOf(block)->draw.learned;
        }
    for (const Wire& wire : old.wires) {
        if (!ids.count(wire.to.block)) continue;
        const std::string* port = Border::find(border.in, wire.from);
        part.wires.push_back(port ? Wire{{*port, "y"}, wire.to} : wire);
    }
    BlockDeclaration made;
    made.name = fresh(identifier(title), [&](const std::string& name) {
        return library.find(name) || findTermFunction(name) || language::findFunction(name);
    });
    made.title = title.empty() ? made.name : title;
    made.category = "Own";
    made.draw = {"", "cuboid", learned, false, "", "", ""};
    made.draw.symbol = made.title;
    for (const auto& [source, name] : border.in) made.inputs.push_back({name, "[...]", false, false, ""});
    made.body = bodyOf(part, library);
    for (const auto& [source, name] : border.out) {
        made.outputs.push_back({name, "[...]", false, false, ""});
        const auto kind = library.declarationOf(*old.find(source.block));
        Statement last;
        last.targets = {name};
        last.value = nameSyntax(kind->outputs.size() == 1 ? source.block : source.text());
        made.body.push_back(last);
    }
    if (const Json inside = insideJson(part); !inside.empty()) made.unknown = Json{{"inside", inside}}.dump();

    Diagram next = old;
    Block block;
    std::erase_if(next.blocks, [&](const Block& one) { return ids.count(one.id) > 0; });
    block.id = next.freshId(made.name);
    block.kind = made.name;
    block.keepsNames = true;
    const auto first = std::find_if(old.blocks.begin(), old.blocks.end(),
                                    [&](const Block& one) { return ids.count(one.id) > 0; });
    block.pin = first->pin;
    next.blocks.insert(next.blocks.begin() + (first - old.blocks.begin()), block);
    next.wires.clear();
    for (const Wire& wire : old.wires) {
        const bool from = ids.count(wire.from.block), to = ids.count(wire.to.block);
        if (from && to) continue;
        Wire outer = wire;
        if (to) outer.to = {block.id, *Border::find(border.in, wire.from)};
        if (from) outer.from = {block.id, *Border::find(border.out, wire.from)};
        if (std::find(next.wires.begin(), next.wires.end(), outer) == next.wires.end())
            next.wires.push_back(outer);
    }
    next.definitions.push_back({std::make_shared<const BlockDeclaration>(std::move(made))});
    document.diagram = std::move(next);
    return block.id;
}

std::set<std::string> ungroup(Document& document, const BlockLibrary& all, const std::string& id)
{
    const Diagram old = document.diagram;
    const BlockLibrary library = all.with(old);
    const Block* block = old.find(id);
    if (!block) throw Error{id, "there is no such block", ""};
    const auto kind = library.declarationOf(*block);
    if (!kind || kind->body.empty() || repeats(*kind) ||
        !(opens(*kind) || std::any_of(old.definitions.begin(), old.definitions.end(),
                                      [&](const Definition& one) { return one.block->name == kind->name; })))
        throw Error{id, "has nothing inside that could stand in its place", ""};
    Inside inside = insideOf(*block, old, all);
    restore(inside.diagram, *kind);

    Diagram next = old;
    const auto at =
        std::find_if(next.blocks.begin(), next.blocks.end(), [&](auto& one) { return one.id == id; });
    const auto index = at - next.blocks.begin();
    next.blocks.erase(at);
    std::map<std::string, std::string> names;          // inside -> here
    std::map<PortRef, std::vector<PortRef>> feeds;     // output of an input block -> what comes in
    std::map<std::string, std::vector<PortRef>> gives; // port of the block -> what it stands for
    std::set<std::string> made;
    std::map<std::string, size_t> seen;
    auto place = index;
    for (const Block& inner : inside.diagram.blocks) {
        if (inner.kind == outputKind) continue;
        if (inner.kind == inputKind) {
            const std::string port = inner.settings.at("name").text;
            size_t skip = seen[port]++;
            for (const Wire& wire : old.wires)
                if (wire.to == PortRef{id, port} && skip-- == 0) {
                    feeds[{inner.id, "y"}].push_back(wire.from);
                    break;
                }
            continue;
        }
        Block here = inner;
        here.id = names[inner.id] = next.freshId(inner.id);
        made.insert(here.id);
        next.blocks.insert(next.blocks.begin() + place++, std::move(here));
    }
    const auto sources = [&](const PortRef& from) -> std::vector<PortRef> {
        if (const auto found = names.find(from.block); found != names.end())
            return {{found->second, from.port}};
        const auto found = feeds.find(from);
        return found == feeds.end() ? std::vector<PortRef>() : found->second;
    };
    next.wires.clear();
    const auto draw = [&](const Wire& wire) {
        if (std::find(next.wires.begin(), next.wires.end(), wire) == next.wires.end())
            next.wires.push_back(wire);
    };
    for (const Wire& wire : inside.diagram.wires)
        if (!names.count(wire.to.block))
            for (const PortRef& from : sources(wire.from))
                gives[inside.diagram.find(wire.to.block)->settings.at("name").text].push_back(from);
    bool drawn = false;
    const auto drawInside = [&] {
        if (std::exchange(drawn, true)) return;
        for (const Wire& wire : inside.diagram.wires)
            if (const auto to = names.find(wire.to.block); to != names.end())
                for (const PortRef& from : sources(wire.from)) draw({from, {to->second, wire.to.port}});
    };
    for (const Wire& wire : old.wires) {
        if (wire.to.block == id || wire.from.block == id) drawInside();
        if (wire.from.block == id)
            for (const PortRef& from : gives[wire.from.port]) draw({from, wire.to});
        else if (wire.to.block != id)
            draw(wire);
    }
    drawInside();
    if (block->keepsNames && !uses(next, kind->name))
        std::erase_if(next.definitions, [&](const Definition& one) { return one.block->name == kind->name; });
    document.diagram = std::move(next);
    return made;
}

void lift(Document& document, const BlockLibrary& all, const std::string& kind, const std::string& inner,
          const std::string& setting, const std::string& as)
{
    const BlockLibrary library = all.with(document.diagram);
    Definition& definition = definitionOf(document, kind);
    BlockDeclaration block = *definition.block;
    if (!language::isPlainName(as) || language::isReserved(as) || block.parameter(as))
        throw Error{kind, "\"" + as + "\" cannot be the name of a new setting", "use letters, digits and _"};
    for (Statement& statement : block.body) {
        if (statement.targets != std::vector{inner} || statement.value.kind != Syntax::Kind::Call) continue;
        std::vector<Syntax>& arguments = statement.value.children;
        const bool said = statement.value.name == "block";
        const Block asBlock{"", said ? arguments.at(0).name : statement.value.name, {}, {}, {}};
        const auto of = library.declarationOf(asBlock);
        const ParameterDeclaration* parameter = of ? of->parameter(setting) : nullptr;
        if (!parameter) throw Error{inner, "block " + asBlock.kind + " has no setting " + setting, ""};
        ParameterDeclaration lifted = *parameter;
        lifted.name = as;
        const Inside inside = insideOf({"", kind, {}, {}, {}}, document.diagram, all);
        if (const Block* now = inside.diagram.find(inner))
            if (const auto value = now->settings.find(setting); value != now->settings.end())
                lifted.initial = value->second;
        // Settings by place come before those by name: all of them get names.
        size_t next = 0;
        std::vector<Syntax> kept;
        const auto named = [&](const std::string& name, const Syntax& value) {
            if (name == setting) return;
            kept.push_back(Syntax{.kind = Syntax::Kind::Named, .name = name});
            kept.back().children.push_back(value);
        };
        std::set<std::string> arrays;
        for (const PortDeclaration& port : block.inputs) arrays.insert(port.name);
        for (const Statement& one : block.body) arrays.insert(one.targets.begin(), one.targets.end());
        for (size_t i = 0; i < arguments.size(); ++i) {
            const Syntax& argument = arguments[i];
            const bool array =
                (said && i == 0) || (argument.kind == Syntax::Kind::Name &&
                                     arrays.count(argument.name.substr(0, argument.name.find('.'))));
            if (array)
                kept.push_back(argument);
            else if (argument.kind == Syntax::Kind::Named)
                named(argument.name, argument.children[0]);
            else if (argument.kind == Syntax::Kind::Arrow) {
                named(of->parameters[next++].name, argument.children[0]);
                named(of->parameters[next++].name, argument.children[1]);
            } else
                named(of->parameters[next++].name, argument);
        }
        kept.push_back(Syntax{.kind = Syntax::Kind::Named, .name = setting});
        kept.back().children.push_back(nameSyntax(as));
        arguments = std::move(kept);
        block.parameters.push_back(std::move(lifted));
        definition.block = std::make_shared<const BlockDeclaration>(std::move(block));
        return;
    }
    throw Error{kind, "there is no block " + inner + " inside", ""};
}

void describe(Document& document, const std::string& kind, const std::string& title, const std::string& help,
              const std::string& symbol)
{
    Definition& definition = definitionOf(document, kind);
    BlockDeclaration block = *definition.block;
    block.title = title;
    block.help = help;
    block.draw.symbol = symbol;
    definition.block = std::make_shared<const BlockDeclaration>(std::move(block));
}

namespace
{

void putSizes(Syntax& syntax, const std::map<std::string, std::string>& sizes, int depth = 0)
{
    if (syntax.kind == Syntax::Kind::Name && depth < 20)
        if (const auto found = sizes.find(syntax.name); found != sizes.end()) {
            syntax = language::parseExpression(found->second, "sizes." + found->first);
            return putSizes(syntax, sizes, depth + 1);
        }
    for (Syntax& child : syntax.children) putSizes(child, sizes, depth);
}

} // namespace

std::vector<std::string> saveToLibrary(const Document& document, const std::string& kind,
                                       const std::string& folder)
{
    std::vector<std::string> paths, open{kind};
    std::set<std::string> done{kind};
    while (!open.empty()) {
        const std::string name = open.back();
        open.pop_back();
        Document copy = document;
        BlockDeclaration block = *definitionOf(copy, name).block;
        for (Statement& statement : block.body) putSizes(statement.value, document.diagram.sizes);
        for (const Definition& other : document.diagram.definitions)
            if (calls(block, other.block->name) && done.insert(other.block->name).second)
                open.push_back(other.block->name);
        block.unknown.clear(); // places of blocks belong to the document
        paths.push_back(folder + "/" + name + ".json");
        files::writeFile(paths.back(), writeDeclaration(block));
    }
    return paths;
}

} // namespace core::edit
