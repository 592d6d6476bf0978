#include "widgets/edits.h"

#include "core/diagram/connection.h"
#include "core/diagram/edit.h"

namespace widgets
{
namespace
{

QString stepName(const std::string& kind) { return QObject::tr("Add %1").arg(QString::fromStdString(kind)); }

/// Draws the first wire that fits from a port to any input of the block, or from any output of it to the
/// port; if none does, the first.
void wireUp(core::Document& document, const Lab& lab, const std::string& block, const AddBlock& wish)
{
    const core::BlockLibrary library = lab.library().with(document.diagram);
    const auto kind = library.declarationOf(*document.diagram.find(block));
    const core::ConnectionCheck check(document.diagram, library, lab.signature());
    const auto first = [&](const std::vector<core::PortDeclaration>& ports, const auto& wireOf) {
        for (const core::PortDeclaration& port : ports) {
            const core::Wire wire = wireOf(core::PortRef{block, port.name});
            if (check(wire)) continue;
            return core::edit::connect(document, library, wire);
        }
        // With other settings it may fit: what is wrong is said at the block.
        if (!ports.empty())
            core::edit::connect(document, library, wireOf(core::PortRef{block, ports.front().name}));
    };
    if (wish.from)
        first(kind->inputs, [&](core::PortRef port) { return core::Wire{*wish.from, std::move(port)}; });
    if (wish.to)
        first(kind->outputs, [&](core::PortRef port) { return core::Wire{std::move(port), *wish.to}; });
}

/// The block, and the declarations that the document has to bring along for it.
std::string addBlockTo(core::Document& document, const Lab& lab, const AddBlock& wish)
{
    for (const core::Definition& definition : lab.definitionsFor(wish.kind)) {
        auto& all = document.diagram.definitions;
        const auto same = [&](const core::Definition& other) {
            return other.block->name == definition.block->name;
        };
        if (std::ranges::none_of(all, same)) all.push_back(definition);
    }
    const std::string id = core::edit::addBlock(document, lab.library(), wish.kind, wish.pin);
    document.diagram.find(id)->settings.insert(wish.settings.begin(), wish.settings.end());
    return id;
}

} // namespace

bool addBlock(Lab& lab, const AddBlock& wish)
{
    AddBlock complete = wish;
    if (lab.diagram().blocks.empty()) complete.pin.reset(); // it stands apart from nothing
    const std::string selected = lab.selectedPort();
    if (!wish.pin && !wish.from && !wish.to && !selected.empty() && lab.selection().blocks.size() == 1) {
        const size_t dot = selected.rfind('.');
        complete.from = core::PortRef{selected.substr(0, dot), selected.substr(dot + 1)};
    }
    std::string id;
    const bool added = lab.change(stepName(wish.kind), [&](core::Document& document) {
        id = addBlockTo(document, lab, complete);
        wireUp(document, lab, id, complete);
    });
    if (added) lab.select({{id}, {}});
    return added;
}

void insertOnWire(core::Document& document, const core::BlockLibrary& library, const core::Wire& wire,
                  const std::string& block)
{
    constexpr double room = 130; // from middle to middle
    core::Block *from = document.diagram.find(wire.from.block), *to = document.diagram.find(wire.to.block);
    core::Block* between = document.diagram.find(block);
    between->pin.reset();
    if (from && to && from->pin && to->pin) {
        const double edge = to->pin->x, missing = 2 * room - (edge - from->pin->x);
        if (missing > 0)
            for (core::Block& other : document.diagram.blocks)
                if (other.pin && other.pin->x >= edge) other.pin->x += missing;
        between->pin = core::Point{(from->pin->x + to->pin->x) / 2, (from->pin->y + to->pin->y) / 2};
    }
    core::edit::insertOnWire(document, library, wire, block);
}

bool insertBlock(Lab& lab, const AddBlock& wish, const core::Wire& wire)
{
    std::string id;
    const bool added = lab.change(stepName(wish.kind), [&](core::Document& document) {
        id = addBlockTo(document, lab, {wish.kind, {}, {}, {}, wish.settings});
        insertOnWire(document, lab.library(), wire, id);
    });
    if (added) lab.select({{id}, {}});
    return added;
}

static void collectNames(const core::language::Syntax& syntax, std::set<std::string>& names)
{
    if (syntax.kind == core::language::Syntax::Kind::Name) names.insert(syntax.name);
    for (const core::language::Syntax& child : syntax.children) collectNames(child, names);
}

std::optional<AddBlock> blockOfFormula(const core::BlockLibrary& library, const std::string& text)
{
    std::set<std::string> names;
    const core::language::Function* function = core::language::findFunction(text);
    if (function && function->arity == 1) return blockOfFormula(library, text + "(x)");
    try {
        const core::language::Syntax formula = core::language::parseExpression(text);
        if (formula.kind != core::language::Syntax::Kind::Call) return std::nullopt;
        collectNames(formula, names);
    } catch (const core::Error&) {
        return std::nullopt;
    }
    const char* kind = names.contains("x") ? "activation" : names.contains("a") ? "formula" : "";
    if (!library.find(kind)) return std::nullopt;
    AddBlock wish{kind, {}};
    wish.settings["formula"] = {core::Setting::Kind::Text, 0, text, false};
    return wish;
}

static std::shared_ptr<const core::BlockDeclaration> kindOf(const Lab& lab, const core::Diagram& diagram,
                                                            const std::string& id)
{
    const core::Block* block = diagram.find(id);
    return block ? lab.library().declarationOf(*block) : nullptr;
}

/// Tries the wires in order, those to free inputs first.
static BestWire firstThatFits(const core::ConnectionCheck& check, const core::Diagram& diagram,
                              std::vector<core::Wire> wires)
{
    std::set<core::PortRef> taken;
    for (const core::Wire& wire : diagram.wires) taken.insert(wire.to);
    std::ranges::stable_partition(wires, [&](const core::Wire& wire) { return !taken.contains(wire.to); });
    BestWire best;
    for (const core::Wire& wire : wires) {
        auto reason = check(wire);
        if (!reason) return {wire, std::nullopt, wire};
        if (best.reason) continue;
        best.reason = std::move(reason);
        best.wanted = wire;
    }
    return best;
}

BestWire bestWire(const Lab& lab, const core::Diagram& diagram, const core::ConnectionCheck& check,
                  const core::PortRef& start, bool startIsOutput, const std::string& block)
{
    std::vector<core::Wire> wires;
    if (const auto kind = kindOf(lab, diagram, block))
        for (const core::PortDeclaration& port : startIsOutput ? kind->inputs : kind->outputs)
            wires.push_back(startIsOutput ? core::Wire{start, {block, port.name}}
                                          : core::Wire{{block, port.name}, start});
    return firstThatFits(check, diagram, std::move(wires));
}

BestWire bestWire(const Lab& lab, const core::Diagram& diagram, const core::ConnectionCheck& check,
                  const std::string& a, const std::string& b)
{
    BestWire best;
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
        std::vector<core::Wire> wires;
        const auto source = kindOf(lab, diagram, from), target = kindOf(lab, diagram, to);
        if (!source || !target) continue;
        for (const core::PortDeclaration& output : source->outputs)
            for (const core::PortDeclaration& input : target->inputs)
                wires.push_back({{from, output.name}, {to, input.name}});
        BestWire found = firstThatFits(check, diagram, std::move(wires));
        if (found.wire) return found;
        if (!best.reason) best = std::move(found);
    }
    return best;
}

} // namespace widgets
