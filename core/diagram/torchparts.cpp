#include "core/diagram/torchparts.h"

#include "core/ops/build.h"
#include "core/ops/ops.h"

#include <algorithm>
#include <functional>

namespace core::diagram
{

namespace
{

using language::Syntax;

std::string withoutNumber(const std::string& id)
{
    return id.substr(0, id.find_last_not_of("0123456789") + 1);
}

/// The kind that a text such as "mlp(row, expansion = 2)" calls.
std::string kindCalled(const std::string& text)
{
    try {
        return language::parseExpression(text).name;
    } catch (const Error&) {
        return {};
    }
}

/// Kinds of the blocks that a body calls, by the ids that they get. `of`: what repeat and recurrence apply.
std::string kindInside(const BlockDeclaration& around, const std::string& of, const std::string& id,
                       const BlockLibrary& library)
{
    std::string found, repeated = kindCalled(of);
    const std::string stem = withoutNumber(id);
    const std::function<void(const Syntax&, const std::string&)> visit = [&](const Syntax& syntax,
                                                                             const std::string& target) {
        if (syntax.kind != Syntax::Kind::Call) return;
        const std::string own = target.empty() ? syntax.name : target;
        if (library.find(syntax.name) && (own == id || (found.empty() && own == stem))) found = syntax.name;
        if (syntax.name == "repeat" && around.name != "repeat" && !syntax.children.empty())
            repeated = syntax.children[0].name;
        for (const Syntax& child : syntax.children)
            visit(child.kind == Syntax::Kind::Named ? child.children[0] : child, "");
    };
    for (const language::Statement& item : around.body)
        visit(item.value, item.targets.empty() ? "" : item.targets[0]);
    if (stem.empty() || stem == repeated) return repeated;
    return found;
}

} // namespace

std::vector<ValueId> Part::values() const
{
    std::vector<ValueId> all;
    for (const PartItem& item : items) {
        if (!item.part) {
            all.push_back(item.value);
            continue;
        }
        const std::vector<ValueId> inner = item.part->values();
        all.insert(all.end(), inner.begin(), inner.end());
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::string Part::target(int statement) const
{
    if (!kind || statement < 0 || size_t(statement) >= kind->body.size()) return {};
    const auto& targets = kind->body[size_t(statement)].targets;
    return targets.empty() ? std::string() : targets[0];
}

Part partsOf(const Program& program, const Diagram& diagram, const BlockLibrary& library)
{
    Part root;
    const auto child = [&](Part& around, const std::string& id) -> Part& {
        for (PartItem& item : around.items)
            if (item.part && item.part->id == id) return *item.part;
        auto part = std::make_unique<Part>();
        part->id = id;
        part->path = around.path.empty() ? id : around.path + "/" + id;
        if (around.path.empty()) {
            if (const Block* block = diagram.find(id)) part->kind = library.declarationOf(*block);
        } else if (around.kind) {
            const Block* block = diagram.find(around.path);
            const auto of = block ? block->settings.find("of") : decltype(block->settings.end())();
            std::string text = block && of != block->settings.end() ? of->second.text : "";
            if (const auto* declared = around.kind->parameter("of"); declared && text.empty())
                text = declared->initial.text;
            const Block made{id, kindInside(*around.kind, text, id, library), {}, {}, {}};
            part->kind = library.declarationOf(made);
        }
        around.items.push_back({-1, std::move(part)});
        return *around.items.back().part;
    };
    for (size_t i = 0; i < program.code.size(); ++i) {
        const std::string& path = program.code[i].source.block;
        Part* at = &root;
        for (size_t begin = 0; begin < path.size();) {
            const size_t end = std::min(path.find('/', begin), path.size());
            at = &child(*at, path.substr(begin, end - begin));
            begin = end + 1;
        }
        at->items.push_back({ValueId(i), nullptr});
    }
    return root;
}

namespace
{

/// Equal instructions of several blocks are one in a program. Here each block has its own again, where they
/// only read differently and are no result of the block that they stand in.
class Unsharing
{
public:
    explicit Unsharing(const Program& from)
        : m_from(from)
    {
        for (size_t i = 0; i < from.code.size(); ++i) {
            const std::string& path = from.code[i].source.block;
            for (size_t end = path.find('/');; end = path.find('/', end + 1)) {
                m_last[path.substr(0, end)] = ValueId(i);
                if (end == std::string::npos) break;
            }
        }
    }

    Program run()
    {
        for (size_t i = 0; i < m_from.code.size(); ++i) {
            Instruction copy = m_from.code[i];
            for (ValueId& input : copy.inputs) input = seen(input, copy.source);
            m_made.code.push_back(std::move(copy));
            m_places.push_back(ValueId(m_made.code.size() - 1));
        }
        for (const Result& result : m_from.results) m_made.results.push_back({result.name, at(result.value)});
        for (const Update& update : m_from.updates)
            m_made.updates.push_back({at(update.state), at(update.value)});
        return std::move(m_made);
    }

private:
    ValueId at(ValueId value) const { return m_places[size_t(value)]; }

    ValueId seen(ValueId value, const Provenance& by)
    {
        const Instruction& of = m_from.code[size_t(value)];
        const std::string& path = of.source.block;
        const bool inside = by.block == path || by.block.starts_with(path + "/") || path.empty();
        const bool view = of.op->kind == Op::Kind::View || of.op == &ops::pad;
        if (inside || !view || m_last.at(path) == value) return at(value);
        const auto key = std::pair(value, by.block);
        if (const auto found = m_copies.find(key); found != m_copies.end()) return found->second;
        Instruction copy = of;
        for (ValueId& input : copy.inputs) {
            const bool along = m_from.code[size_t(input)].source.block == path;
            input = along ? seen(input, by) : at(input);
        }
        copy.source = by;
        m_made.code.push_back(std::move(copy));
        return m_copies[key] = ValueId(m_made.code.size() - 1);
    }

    const Program& m_from;
    Program m_made;
    std::vector<ValueId> m_places;
    std::map<std::string, ValueId> m_last; ///< of each block
    std::map<std::pair<ValueId, std::string>, ValueId> m_copies;
};

} // namespace

TorchProgram::TorchProgram(const Program& of, const Diagram& diagram, const BlockLibrary& library)
    : program(Unsharing(of).run())
    , root(partsOf(program, diagram, library))
    , readers(program.code.size())
{
}

std::vector<Update> TorchProgram::updates() const
{
    std::vector<Update> found;
    for (const Update& update : program.updates) {
        const std::string& path = (*this)[update.state].source.block;
        const std::function<bool(const Part&)> ofBatchNorm = [&](const Part& part) {
            if (part.path == path) return part.is("batch_norm");
            return std::any_of(part.items.begin(), part.items.end(),
                               [&](const PartItem& item) { return item.part && ofBatchNorm(*item.part); });
        };
        if (!ofBatchNorm(root)) found.push_back(update);
    }
    return found;
}

void TorchProgram::want(std::vector<ValueId> results, std::vector<ValueId> effects)
{
    wanted.clear();
    kept = {results.begin(), results.end()};
    for (auto& list : readers) list.clear();
    last.assign(program.code.size(), -1);
    results.insert(results.end(), effects.begin(), effects.end());
    for (const ValueId value : results) last[size_t(value)] = ValueId(program.code.size());
    while (!results.empty()) {
        const ValueId value = results.back();
        results.pop_back();
        if (!wanted.insert(value).second) continue;
        const Instruction& of = program.code[size_t(value)];
        for (size_t i = 0; i < of.inputs.size(); ++i) {
            const ValueId input = of.inputs[i];
            readers[size_t(input)].push_back(value);
            last[size_t(input)] = std::max(last[size_t(input)], value);
            const bool handedIn = of.op == &ops::scan && int64_t(i) > of.attributes.sizes[2];
            if (handedIn && program.code[size_t(input)].op == &ops::parameter) continue;
            results.push_back(input);
        }
    }
}

bool TorchProgram::anywhere(ValueId value) const
{
    const Op* op = (*this)[value].op;
    return op == &ops::constant || op == &ops::iota;
}

std::vector<ValueId> TorchProgram::inputs(const Part& part) const
{
    const std::vector<ValueId> inside = part.values();
    std::vector<ValueId> found;
    for (const ValueId value : inside) {
        if (!wanted.count(value)) continue;
        for (const ValueId input : (*this)[value].inputs)
            if (wanted.count(input) && !anywhere(input) &&
                !std::binary_search(inside.begin(), inside.end(), input) &&
                std::find(found.begin(), found.end(), input) == found.end())
                found.push_back(input);
    }
    return found;
}

std::vector<ValueId> TorchProgram::outputs(const Part& part) const
{
    const std::vector<ValueId> inside = part.values();
    std::vector<ValueId> found;
    for (const ValueId value : inside) {
        if (!wanted.count(value) || anywhere(value)) continue;
        const auto& list = readers[size_t(value)];
        if (kept.count(value) || std::any_of(list.begin(), list.end(), [&](ValueId reader) {
                return !std::binary_search(inside.begin(), inside.end(), reader);
            }))
            found.push_back(value);
    }
    return found;
}

Program loopOf(const Program& around, const Instruction& scan)
{
    Program loop;
    std::vector<ValueId> values;
    const auto firstConstant = size_t(1 + scan.attributes.sizes[2]);
    for (const Instruction& of : scan.attributes.body->code) {
        std::vector<ValueId> inputs;
        for (const ValueId input : of.inputs) inputs.push_back(values[size_t(input)]);
        const Instruction* from = &of;
        if (of.op == &ops::input)
            for (size_t k = firstConstant; k < scan.inputs.size(); ++k) {
                const Instruction& outside = around.code[size_t(scan.inputs[k])];
                if (of.attributes.name == build::constantName(k - firstConstant) &&
                    outside.op == &ops::parameter)
                    from = &outside;
            }
        loop.here = of.op == &ops::input && from == &of ? scan.source : from->source;
        values.push_back(loop.add(*from->op, std::move(inputs), from->attributes));
    }
    for (const Result& result : scan.attributes.body->results)
        loop.results.push_back({result.name, values[size_t(result.value)]});
    return loop;
}

} // namespace core::diagram
