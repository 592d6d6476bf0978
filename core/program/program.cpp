#include "core/program/program.h"

#include "core/ops/op.h"

#include <cassert>
#include <charconv>
#include <functional>

namespace core
{
namespace
{

std::string valueText(ValueId value) { return std::string("%").append(std::to_string(value)); }

constexpr int64_t mostElements = int64_t(1) << 40;

void mix(size_t& hash, size_t value) { hash ^= value + 0x9e3779b97f4a7c15ull + (hash << 6) + (hash >> 2); }

void mix(size_t& hash, const std::string& text) { mix(hash, std::hash<std::string>()(text)); }

void mix(size_t& hash, const Type& type)
{
    mix(hash, size_t(type.element));
    for (const Axis& axis : type.axes) {
        mix(hash, axis.name);
        mix(hash, size_t(axis.size));
    }
}

void checkType(const Op& op, const Type& type)
{
    int64_t count = 1;
    for (size_t i = 0; i < type.axes.size(); ++i) {
        const Axis& axis = type.axes[i];
        if (axis.size < 1)
            throw Error{std::string(op.name),
                        "axis '" + axis.name + "' would have size " + std::to_string(axis.size),
                        "sizes are 1 or more"};
        if (type.find(axis.name) != int(i))
            throw Error{std::string(op.name), "the result would have two axes '" + axis.name + "'",
                        "rename one of them first"};
        if (axis.size > mostElements / count)
            throw Error{std::string(op.name), type.text() + " has more than 2^40 elements"};
        count *= axis.size;
    }
}

bool isNamedSource(const Op& op, const Attributes& attributes)
{
    return op.kind == Op::Kind::Source && !attributes.name.empty();
}

std::string number(double value)
{
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

template<class Items, class Text> std::string joined(const Items& items, Text text)
{
    std::string line;
    for (const auto& item : items) line += (line.empty() ? "" : ", ") + text(item);
    return line;
}

std::string attributesText(const Instruction& instruction)
{
    const Attributes& a = instruction.attributes;
    const auto same = [](const std::string& text) { return text; };
    std::string text;
    const auto part = [&](const std::string& piece) { text += (text.empty() ? "" : "; ") + piece; };
    if (!a.name.empty()) part(std::string("'").append(a.name).append("'"));
    if (!a.axes.empty()) part(joined(a.axes, same));
    if (!a.to.empty()) part("-> " + joined(a.to, same));
    if (!a.sizes.empty()) part(joined(a.sizes, [](int64_t size) { return std::to_string(size); }));
    if (!a.values.empty()) {
        const std::vector<double> first(a.values.begin(),
                                        a.values.begin() + std::min<ptrdiff_t>(8, a.values.size()));
        part(joined(first, number) + (a.values.size() > 8 ? ", ..." : ""));
    }
    if (a.body) part("body of " + std::to_string(a.body->code.size()));
    if (instruction.op->kind == Op::Kind::Elementwise) {
        std::vector<std::string> names;
        for (ValueId input : instruction.inputs) names.push_back(valueText(input));
        part(language::print(a.formula, names));
    }
    return text;
}

} // namespace

size_t Attributes::hash() const
{
    size_t hash = formula.hash();
    for (const std::string& axis : axes) mix(hash, axis);
    mix(hash, axes.size());
    for (const std::string& axis : to) mix(hash, axis);
    for (int64_t size : sizes) mix(hash, size_t(size));
    mix(hash, name);
    for (double value : values) mix(hash, std::hash<double>()(value));
    mix(hash, type);
    mix(hash, body ? body->code.size() : 0);
    return hash;
}

bool operator==(const Attributes& a, const Attributes& b)
{
    const auto same = [](const std::shared_ptr<const Program>& x, const std::shared_ptr<const Program>& y) {
        return x == y || (x && y && *x == *y);
    };
    return a.axes == b.axes && a.to == b.to && a.sizes == b.sizes && a.name == b.name &&
           a.values == b.values && a.type == b.type && a.formula == b.formula && same(a.body, b.body) &&
           same(a.gradient, b.gradient);
}

ValueId Program::add(const Op& op, std::vector<ValueId> inputs, Attributes attributes)
{
    std::vector<Type> types;
    types.reserve(inputs.size());
    for (ValueId input : inputs) {
        assert(input >= 0 && size_t(input) < code.size());
        types.push_back(type(input));
    }
    Type result;
    try {
        result = op.type(types, attributes);
        checkType(op, result);
    } catch (Error& error) {
        if (!here.block.empty()) error.where = here.block + ": " + error.where;
        throw;
    }

    const bool named = isNamedSource(op, attributes);
    size_t hash = 0;
    if (named) {
        mix(hash, attributes.name);
    } else {
        hash = attributes.hash();
        mix(hash, std::hash<const void*>()(&op));
        for (ValueId input : inputs) mix(hash, size_t(input));
    }
    const auto [first, last] = m_numbering.equal_range(hash);
    for (auto it = first; it != last; ++it) {
        const Instruction& old = code[size_t(it->second)];
        if (named && isNamedSource(*old.op, old.attributes) && old.attributes.name == attributes.name) {
            if (old.op == &op && old.type == result) return it->second;
            throw Error{here.block.empty() ? std::string(op.name) : here.block + ": " + std::string(op.name),
                        "'" + attributes.name + "' is " + result.text() + " here and the " +
                            std::string(old.op->name) + " " + old.type.text() + " elsewhere",
                        "give one of them another name"};
        }
        if (!named && old.op == &op && old.inputs == inputs && old.attributes == attributes)
            return it->second;
    }
    const ValueId id = ValueId(code.size());
    code.push_back({&op, std::move(inputs), std::move(attributes), std::move(result), here});
    m_numbering.emplace(hash, id);
    return id;
}

ValueId Program::find(std::string_view opName, std::string_view name) const
{
    for (size_t i = 0; i < code.size(); ++i)
        if (code[i].op->name == opName && code[i].attributes.name == name) return ValueId(i);
    return -1;
}

std::string Program::text() const
{
    std::string text;
    for (size_t i = 0; i < code.size(); ++i) {
        const Instruction& instruction = code[i];
        text += valueText(ValueId(i)) + " = " + std::string(instruction.op->name) + "(" +
                joined(instruction.inputs, valueText) + ")";
        const std::string attributes = attributesText(instruction);
        if (!attributes.empty()) text += " {" + attributes + "}";
        text += " : " + instruction.type.text();
        if (!instruction.source.block.empty()) text += "  # " + instruction.source.block;
        text += "\n";
    }
    for (const Result& result : results) text += result.name + " = " + valueText(result.value) + "\n";
    for (const Update& update : updates)
        text += valueText(update.state) + " <- " + valueText(update.value) + "\n";
    return text;
}

bool operator==(const Program& a, const Program& b)
{
    const auto same = [](const Instruction& x, const Instruction& y) {
        return x.op == y.op && x.inputs == y.inputs && x.attributes == y.attributes && x.type == y.type;
    };
    return std::equal(a.code.begin(), a.code.end(), b.code.begin(), b.code.end(), same) &&
           a.results == b.results && a.updates == b.updates;
}

} // namespace core
