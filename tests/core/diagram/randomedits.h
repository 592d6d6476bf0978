// Edits as a person makes them, drawn at random: equal seeds give equal documents.
#pragma once

#include "signatures.h"

#include "core/diagram/edit.h"
#include "core/diagram/text.h"

#include <random>

namespace core::test
{

inline std::string anyBlock(const Diagram& diagram, std::mt19937& random)
{
    return diagram.blocks.empty() ? "none" : diagram.blocks[random() % diagram.blocks.size()].id;
}

inline PortRef anyPort(const Diagram& diagram, const BlockLibrary& library, std::mt19937& random, bool output)
{
    const std::string id = anyBlock(diagram, random);
    const Block* block = diagram.find(id);
    if (!block) return {id, "x"};
    std::shared_ptr<const BlockDeclaration> kind = library.declarationOf(*block);
    for (const Definition& definition : diagram.definitions)
        if (definition.block->name == block->kind) kind = definition.block;
    if (!kind) return {id, "x"};
    const auto& ports = output ? kind->outputs : kind->inputs;
    return {id, ports.empty() ? "x" : ports[random() % ports.size()].name};
}

/// One edit; throws where it is refused, and then the document is not to be used.
inline void edit(Document& document, const BlockLibrary& library, std::mt19937& random)
{
    const Diagram& diagram = document.diagram;
    const auto below = [&](size_t n) { return n ? size_t(random() % n) : 0; };
    const auto any = [&] { return anyBlock(diagram, random); };
    const auto wire = [&] {
        return diagram.wires.empty() ? Wire{} : diagram.wires[below(diagram.wires.size())];
    };
    switch (below(16)) {
    case 0:
    case 1:
    case 2:
        edit::addBlock(document, library, library.all()[below(library.all().size())].name, Point{1, 2});
        break;
    case 3:
    case 4:
    case 5:
    case 6: {
        const PortRef from = anyPort(diagram, library, random, true);
        edit::connect(document, library, {from, anyPort(diagram, library, random, false)});
        break;
    }
    case 7:
        edit::disconnect(document, wire());
        break;
    case 8:
        if (diagram.blocks.size() > 12) {
            const std::set<std::string> ids{any(), any()};
            edit::removeBlocks(document, library, ids, below(2));
        }
        break;
    case 9: {
        const Wire on = wire();
        edit::insertOnWire(document, library, on, edit::addBlock(document, library, "activation"));
        break;
    }
    case 10: {
        const std::string id = any();
        edit::setSetting(document, id, "to", text(below(2) ? "channel: 8" : "hidden: 3"));
        break;
    }
    case 11: {
        const std::string id = any();
        edit::renameBlock(document, id, "block" + std::to_string(below(50)));
        break;
    }
    case 12: {
        const std::set<std::string> ids{any(), any()};
        edit::toggleState(document, ids, BlockState(1 + below(2)));
        break;
    }
    case 13:
        edit::group(document, library, {any(), any(), any()}, "part");
        break;
    case 14:
        edit::ungroup(document, library, any());
        break;
    case 15: {
        Errors errors;
        const std::string text = textOf(diagram, library) + "more = relu(" + any() + ")\n";
        Diagram next = diagramFrom(text, library, diagram, errors);
        if (errors.empty()) document.diagram = std::move(next);
        break;
    }
    }
}

} // namespace core::test
