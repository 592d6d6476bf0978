#include "core/diagram/edit.h"

#include "core/diagram/fields.h"
#include "core/diagram/graph.h"

#include <algorithm>

namespace core::edit
{

namespace
{

/// A copy: what a document declares itself lives no longer than the library made of it.
BlockDeclaration kindOf(const Document& document, const BlockLibrary& library, const std::string& id)
{
    const Block* block = document.diagram.find(id);
    if (!block) throw Error{id, "there is no such block", ""};
    for (const Definition& definition : document.diagram.definitions)
        if (definition.block->name == block->kind) return *definition.block;
    const auto kind = library.declarationOf(*block);
    if (!kind) throw Error{id, "there is no kind of block called " + block->kind, ""};
    return *kind;
}

Block& blockOf(Document& document, const std::string& id)
{
    Block* block = document.diagram.find(id);
    if (!block) throw Error{id, "there is no such block", ""};
    return *block;
}

/// The wires that pass through the block, joined: its only wire in to the ends of its only output in use.
std::vector<Wire> joined(const std::vector<Wire>& wires, const std::string& id)
{
    std::vector<Wire> in, out;
    for (const Wire& wire : wires) {
        if (wire.to.block == id) in.push_back(wire);
        if (wire.from.block == id) out.push_back(wire);
    }
    std::vector<Wire> result;
    const bool single =
        in.size() == 1 && !out.empty() &&
        std::all_of(out.begin(), out.end(), [&](const Wire& wire) { return wire.from == out[0].from; });
    if (single)
        for (const Wire& wire : out) result.push_back({in[0].from, wire.to});
    return result;
}

} // namespace

std::string addBlock(Document& document, const BlockLibrary& library, std::string_view kind,
                     std::optional<Point> pin)
{
    const std::vector<Definition>& own = document.diagram.definitions;
    if (!library.find(kind) &&
        std::none_of(own.begin(), own.end(), [&](const Definition& one) { return one.block->name == kind; }))
        throw Error{std::string(kind), "there is no kind of block of this name",
                    "choose one from the library"};
    Block block;
    block.id = document.diagram.freshId(kind);
    block.kind = kind;
    block.pin = pin;
    document.diagram.blocks.push_back(block);
    return block.id;
}

void connect(Document& document, const BlockLibrary& library, const Wire& wire)
{
    const BlockDeclaration from = kindOf(document, library, wire.from.block);
    const BlockDeclaration to = kindOf(document, library, wire.to.block);
    if (!diagram::findPort(from.outputs, wire.from.port))
        throw Error{wire.from.text(), "block " + from.name + " has no output " + wire.from.port,
                    "outputs are " + diagram::portNames(from.outputs)};
    const PortDeclaration* port = diagram::findPort(to.inputs, wire.to.port);
    if (!port)
        throw Error{wire.to.text(), "block " + to.name + " has no input " + wire.to.port,
                    "inputs are " + diagram::portNames(to.inputs)};
    if (diagram::reaches(document.diagram, wire.to.block, wire.from.block))
        throw Error{wire.to.text(),
                    "the wires would form a cycle: " + wire.from.block + " hangs on " + wire.to.block, ""};
    std::vector<Wire>& wires = document.diagram.wires;
    const auto same = [&](const Wire& old) { return port->variadic ? old == wire : old.to == wire.to; };
    const auto old = std::find_if(wires.begin(), wires.end(), same);
    if (old != wires.end())
        *old = wire;
    else
        wires.push_back(wire);
}

void disconnect(Document& document, const Wire& wire) { std::erase(document.diagram.wires, wire); }

void removeBlocks(Document& document, const BlockLibrary&, const std::set<std::string>& ids, bool heal)
{
    std::vector<Wire>& wires = document.diagram.wires;
    for (const std::string& id : ids) {
        const Block* block = document.diagram.find(id);
        if (!block) continue;
        const std::vector<Wire> healed = heal ? joined(wires, id) : std::vector<Wire>();
        const auto first = std::find_if(wires.begin(), wires.end(), [&](const Wire& wire) {
            return wire.to.block == id || wire.from.block == id;
        });
        wires.insert(first, healed.begin(), healed.end());
        std::erase_if(wires, [&](const Wire& wire) { return wire.to.block == id || wire.from.block == id; });
        std::erase_if(document.diagram.blocks, [&](const Block& item) { return item.id == id; });
    }
    // A variadic port may have had the joined wire already.
    std::set<std::pair<PortRef, PortRef>> known;
    std::erase_if(wires, [&](const Wire& wire) { return !known.emplace(wire.from, wire.to).second; });
}

void insertOnWire(Document& document, const BlockLibrary& library, const Wire& wire, const std::string& id)
{
    const BlockDeclaration kind = kindOf(document, library, id);
    std::vector<Wire>& wires = document.diagram.wires;
    const auto at = std::find(wires.begin(), wires.end(), wire);
    if (at == wires.end()) throw Error{wire.from.text(), "there is no wire to " + wire.to.text(), ""};
    const auto free = std::find_if(kind.inputs.begin(), kind.inputs.end(), [&](const PortDeclaration& port) {
        return port.variadic || std::none_of(wires.begin(), wires.end(), [&](const Wire& other) {
                   return other.to == PortRef{id, port.name};
               });
    });
    if (free == kind.inputs.end()) throw Error{id, "block " + kind.name + " has no free input", ""};
    if (kind.outputs.empty()) throw Error{id, "block " + kind.name + " has no output", ""};
    if (id == wire.from.block || id == wire.to.block ||
        diagram::reaches(document.diagram, id, wire.from.block) ||
        diagram::reaches(document.diagram, wire.to.block, id))
        throw Error{id, "on this wire it would close a cycle", ""};
    *at = {{id, kind.outputs[0].name}, wire.to};
    wires.insert(wires.begin() + (at - wires.begin()), Wire{wire.from, {id, free->name}});
}

void setSetting(Document& document, const std::string& block, const std::string& name, const Setting& setting)
{
    blockOf(document, block).settings[name] = setting;
}

void renameBlock(Document& document, const std::string& from, const std::string& to)
{
    Block& block = blockOf(document, from);
    if (from == to) return;
    if (document.diagram.find(to))
        throw Error{to, "there is a block of this name already", "choose another name"};
    if (!Diagram::usableId(to))
        throw Error{to, "cannot be the name of a block", "use letters, digits and _, without spaces"};
    block.id = to;
    for (Wire& wire : document.diagram.wires) {
        const Wire before = wire;
        for (PortRef* end : {&wire.from, &wire.to})
            if (end->block == from) end->block = to;
        diagram::moveFields(document, before, wire);
    }
}

void setState(Document& document, const std::set<std::string>& ids, BlockState state)
{
    for (const std::string& id : ids) blockOf(document, id).state = state;
}

void toggleState(Document& document, const std::set<std::string>& ids, BlockState state)
{
    const bool all = std::all_of(ids.begin(), ids.end(),
                                 [&](const std::string& id) { return blockOf(document, id).state == state; });
    setState(document, ids, all ? BlockState::Active : state);
}

void setOpen(Document& document, const std::string& block, bool open)
{
    blockOf(document, block).open = open;
}

} // namespace core::edit
