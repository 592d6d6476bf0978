// What each op is in PyTorch, for instructions that belong to no layer.
#include "core/diagram/torchscope.h"

#include "core/ops/ops.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace core::diagram
{

namespace
{

using Names = std::vector<std::string>;

std::string number(int64_t value) { return std::to_string(value); }

/// "x[:, :, 2:5]": something at one dimension.
std::string indexed(const std::string& text, int dim, const std::string& what)
{
    std::string index;
    for (int i = 0; i < dim; ++i) index += ":, ";
    return text + "[" + index + what + "]";
}

const Instruction* onlyReader(const TorchScope& s, ValueId value)
{
    const auto& readers = s.program.readers[size_t(value)];
    return readers.size() == 1 && !s.program.kept.count(value) ? &s.program[readers[0]] : nullptr;
}

void formula(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    std::vector<TorchTensor> operands;
    for (const ValueId input : of.inputs) operands.push_back(s.tensor(input));
    Names order;
    for (const TorchTensor& t : operands)
        if (t.order.size() > order.size()) order = t.order;
    for (const Axis& axis : of.type.axes) { // what only others have goes in front, as in the type
        const bool here = std::any_of(operands.begin(), operands.end(),
                                      [&](const TorchTensor& t) { return t.dim(axis.name) >= 0; });
        if (here && std::find(order.begin(), order.end(), axis.name) == order.end())
            order.insert(order.begin(), axis.name);
    }
    Names texts;
    for (size_t i = 0; i < operands.size(); ++i) {
        std::string text = TorchScope::aligned(operands[i], order);
        if (operands[i].number)
            text = "torch.tensor(" + text + (text.find_first_of(".en") == text.npos ? ".0)" : ")");
        texts.push_back(std::move(text));
    }
    std::string text = language::print(of.attributes.formula, texts, language::Dialect::Pytorch);
    if (of.attributes.formula.kind() == language::Expression::Kind::Variable) text += ".float()";
    s.assign(value, text, order, "y");
}

/// A sum that is divided by how many there are.
bool isMean(const TorchScope& s, ValueId sum)
{
    const Instruction* next = onlyReader(s, sum);
    if (!next || next->op != &ops::formula || s.program[sum].attributes.name != "sum") return false;
    double count = 1;
    for (const std::string& axis : s.program[sum].attributes.axes)
        count *= double(s.program.type(s.program[sum].inputs[0]).size(axis));
    return next->attributes.formula == language::Expression::variable(0) * language::Expression(1 / count);
}

struct Reduction {
    std::string_view name, torch, noun;
};
constexpr Reduction reductions[] = {{"sum", "sum", "total"},
                                    {"max", "amax", "highest"},
                                    {"min", "amin", "lowest"},
                                    {"product", "prod", "product"}};

void reduce(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const auto* row = std::find_if(std::begin(reductions), std::end(reductions),
                                   [&](const Reduction& r) { return r.name == of.attributes.name; });
    const TorchTensor x = s.full(of.inputs[0]);
    std::vector<int> dims;
    for (const std::string& axis : of.attributes.axes) dims.push_back(x.dim(axis));
    std::sort(dims.begin(), dims.end());
    const Names order = without(x.order, of.attributes.axes);
    const bool mean = isMean(s, value);
    std::string text = x.text;
    if (row->torch == "prod") { // one dimension at a time
        for (size_t i = dims.size(); i-- > 0;) text += ".prod(" + number(dims[i]) + ")";
    } else {
        Names numbers;
        for (const int dim : dims) numbers.push_back(number(dim));
        const std::string which = order.empty() ? "" : dims.size() == 1 ? numbers[0] : tuple(numbers);
        text += "." + std::string(mean ? "mean" : row->torch) + "(" + which + ")";
    }
    s.assign(mean ? s.program.readers[size_t(value)][0] : value, text, order,
             std::string(mean ? "mean" : row->noun));
    if (mean) s.give(value, {}); // nobody asks for it
}

void contract(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const TorchTensor a = s.full(of.inputs[0]), b = s.full(of.inputs[1]);
    std::map<std::string, char> letters;
    const auto letter = [&](const std::string& axis) {
        if (const auto found = letters.find(axis); found != letters.end()) return found->second;
        const auto free = [&](char c) {
            return c >= 'a' && c <= 'z' && std::none_of(letters.begin(), letters.end(), [&](const auto& one) {
                       return one.second == c;
                   });
        };
        for (const char c : axis + "abcdefghijklmnopqrstuvwxyz")
            if (free(c)) return letters[axis] = c;
        throw Error{of.source.block, "has too many axes for an einsum", ""};
    };
    const auto word = [&](const Names& axes) {
        std::string text;
        for (const std::string& axis : axes) text += letter(axis);
        return text;
    };
    const std::string left = word(a.order), right = word(b.order);
    // The order of the first array, what the second adds behind.
    Names order = without(joined(a.order, without(b.order, a.order)), of.attributes.axes);
    s.assign(value,
             "torch.einsum(\"" + left + "," + right + "->" + word(order) + "\", " + a.text + ", " + b.text +
                 ")",
             order, "product");
}

void rename(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    TorchTensor x = s.tensor(of.inputs[0]);
    for (std::string& axis : x.order)
        for (size_t i = 0; i < of.attributes.axes.size(); ++i)
            if (axis == of.attributes.axes[i]) {
                axis = of.attributes.to[i];
                break;
            }
    s.give(value, x);
}

/// Where an axis lies is known anyway, and what is repeated stays as it is.
void same(TorchScope& s, ValueId value) { s.give(value, s.tensor(s.program[value].inputs[0])); }

void split(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const TorchTensor x = s.full(of.inputs[0]);
    const int dim = x.dim(of.attributes.axes[0]);
    Names order = x.order, sizes;
    for (size_t i = 0; i < of.attributes.to.size(); ++i)
        sizes.push_back(of.attributes.to[i] == "batch" ? "-1" : number(of.attributes.sizes[i]));
    order.erase(order.begin() + dim);
    order.insert(order.begin() + dim, of.attributes.to.begin(), of.attributes.to.end());
    const std::string text = sizes.empty() ? x.text + ".squeeze(" + number(dim) + ")"
                                           : x.text + ".unflatten(" + number(dim) + ", " + tuple(sizes) + ")";
    s.assign(value, text, order, "parts");
}

void merge(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const TorchTensor x = s.full(of.inputs[0]);
    const Names& merged = of.attributes.axes;
    Names order;
    for (const std::string& axis : x.order)
        if (axis == merged[0])
            order = joined(order, merged);
        else if (std::find(merged.begin(), merged.end(), axis) == merged.end())
            order.push_back(axis);
    const TorchTensor y{TorchScope::permuted(x, order), order, false};
    const int first = y.dim(merged[0]), end = first + int(merged.size()) - 1;
    order.erase(order.begin() + first, order.begin() + end);
    order[size_t(first)] = of.attributes.to[0];
    const bool toEnd = size_t(end) + 1 == y.order.size();
    s.assign(value, y.text + ".flatten(" + number(first) + (toEnd ? "" : ", " + number(end)) + ")", order,
             "joined");
}

void slice(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const TorchTensor x = s.full(of.inputs[0]);
    const std::string& axis = of.attributes.axes[0];
    const int64_t start = of.attributes.sizes[0], length = of.attributes.sizes[1],
                  step = of.attributes.sizes[2];
    const Instruction* next = onlyReader(s, value);
    if (length == 1 && next && next->op == &ops::reduce && next->attributes.axes == Names{axis}) {
        s.assign(s.program.readers[size_t(value)][0], indexed(x.text, x.dim(axis), number(start)),
                 without(x.order, {axis}), "part");
        s.give(value, {});
        return;
    }
    std::string range =
        number(start) + ":" + number(start + (length - 1) * step + 1) + (step == 1 ? "" : ":" + number(step));
    if (step < 0) {
        Names places;
        for (int64_t i = 0; i < length; ++i) places.push_back(number(start + i * step));
        range = "[" + list(places) + "]";
    }
    s.assign(value, indexed(x.text, x.dim(axis), range), x.order, "part");
}

/// F.pad counts from the last dimension on.
std::string padding(const TorchTensor& x, int dim, int64_t before, int64_t after)
{
    Names numbers;
    for (size_t i = x.order.size() - 1; int(i) > dim; --i) numbers.insert(numbers.end(), {"0", "0"});
    numbers.insert(numbers.end(), {number(before), number(after)});
    return "F.pad(" + x.text + ", " + tuple(numbers) + ")";
}

void pad(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    TorchTensor x = s.full(of.inputs[0]);
    const int dim = x.dim(of.attributes.axes[0]);
    const int64_t between = of.attributes.sizes[2];
    if (between > 0) {
        const int64_t size = s.program.type(of.inputs[0])
                                 .axes[size_t(s.program.type(of.inputs[0]).find(of.attributes.axes[0]))]
                                 .size;
        Names shape;
        for (size_t i = 0; i < x.order.size(); ++i)
            shape.push_back(int(i) == dim ? number((size - 1) * (between + 1) + 1)
                                          : x.text + ".shape[" + number(int64_t(i)) + "]");
        const std::string wide = s.local("wide", x.text + ".new_zeros(" + list(shape) + ")");
        s.line(indexed(wide, dim, "::" + number(between + 1)) + " = " + x.text);
        x.text = wide;
    }
    s.assign(value, padding(x, dim, of.attributes.sizes[0], of.attributes.sizes[1]), x.order, "padded");
}

void window(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const TorchTensor x = s.full(of.inputs[0]);
    const int64_t kernel = of.attributes.sizes[0], stride = of.attributes.sizes[1],
                  dilation = of.attributes.sizes[2];
    const int dim = x.dim(of.attributes.axes[0]);
    Names order = x.order;
    order[size_t(dim)] = of.attributes.to[0];
    order.push_back(of.attributes.to[1]);
    s.assign(value,
             x.text + ".unfold(" + number(dim) + ", " + number((kernel - 1) * dilation + 1) + ", " +
                 number(stride) + ")" + (dilation == 1 ? "" : "[..., ::" + number(dilation) + "]"),
             order, "windows");
}

void fold(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const std::string &out = of.attributes.axes[0], &offset = of.attributes.axes[1];
    const int64_t size = of.attributes.sizes[0], stride = of.attributes.sizes[1],
                  dilation = of.attributes.sizes[2];
    const Type& type = s.program.type(of.inputs[0]);
    const TorchTensor y = TorchScope::last(s.full(of.inputs[0]), {offset});
    const std::string name = s.local("windows", y.text);
    const int dim = y.dim(out);
    Names order = y.order, shape;
    order.pop_back();
    for (size_t i = 0; i < order.size(); ++i)
        shape.push_back(int(i) == dim ? number(size) : name + ".shape[" + number(int64_t(i)) + "]");
    order[size_t(dim)] = of.attributes.to[0];
    s.assign(value, name + ".new_zeros(" + list(shape) + ")", order, "folded");
    const int64_t reach = (type.size(out) - 1) * stride + 1;
    const std::string start = dilation == 1 ? "k" : number(dilation) + " * k";
    s.line("for k in range(" + number(type.size(offset)) + "):");
    s.line("    " +
           indexed(s.tensor(value).text, dim,
                   start + ":" + start + " + " + number(reach) + (stride == 1 ? "" : ":" + number(stride))) +
           " += " + name + "[..., k]");
}

void concat(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const std::string& axis = of.attributes.axes[0];
    Names order, parts;
    for (const ValueId input : of.inputs)
        if (const Names here = s.tensor(input).order; here.size() > order.size()) order = here;
    for (const Axis& own : of.type.axes)
        if (std::find(order.begin(), order.end(), own.name) == order.end())
            order.insert(order.begin(), own.name);
    for (const ValueId input : of.inputs) {
        TorchTensor x = s.full(input);
        Names lacking, sizes;
        for (const std::string& name : without(order, x.order)) {
            lacking.push_back(name);
            sizes.push_back(s.sizeText(of.type.axes[size_t(of.type.find(name))]));
        }
        if (!lacking.empty()) {
            for (size_t i = 0; i < x.order.size(); ++i) sizes.emplace_back("-1");
            x = {x.text + ".expand(" + list(sizes) + ")", joined(lacking, x.order), false};
        }
        parts.push_back(TorchScope::permuted(x, order));
    }
    const auto dim = std::find(order.begin(), order.end(), axis) - order.begin();
    s.assign(value, "torch.cat([" + list(parts) + "], " + number(dim) + ")", order, "joined");
}

void gather(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const std::string& axis = of.attributes.axes[0];
    const TorchTensor table = s.full(of.inputs[0]), index = s.full(of.inputs[1]);
    const Names rest = without(table.order, {axis});
    if (without(rest, index.order) == rest) {
        const std::string rows = TorchScope::permuted(table, joined({axis}, rest));
        return s.assign(value, rows + "[" + index.text + ".long()]", joined(index.order, rest), "looked_up");
    }
    if (std::is_permutation(table.order.begin(), table.order.end(), index.order.begin(), index.order.end()))
        return s.assign(value,
                        "torch.gather(" + table.text + ", " + number(table.dim(axis)) + ", " +
                            TorchScope::permuted(index, table.order) + ".long())",
                        table.order, "looked_up");
    // Axes that both have are matched one to one.
    const Names order = joined(index.order, without(rest, index.order));
    const int64_t size = s.program.type(of.inputs[0]).size(axis);
    const std::string hot =
        s.local("chosen", "F.one_hot(" + index.text + ".long(), " + number(size) + ").float()");
    const TorchTensor choice{hot, joined(index.order, {axis}), false};
    const Names all = joined(order, {axis});
    s.assign(value,
             "(" + TorchScope::aligned(choice, all) + " * " + TorchScope::aligned(table, all) + ").sum(-1)",
             order, "looked_up");
}

void scatter(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const std::string& axis = of.attributes.axes[0];
    const Names& summed = of.attributes.to;
    const TorchTensor index = s.full(of.inputs[1]);
    const std::string hot = s.local("chosen", "F.one_hot(" + index.text + ".long(), " +
                                                  number(of.attributes.sizes[0]) + ").float()");
    const TorchTensor source = s.full(of.inputs[0]), choice{hot, joined(index.order, {axis}), false};
    const Names order = joined({axis}, without(source.order, summed)), all = joined(order, summed);
    Names dims;
    for (size_t i = order.size(); i < all.size(); ++i) dims.push_back(number(int64_t(i)));
    s.assign(value,
             "(" + TorchScope::aligned(choice, all) + " * " + TorchScope::aligned(source, all) + ").sum(" +
                 tuple(dims) + ")",
             order, "placed");
}

void stop(TorchScope& s, ValueId value)
{
    const TorchTensor x = s.tensor(s.program[value].inputs[0]);
    if (x.number) return s.give(value, x);
    s.assign(value, x.text + ".detach()", x.order, "fixed");
}

void random(TorchScope& s, ValueId value)
{
    Names sizes;
    const Type& type = s.program.type(value);
    for (const Axis& axis : type.axes) sizes.push_back(s.sizeText(axis));
    s.assign(value, "torch.rand(" + tuple(sizes) + s.device() + ")", axisNames(type), "chance");
}

void order(TorchScope& s, ValueId value)
{
    const TorchTensor x = s.full(s.program[value].inputs[0]);
    const int dim = x.dim(s.program[value].attributes.axes[0]);
    s.assign(value, "torch.sort(" + x.text + ", " + number(dim) + ", stable=True).indices", x.order,
             "places");
}

void sort(TorchScope& s, ValueId value)
{
    const TorchTensor x = s.full(s.program[value].inputs[0]);
    const int dim = x.dim(s.program[value].attributes.axes[0]);
    s.assign(value, "torch.sort(" + x.text + ", " + number(dim) + ").values", x.order, "in_order");
}

/// Position after position; what only one of both has is repeated.
void associativeScan(TorchScope& s, ValueId value)
{
    const Instruction& of = s.program[value];
    const Names order = axisNames(of.type);
    const std::string dim = number(TorchTensor{"", order, false}.dim(of.attributes.axes[0]));
    Names lists;
    for (const ValueId input : of.inputs) lists.push_back(TorchScope::aligned(s.full(input), order));
    const std::string both = s.local("both", "torch.broadcast_tensors(" + list(lists) + ")"),
                      states = s.local("states", "[]"), state = s.local("state", "0.0"),
                      factor = s.take("factor"), term = s.take("term");
    const bool backwards = of.attributes.sizes[0] == 1;
    const auto steps = [&](const char* which) {
        const std::string all = both + "[" + which + "].unbind(" + dim + ")";
        return backwards ? "reversed(" + all + ")" : all;
    };
    s.line("for " + factor + ", " + term + " in zip(" + steps("0") + ", " + steps("1") + "):  # " +
           of.attributes.axes[0]);
    s.line("    " + state + " = " + factor + " * " + state + " + " + term);
    s.line("    " + states + ".append(" + state + ")");
    s.assign(value, "torch.stack(" + states + (backwards ? "[::-1], " : ", ") + dim + ")", order, "states");
}

struct Row {
    const Op* op;
    void (*write)(TorchScope&, ValueId);
};
constexpr Row rows[] = {
    {&ops::formula, formula},   {&ops::reduce, reduce},
    {&ops::contract, contract}, {&ops::rename, rename},
    {&ops::permute, same},      {&ops::broadcast, same},
    {&ops::split, split},       {&ops::merge, merge},
    {&ops::slice, slice},       {&ops::window, window},
    {&ops::pad, pad},           {&ops::fold, fold},
    {&ops::concat, concat},     {&ops::gather, gather},
    {&ops::scatter, scatter},   {&ops::stopGradient, stop},
    {&ops::random, random},     {&ops::order, order},
    {&ops::sort, sort},         {&ops::associativeScan, associativeScan},
};

} // namespace

bool writeTorch(TorchScope& scope, ValueId value)
{
    const Op* op = scope.program[value].op;
    const auto* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.op == op; });
    if (row == std::end(rows)) return false;
    row->write(scope, value);
    return true;
}

} // namespace core::diagram
