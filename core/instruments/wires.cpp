#include "core/instruments/wires.h"

#include "core/ops/op.h"

#include <algorithm>
#include <numeric>

namespace core::instruments
{

namespace
{

int editDistance(const std::string& a, const std::string& b)
{
    std::vector<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0]++;
        for (size_t j = 1; j <= b.size(); ++j) {
            const int replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

bool matches(std::string_view pattern, std::string_view text)
{
    if (pattern.empty()) return text.empty();
    if (pattern.front() != '*')
        return !text.empty() && text.front() == pattern.front() && matches(pattern.substr(1), text.substr(1));
    for (size_t i = 0; i <= text.size(); ++i)
        if (matches(pattern.substr(1), text.substr(i))) return true;
    return false;
}

/// Outputs of blocks inside blocks: the values of a path that something outside of it reads, if it is one.
std::map<std::string, ValueId> innerWires(const Elaboration& made)
{
    const std::vector<Instruction>& code = made.program.code;
    const auto inside = [](const std::string& path, const std::string& of) {
        return path.starts_with(of) && (path.size() == of.size() || path[of.size()] == '/');
    };
    std::map<std::string, std::set<ValueId>> leaving;
    for (const Instruction& user : code) {
        for (const ValueId input : user.inputs) {
            const Instruction& from = code[size_t(input)];
            if (from.op->kind == Op::Kind::Source) continue;
            const std::string& path = from.source.block;
            for (size_t end = path.size(); end != std::string::npos; end = path.rfind('/', end - 1)) {
                const std::string part = path.substr(0, end);
                if (part.find('/') != std::string::npos && !inside(user.source.block, part))
                    leaving[part].insert(input);
                if (end == 0) break;
            }
        }
    }
    std::map<std::string, ValueId> wires;
    for (const auto& [path, values] : leaving)
        if (values.size() == 1) wires[path + ".y"] = *values.begin();
    return wires;
}

std::vector<std::string> namesOf(const std::map<std::string, ValueId>& wires)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : wires) names.push_back(name);
    return names;
}

/// By value: is it between the data and the loss?
std::vector<bool> between(const Program& program)
{
    std::vector<bool> after(program.code.size()), before(program.code.size());
    for (size_t i = 0; i < after.size(); ++i) {
        const Instruction& instruction = program.code[i];
        after[i] = instruction.op == findOp("input") && instruction.attributes.name == "x";
        for (const ValueId input : instruction.inputs) after[i] = after[i] || after[size_t(input)];
    }
    for (const Result& result : program.results)
        if (result.name == "loss") before[size_t(result.value)] = true;
    for (size_t i = before.size(); i-- > 0;)
        if (before[i])
            for (const ValueId input : program.code[i].inputs) before[size_t(input)] = true;
    for (size_t i = 0; i < after.size(); ++i) after[i] = after[i] && before[i];
    return after;
}

std::vector<std::string> parts(const std::string& list)
{
    std::vector<std::string> names;
    for (size_t begin = 0; begin <= list.size();) {
        const size_t end = std::min(list.find(',', begin), list.size());
        std::string name = list.substr(begin, end - begin);
        name.erase(0, name.find_first_not_of(' '));
        name.erase(name.find_last_not_of(' ') + 1);
        if (!name.empty()) names.push_back(std::move(name));
        begin = end + 1;
    }
    return names;
}

} // namespace

std::string dataWire(const Elaboration& made)
{
    for (const auto& [name, value] : made.wires) {
        const Instruction& source = made.program.code[size_t(value)];
        if (source.op == findOp("input") && source.attributes.name == "x") return name;
    }
    return {};
}

bool dependsOn(const Program& program, ValueId value, ValueId on)
{
    std::vector<bool> reached(program.code.size());
    reached[size_t(on)] = true;
    for (size_t i = size_t(on) + 1; i <= size_t(std::max(value, on)); ++i)
        for (const ValueId input : program.code[i].inputs)
            if (reached[size_t(input)]) reached[i] = true;
    return reached[size_t(value)];
}

std::string nearestNames(const std::string& name, const std::vector<std::string>& known)
{
    std::vector<std::pair<int, std::string>> by;
    for (const std::string& other : known) by.emplace_back(editDistance(name, other), other);
    std::stable_sort(by.begin(), by.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string list;
    for (size_t i = 0; i < std::min<size_t>(3, by.size()); ++i) list += (i ? ", " : "") + by[i].second;
    return list.empty() ? list : "nearest: " + list;
}

ValueId wireNamed(const Elaboration& made, const std::string& wire)
{
    if (wire.empty()) throw Error{"wire", "none is chosen", "select a wire of the diagram"};
    const auto found = made.wires.find(wire);
    if (found != made.wires.end()) return found->second;
    const auto inner = innerWires(made);
    if (const auto deep = inner.find(wire); deep != inner.end()) return deep->second;
    std::vector<std::string> known = namesOf(made.wires);
    if (wire.find('/') != std::string::npos)
        for (const std::string& name : namesOf(inner)) known.push_back(name);
    throw Error{"wire " + wire, "is not in the diagram that runs", nearestNames(wire, known)};
}

std::vector<std::string> wiresOf(const Elaboration& made, const std::string& at)
{
    const std::vector<bool> useful = between(made.program);
    std::map<std::string, ValueId> all = made.wires;
    if (!at.empty()) all.merge(innerWires(made));
    std::vector<std::pair<ValueId, std::string>> chosen;
    const auto wanted = [&](const std::string& pattern) {
        for (const auto& [name, value] : all) {
            const Type& type = made.program.type(value);
            if (useful[size_t(value)] && type.element == Element::Real && type.has("batch") &&
                matches(pattern, name))
                chosen.emplace_back(value, name);
        }
    };
    const std::vector<std::string> patterns = parts(at);
    for (const std::string& pattern : patterns) {
        if (pattern.find('*') == std::string::npos) {
            chosen.emplace_back(wireNamed(made, pattern), pattern);
        } else {
            wanted(pattern);
        }
    }
    if (patterns.empty()) wanted("*");
    std::sort(chosen.begin(), chosen.end());
    // One value can have several names, as where a block is bypassed.
    chosen.erase(std::unique(chosen.begin(), chosen.end(),
                             [](const auto& a, const auto& b) { return a.first == b.first; }),
                 chosen.end());
    if (chosen.empty() && at.empty())
        throw Error{"wires", "none leads from the data to the loss", "name those to look at"};
    if (chosen.empty())
        throw Error{"wires " + at, "none between the data and the loss is called so",
                    nearestNames(at, namesOf(all))};
    std::vector<std::string> names;
    for (const auto& [value, name] : chosen) names.push_back(name);
    return names;
}

} // namespace core::instruments
