#include "core/diagram/torchscope.h"

#include "core/ops/ops.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

constexpr const char* batch = "batch";

/// Words of Python, and names that the text uses itself.
constexpr std::string_view taken[] = {
    "and",    "as",    "assert", "async",  "await",    "break", "class",   "continue", "def",
    "del",    "elif",  "else",   "except", "for",      "from",  "finally", "global",   "if",
    "import", "in",    "is",     "lambda", "not",      "or",    "pass",    "raise",    "return",
    "try",    "while", "with",   "yield",  "None",     "True",  "False",   "torch",    "nn",
    "F",      "math",  "self",   "range",  "reversed", "zip",   "print",   "nonlocal"};

/// What a module of torch has already.
constexpr std::string_view ofModules[] = {
    "forward",         "loss",      "train",        "eval",           "half",       "float",
    "double",          "type",      "to",           "apply",          "parameters", "modules",
    "children",        "buffers",   "cpu",          "cuda",           "training",   "state_dict",
    "load_state_dict", "zero_grad", "share_memory", "requires_grad_", "add_module"};

template<class List> bool contains(const List& list, std::string_view word)
{
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string numberText(double number)
{
    return language::print(language::Expression(number), {}, language::Dialect::Pytorch);
}

} // namespace

int TorchTensor::dim(const std::string& axis) const
{
    const auto at = std::find(order.begin(), order.end(), axis);
    return at == order.end() ? -1 : int(at - order.begin());
}

std::string identifier(const std::string& text)
{
    std::string name;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += plain ? c : '_';
    }
    if (name.empty()) name = "x";
    if (name[0] >= '0' && name[0] <= '9') name = "layer" + name;
    return contains(taken, name) ? name + "_" : name;
}

