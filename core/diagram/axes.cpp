// Axes renamed everywhere, and ways out of conflicts of axes.
#include "core/diagram/edit.h"
#include "core/diagram/einsum.h"
#include "core/diagram/inference.h"
#include "core/diagram/textparts.h"

#include <algorithm>

namespace core::edit
{

using namespace diagram;
using language::Syntax;
using K = ParameterDeclaration::Kind;

namespace
{

bool rename(Syntax& syntax, const std::string& from, const std::string& to)
{
    bool changed = false;
    if ((syntax.kind == Syntax::Kind::Name || syntax.kind == Syntax::Kind::Sized) && syntax.name == from) {
        syntax.name = to;
        changed = true;
    }
    for (Syntax& child : syntax.children) changed = rename(child, from, to) || changed;
    return changed;
}

/// The text with the axis renamed; as it was where it does not name it or is no list.
std::string renamedList(const std::string& text, const std::string& from, const std::string& to)
{
    try {
        Syntax list = language::parseExpression("[" + text + "]");
        return rename(list, from, to) ? settingText(list) : text;
    } catch (const Error&) {
        return text;
    }
}

std::string renamedEinsum(const std::string& text, const std::string& from, const std::string& to)
{
    std::string result, word;
    for (const char c : text + " ") {
        const bool part = c != ' ' && c != ',' && c != '-' && c != '>';
        if (part) {
            word += c;
            continue;
        }
        result += (word == from ? to : word) + c;
        word.clear();
    }
    result.pop_back();
    return result;
}

std::string renamed(const ParameterDeclaration& parameter, const BlockDeclaration& kind,
                    const std::string& text, const std::string& from, const std::string& to)
{
    if (parameter.kind == K::Axes || parameter.kind == K::Number || parameter.kind == K::Integer ||
        parameter.name == "of")
        return renamedList(text, from, to);
    if (parameter.kind == K::Text && kind.ports == parameter.name) return renamedEinsum(text, from, to);
    if (parameter.kind != K::Formula) return text;
    try { // only size(axis): other names of a formula are arrays
        Syntax formula = language::parseExpression(text);
        bool changed = false;
        const auto walk = [&](auto&& self, Syntax& syntax) -> void {
            if (syntax.kind == Syntax::Kind::Call && syntax.name == "size")
                changed = rename(syntax, from, to) || changed;
            for (Syntax& child : syntax.children) self(self, child);
        };
        walk(walk, formula);
        return changed ? language::print(formula) : text;
    } catch (const Error&) {
        return text;
    }
}

bool has(const Elaboration& made, const std::string& axis)
{
    return std::any_of(made.types.begin(), made.types.end(),
                       [&](const auto& item) { return item.second.type.has(axis); });
}

} // namespace

void renameAxis(Document& document, const BlockLibrary& all, const Elaboration& made, const std::string& from,
                const std::string& to)
{
    if (from == to) return;
    if (!language::isPlainName(to) || language::isReserved(to) || to.find('.') != to.npos)
        throw Error{to, "cannot be the name of an axis", "use letters, digits and _"};
    if (has(made, to)) throw Error{to, "there is an axis of this name already", "choose another name"};
    Document next = document;
    const BlockLibrary library = all.with(next.diagram);
    for (Definition& definition : next.diagram.definitions) {
        BlockDeclaration block = *definition.block;
        for (language::Statement& statement : block.body) rename(statement.value, from, to);
        for (ParameterDeclaration& parameter : block.parameters)
            parameter.initial.text = renamed(parameter, block, parameter.initial.text, from, to);
        definition.block = std::make_shared<const BlockDeclaration>(std::move(block));
    }
    for (Block& block : next.diagram.blocks) {
        const BlockDeclaration* kind = library.find(block.kind);
        if (!kind) continue;
        const bool own = std::any_of(next.diagram.definitions.begin(), next.diagram.definitions.end(),
                                     [&](const Definition& one) { return one.block->name == block.kind; });
        for (const ParameterDeclaration& parameter : kind->parameters) {
            const auto said = block.settings.find(parameter.name);
            if (said == block.settings.end() && own) continue; // its default was renamed already
            const Setting& now = said == block.settings.end() ? parameter.initial : said->second;
            const std::string text = renamed(parameter, *kind, now.text, from, to);
            if (now.kind == Setting::Kind::Text && text != now.text)
                block.settings[parameter.name] = {Setting::Kind::Text, 0, text, false};
        }
    }
    // The data names its axes itself: what follows it reads them under the new name.
    const std::vector<Block> blocks = next.diagram.blocks;
    for (const Block& block : blocks) {
        if (block.kind != "data") continue;
        for (const char* port : {"x", "y"}) {
            const auto type = made.types.find(block.id + "." + port);
            if (type == made.types.end() || !type->second.type.has(from)) continue;
            const std::string id = addBlock(next, all, "rename_axis");
            Block& renaming = *next.diagram.find(id);
            renaming.settings["from"] = {Setting::Kind::Text, 0, from, false};
            renaming.settings["to"] = {Setting::Kind::Text, 0, to, false};
            for (Wire& wire : next.diagram.wires)
                if (wire.from == PortRef{block.id, port}) wire.from = {id, "y"};
            next.diagram.wires.insert(next.diagram.wires.begin(), Wire{{block.id, port}, {id, "x"}});
        }
    }
    document = std::move(next);
}

namespace
{

Setting text(const std::string& value) { return {Setting::Kind::Text, 0, value, false}; }

bool concerns(const Error& error, const std::string& block)
{
    return error.where == block || error.where.starts_with(block + ".") ||
           error.where.starts_with(block + "/") || error.where.starts_with(block + ":");
}

/// A block between the ends of a wire that is drawn already.
struct Inserted {
    std::string title, kind;
    std::map<std::string, Setting> settings;
};

Document with(Document document, const BlockLibrary& library, const Wire& wire, const Inserted& what)
{
    if (std::find(document.diagram.wires.begin(), document.diagram.wires.end(), wire) ==
        document.diagram.wires.end())
        connect(document, library, wire);
    const std::string id = addBlock(document, library, what.kind);
    document.diagram.find(id)->settings = what.settings;
    insertOnWire(document, library, wire, id);
    return document;
}

std::string join(const std::vector<std::string>& words)
{
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

/// What might help between an array and arrays or settings that want other axes.
std::vector<Inserted> candidates(const WireType& from, const std::vector<Axis>& wanted)
{
    const Type& type = from.type;
    std::vector<Inserted> list;
    if (type.element == Element::Integer) list.push_back({"insert an embedding", "embedding", {}});
    std::vector<std::string> own;
    std::vector<Axis> missing, differ;
    for (const Axis& axis : wanted) {
        if (!type.has(axis.name))
            missing.push_back(axis);
        else if (axis.size > 0 && type.size(axis.name) != axis.size)
            differ.push_back(axis);
    }
    for (const Axis& axis : type.axes)
        if (axis.name != "batch" && std::none_of(wanted.begin(), wanted.end(),
                                                 [&](const Axis& one) { return one.name == axis.name; }))
            own.push_back(axis.name);
    const auto sized = [](const Axis& axis) {
        return axis.name + ": " + std::to_string(axis.size > 0 ? axis.size : 64);
    };
    for (const Axis& axis : missing) {
        for (const std::string& name : own)
            list.push_back({"rename axis " + name + " to " + axis.name,
                            "rename_axis",
                            {{"from", text(name)}, {"to", text(axis.name)}}});
        if (own.size() > 1)
            list.push_back({"merge axes " + join(own) + " into " + axis.name,
                            "merge_axes",
                            {{"axes", text(join(own))}, {"into", text(axis.name)}}});
        for (const std::string& name : own)
            list.push_back({"insert a linear map " + name + " -> " + sized(axis),
                            "linear",
                            {{"from", text(name)}, {"to", text(sized(axis))}}});
    }
    for (const Axis& axis : differ) {
        list.push_back({"insert a linear map " + axis.name + " -> " + sized(axis),
                        "linear",
                        {{"from", text(axis.name)}, {"to", text(sized(axis))}}});
        list.push_back({"rename axis " + axis.name + " to " + axis.name + "_in",
                        "rename_axis",
                        {{"from", text(axis.name)}, {"to", text(axis.name + "_in")}}});
    }
    if (!own.empty())
        list.push_back({"average over " + join(own), "global_average_pool", {{"over", text(join(own))}}});
    return list;
}

} // namespace

namespace
{

/// `inference` knows the document, and knows it again afterwards.
std::vector<Fix> fixesFor(const Document& document, const BlockLibrary& library, const DataSignature& data,
                          const Wire& wire, Inference& inference)
{
    std::vector<Fix> fixes;
    const auto& types = inference.types();
    const auto from = types.find(wire.from.text());
    const Block* to = document.diagram.find(wire.to.block);
    const BlockLibrary own = library.with(document.diagram);
    const auto kind = to ? own.declarationOf(*to) : nullptr;
    if (from == types.end() || !kind) return fixes;
    // Wanted: axes of what else comes in, and those that settings name.
    std::vector<Axis> wanted;
    const auto want = [&](const Axis& axis) {
        if (std::none_of(wanted.begin(), wanted.end(),
                         [&](const Axis& one) { return one.name == axis.name; }))
            wanted.push_back(axis);
    };
    for (const Wire& other : document.diagram.wires)
        if (other.to.block == wire.to.block && other.from != wire.from)
            if (const auto type = types.find(other.from.text()); type != types.end())
                for (const Axis& axis : type->second.type.axes) want(axis);
    for (const ParameterDeclaration& parameter : kind->parameters) {
        if (parameter.kind != K::Axes || parameter.name == "to" || parameter.name == "into") continue;
        const auto said = to->settings.find(parameter.name);
        const std::string list = (said == to->settings.end() ? parameter.initial : said->second).text;
        try {
            const Syntax parsed = language::parseExpression("[" + list + "]");
            for (const Syntax& axis : parsed.children) {
                const bool number = !axis.children.empty() && axis.children[0].kind == Syntax::Kind::Number;
                want({axis.name, number ? int64_t(axis.children[0].number) : 0});
            }
        } catch (const Error&) {
            continue;
        }
    }
    for (const Inserted& what : candidates(from->second, wanted)) {
        try {
            const Document fixed = with(document, library, wire, what);
            inference.update(fixed.diagram, library, data, Phase::Evaluation);
            const std::string& inserted = fixed.diagram.blocks.back().id;
            if (std::any_of(inference.errors().begin(), inference.errors().end(), [&](const Error& error) {
                    return concerns(error, wire.to.block) || concerns(error, inserted);
                }))
                continue;
            fixes.push_back({what.title, [what, wire, library](Document before) {
                                 return with(std::move(before), library, wire, what);
                             }});
        } catch (const Error&) {
            continue; // a cycle, for one
        }
    }
    inference.update(document.diagram, library, data, Phase::Evaluation);
    return fixes;
}

} // namespace

std::vector<Fix> fixesFor(const Document& document, const BlockLibrary& library, const DataSignature& data,
                          const Wire& wire)
{
    Inference inference;
    inference.update(document.diagram, library, data, Phase::Evaluation);
    return fixesFor(document, library, data, wire, inference);
}

std::vector<Fix> fixesFor(const Document& document, const BlockLibrary& library, const DataSignature& data,
                          const Error& error)
{
    std::vector<Fix> fixes;
    Inference inference;
    inference.update(document.diagram, library, data, Phase::Evaluation);
    for (const Wire& wire : document.diagram.wires)
        if (concerns(error, wire.to.block))
            for (Fix& fix : fixesFor(document, library, data, wire, inference))
                if (std::none_of(fixes.begin(), fixes.end(),
                                 [&](const Fix& one) { return one.title == fix.title; }))
                    fixes.push_back(std::move(fix));
    return fixes;
}

} // namespace core::edit
