#include "core/diagram/textparts.h"

#include "core/language/expression.h"

namespace core::diagram
{

using language::Syntax;
using Kind = Syntax::Kind;

bool expressible(const std::string& name)
{
    return !name.empty() && name.find_first_of("`\n") == name.npos && !language::isReserved(name);
}

Syntax nameSyntax(std::string name)
{
    Syntax syntax;
    syntax.kind = Kind::Name;
    syntax.name = std::move(name);
    return syntax;
}

void collectNames(const Syntax& syntax, std::vector<std::string>& names)
{
    if (syntax.kind == Kind::Name || syntax.kind == Kind::Sized) names.push_back(syntax.name);
    for (const Syntax& child : syntax.children) collectNames(child, names);
}

bool arithmetic(const Syntax& syntax)
{
    if (syntax.kind == Kind::Number || syntax.kind == Kind::Name) return true;
    if (syntax.kind != Kind::Call) return false;
    if (syntax.name == "size" && syntax.children.size() == 1 && syntax.children[0].kind == Kind::String)
        return true;
    const language::Function* function = language::findFunction(syntax.name);
    return function && (syntax.infix || size_t(function->arity) == syntax.children.size()) &&
           std::all_of(syntax.children.begin(), syntax.children.end(), arithmetic);
}

namespace
{

/// What an expression over arrays does with a name that is no array: the size of that name.
Syntax sizeCalls(const Syntax& syntax)
{
    if (syntax.kind == Kind::Call && syntax.name == "size") return syntax;
    if (syntax.kind == Kind::Name && !contains(constants, syntax.name)) {
        Syntax call;
        call.kind = Kind::Call;
        call.name = "size";
        call.children = {syntax};
        return call;
    }
    Syntax result = syntax;
    for (Syntax& child : result.children) child = sizeCalls(child);
    return result;
}

} // namespace

void prepare(TermReader& reader)
{
    reader.number = sizeCalls;
    reader.namesAxes = [&reader](const Syntax& syntax) {
        return syntax.kind == Kind::List || syntax.kind == Kind::Sized || syntax.kind == Kind::String ||
               (syntax.kind == Kind::Name && !reader.isArray(syntax));
    };
}

std::vector<const Block*> textOrder(const Diagram& diagram)
{
    std::map<std::string_view, size_t> position;
    for (size_t i = 0; i < diagram.blocks.size(); ++i) position[diagram.blocks[i].id] = i;
    std::vector<std::vector<size_t>> next(diagram.blocks.size());
    std::vector<int> waiting(diagram.blocks.size());
    for (const Wire& wire : diagram.wires) {
        const auto from = position.find(wire.from.block), to = position.find(wire.to.block);
        if (from == position.end() || to == position.end()) continue;
        next[from->second].push_back(to->second);
        ++waiting[to->second];
    }
    std::set<size_t> ready, left;
    for (size_t i = 0; i < diagram.blocks.size(); ++i) (waiting[i] ? left : ready).insert(i);
    std::vector<const Block*> order;
    while (!ready.empty() || !left.empty()) {
        std::set<size_t>& from = ready.empty() ? left : ready; // all that are left hang on a cycle
        const size_t i = *from.begin();
        from.erase(from.begin());
        order.push_back(&diagram.blocks[i]);
        for (const size_t j : next[i])
            if (--waiting[j] == 0 && left.erase(j)) ready.insert(j);
    }
    return order;
}

} // namespace core::diagram