std::string list(const std::vector<std::string>& items)
{
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string tuple(const std::vector<std::string>& items)
{
    return "(" + list(items) + (items.size() == 1 ? ",)" : ")");
}

std::vector<std::string> axisNames(const Type& type)
{
    std::vector<std::string> names;
    for (const Axis& axis : type.axes) names.push_back(axis.name);
    return names;
}

std::vector<std::string> without(std::vector<std::string> names, const std::vector<std::string>& gone)
{
    std::erase_if(names, [&](const std::string& name) { return contains(gone, name); });
    return names;
}

std::vector<std::string> joined(std::vector<std::string> names, const std::vector<std::string>& more)
{
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

std::string TorchClass::attribute(const std::string& wanted)
{
    std::string stem = identifier(wanted), name = contains(ofModules, stem) ? stem + "_" : stem;
    for (int i = 2; !attributes.insert(name).second; ++i) name = stem + std::to_string(i);
    return name;
}

void TorchClass::add(std::string name, const std::string& value)
{
    init.push_back("self." + std::move(name) + " = " + value);
}

void TorchClass::parameter(std::string key, const Instruction& of, const std::vector<std::string>& order,
                           std::vector<int64_t> shape)
{
    TorchParameter made{std::move(key), of.attributes.name, {}, std::move(shape)};
    for (const std::string& axis : order) made.order.push_back(of.type.find(axis));
    parameters.push_back(std::move(made));
}

TorchScope::TorchScope(const TorchProgram& program, const TorchScope& around)
    : program(program)
    , owner(around.owner)
    , indent(around.indent + "    ")
    , m_batches(around.m_batches)
{
    for (const auto& [name, value] : around.m_names) m_names[name] = -1;
}

TorchTensor TorchScope::tensor(ValueId value)
{
    if (const auto found = m_tensors.find(value); found != m_tensors.end()) return found->second;
    const Instruction& of = program[value];
    if (of.op == &ops::constant && of.attributes.values.size() == 1) {
        const TorchTensor made{numberText(of.attributes.values[0]), {}, true};
        give(value, made);
        return made;
    }
    if (of.op == &ops::constant) {
        std::vector<std::string> numbers, shape;
        for (const double number : of.attributes.values) numbers.push_back(numberText(number));
        for (const Axis& axis : of.type.axes) shape.push_back(std::to_string(axis.size));
        assign(value, "torch.tensor([" + list(numbers) + "]" + device() + ").reshape(" + list(shape) + ")",
               axisNames(of.type), "constant");
    } else if (of.op == &ops::iota) {
        assign(value, "torch.arange(" + sizeText(of.type.axes[0]) + device() + ")", axisNames(of.type),
               of.type.axes[0].name + "s");
    } else {
        throw Error{of.source.block, "has no place in a module of PyTorch", ""};
    }
    return m_tensors.at(value);
}

TorchTensor TorchScope::full(ValueId value)
{
    TorchTensor t = tensor(value);
    const Type& type = program.type(value);
    if (t.order.size() == type.axes.size() && !t.number) return t;
    std::vector<std::string> sizes, order;
    for (const Axis& axis : type.axes)
        if (t.dim(axis.name) < 0) {
            sizes.push_back(sizeText(axis));
            order.push_back(axis.name);
        }
    order = joined(order, t.order);
    if (t.number) {
        t.text = sizes.empty() ? "torch.tensor(" + t.text + device() + ")"
                               : (t.text == "0" ? "torch.zeros(" + tuple(sizes)
                                                : "torch.full(" + tuple(sizes) + ", float(" + t.text + ")") +
                                     device() + ")";
        if (sizes.empty() && t.text.find_first_of(".en") == std::string::npos)
            t.text = "float(" + t.text + ")";
    } else {
        for (size_t i = 0; i < t.order.size(); ++i) sizes.emplace_back("-1");
        t.text += ".expand(" + list(sizes) + ")";
    }
    return {t.text, order, false};
}

std::string TorchScope::take(const std::string& name)
{
    std::string free = identifier(name);
    for (int i = 2; m_names.count(free); ++i) free = identifier(name) + std::to_string(i);
    m_names[free] = -1;
    return free;
}

std::string TorchScope::fresh(const std::string& stem, ValueId by)
{
    const std::string wanted = identifier(stem);
    std::string name = wanted;
    for (int i = 2;; ++i) {
        const auto found = m_names.find(name);
        const auto finished = [&](const auto& item) { // under whatever name of its own
            return item.second.text != name || program.last[size_t(item.first)] <= by;
        };
        const bool over = found != m_names.end() && found->second >= 0 && by >= 0 &&
                          std::all_of(m_tensors.begin(), m_tensors.end(), finished);
        if (found == m_names.end() || over) break;
        name = wanted + std::to_string(i);
    }
    m_names[name] = by;
    return name;
}

void TorchScope::assign(ValueId value, const std::string& text, std::vector<std::string> order,
                        const std::string& noun)
{
    const auto hint = hints.find(value);
    const std::string name = fresh(hint != hints.end() ? hint->second : noun.empty() ? "y" : noun, value);
    line(name + " = " + text + comment(order, program.type(value)));
    give(value, {name, std::move(order), false});
}

std::string TorchScope::local(const std::string& stem, const std::string& text, const std::string& comment)
{
    const std::string name = take(stem);
    line(name + " = " + text + comment);
    return name;
}

std::string TorchScope::comment(const std::vector<std::string>& order, const Type& type) const
{
    std::string text;
    for (const std::string& axis : order)
        text +=
            (text.empty() ? "" : ", ") + axis + (axis == batch ? "" : "=" + std::to_string(type.size(axis)));
    return "  # " + (text.empty() ? "a number" : text);
}

std::string TorchScope::permuted(const TorchTensor& t, const std::vector<std::string>& order)
{
    if (t.order == order) return t.text;
    std::vector<std::string> dims;
    std::vector<size_t> moved;
    for (size_t i = 0; i < order.size(); ++i) {
        const int from = t.dim(order[i]);
        dims.push_back(std::to_string(from));
        if (size_t(from) != i) moved.push_back(i);
    }
    if (moved.size() == 2)
        return t.text + ".transpose(" + std::to_string(moved[0]) + ", " + std::to_string(moved[1]) + ")";
    return t.text + ".permute(" + list(dims) + ")";
}

std::string TorchScope::aligned(const TorchTensor& t, const std::vector<std::string>& order)
{
    if (t.order.empty()) return t.text;
    std::vector<std::string> present, index;
    for (const std::string& axis : order)
        if (t.dim(axis) >= 0) present.push_back(axis);
    bool gaps = false, begun = false;
    for (const std::string& axis : order) {
        const bool here = t.dim(axis) >= 0;
        begun = begun || here;
        if (!begun) continue;
        index.emplace_back(here ? ":" : "None");
        gaps = gaps || !here;
    }
    const std::string text = permuted(t, present);
    return gaps ? text + "[" + list(index) + "]" : text;
}

TorchTensor TorchScope::last(const TorchTensor& t, const std::vector<std::string>& axes)
{
    const std::vector<std::string> order = joined(without(t.order, axes), axes);
    return {permuted(t, order), order, t.number};
}

std::string TorchScope::sizeText(const Axis& axis)
{
    if (axis.name == batch)
        for (auto it = m_tensors.rbegin(); it != m_tensors.rend(); ++it) {
            const TorchTensor& t = it->second;
            const auto holder = m_names.find(t.text);
            const bool valid = holder != m_names.end() && (holder->second < 0 || holder->second == it->first);
            if (t.dim(batch) >= 0 && valid && program.type(it->first).size(batch) == axis.size)
                return t.text + ".shape[" + std::to_string(t.dim(batch)) + "]";
        }
    return std::to_string(axis.size);
}

std::string TorchScope::device()
{
    for (auto it = m_tensors.rbegin(); it != m_tensors.rend(); ++it) {
        const auto holder = m_names.find(it->second.text);
        if (!it->second.number && holder != m_names.end() &&
            (holder->second < 0 || holder->second == it->first))
            return ", device=" + it->second.text + ".device";
    }
    return {};
}

} // namespace core::diagram
