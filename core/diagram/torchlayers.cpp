#include "core/diagram/torchlayers.h"

#include "core/diagram/torchcontent.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace core::diagram
{

namespace torch
{

namespace
{

/// A number in the formula, next to something else under the function.
std::optional<double> numberUnder(const language::Expression& e, std::string_view function)
{
    using Kind = language::Expression::Kind;
    if (e.kind() != Kind::Call) return std::nullopt;
    for (const language::Expression& argument : e.arguments()) {
        if (e.function().name == function && argument.kind() == Kind::Number) return argument.number();
        if (const auto found = numberUnder(argument, function)) return found;
    }
    return std::nullopt;
}

/// The last such number, as the formula is written.
std::optional<double> lastNumberUnder(const language::Expression& e, std::string_view function)
{
    using Kind = language::Expression::Kind;
    std::optional<double> found;
    if (e.kind() != Kind::Call) return found;
    for (const language::Expression& argument : e.arguments()) {
        if (e.function().name == function && argument.kind() == Kind::Number) found = argument.number();
        if (const auto inner = lastNumberUnder(argument, function)) found = inner;
    }
    return found;
}

std::string numberText(double value)
{
    return language::print(language::Expression(value), {}, language::Dialect::Pytorch);
}

bool linear(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!c.plain || c.outputs.size() != 1 ||
        c.contractions.size() + c.formulas.size() + c.parameters.size() > 4 || !c.windows.empty() ||
        !c.pads.empty() || !c.folds.empty() || !c.reductions.empty() || !c.states.empty() ||
        !c.gathers.empty() || !c.randoms.empty())
        return false;
    const auto map = mapOf(p, c, c.outputs[0]);
    if (!map) return false;
    const Names to = targets(p, *map);
    if (std::find(c.inputs.begin(), c.inputs.end(), map->x) == c.inputs.end()) return false;
    if (map->bias >= 0 && !sameSet(axisNames(p.type(map->bias)), to)) return false;
    TorchTensor x = s.full(map->x);
    Names from;
    for (const std::string& axis : x.order)
        if (has(map->from, axis)) from.push_back(axis);
    x = TorchScope::last(x, from);
    const Type& weight = p.type(map->weight);
    const int64_t in = product(weight, from), out = product(p.type(c.outputs[0]), to);
    const std::string name = s.owner.attribute(part.id);
    s.owner.add(name,
                "nn.Linear(" + number(in) + ", " + number(out) + (map->bias < 0 ? ", bias=False" : "") + ")");
    s.owner.parameter(name + ".weight", p[map->weight], joined(own(*map, to), from), {out, in});
    if (map->bias >= 0) s.owner.parameter(name + ".bias", p[map->bias], to, {out});
    std::string text = x.text;
    if (from.size() > 1) text += ".flatten(-" + number(int64_t(from.size())) + ")";
    if (from.empty()) text += ".unsqueeze(-1)";
    text = "self." + name + "(" + text + ")";
    Names sizes;
    for (const std::string& axis : to) sizes.push_back(number(p.type(c.outputs[0]).size(axis)));
    if (to.empty()) text += ".squeeze(-1)";
    if (to.size() > 1) text += ".unflatten(-1, " + tuple(sizes) + ")";
    s.assign(c.outputs[0], text, joined(without(x.order, from), to));
    return true;
}

bool softmax(TorchScope& s, const Part& part, const Content& c)
{
    if (!part.is("softmax") || c.reductions.size() != 2 || c.inputs.size() != 1 || c.outputs.size() != 1)
        return false;
    const Names& over = s.program[c.reductions[0]].attributes.axes;
    if (over.size() != 1) return false;
    const TorchTensor x = s.full(c.inputs[0]);
    s.assign(c.outputs[0], "torch.softmax(" + x.text + ", " + number(x.dim(over[0])) + ")", x.order);
    return true;
}

bool layerNorm(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!part.is("layer_norm") || c.parameters.size() != 2 || c.reductions.size() != 2 ||
        c.inputs.size() != 1 || c.outputs.size() != 1)
        return false;
    const Names over = axisNames(p.type(c.parameters[0]));
    if (axisNames(p.type(c.parameters[1])) != over || !sameSet(over, p[c.reductions[0]].attributes.axes))
        return false;
    std::optional<double> eps;
    for (const ValueId value : c.formulas)
        if (!eps) eps = numberUnder(p[value].attributes.formula, "add");
    const TorchTensor x = TorchScope::last(s.full(c.inputs[0]), over);
    Names sizes;
    std::vector<int64_t> shape;
    for (const Axis& axis : p.type(c.parameters[0]).axes) {
        sizes.push_back(number(axis.size));
        shape.push_back(axis.size);
    }
    const std::string name = s.owner.attribute(part.id);
    s.owner.add(name, "nn.LayerNorm(" + (sizes.size() == 1 ? sizes[0] : tuple(sizes)) +
                          (eps == 1e-5 ? "" : ", eps=" + numberText(eps.value_or(0))) + ")");
    s.owner.parameter(name + ".weight", p[c.parameters[0]], over, shape);
    s.owner.parameter(name + ".bias", p[c.parameters[1]], over, shape);
    s.assign(c.outputs[0], "self." + name + "(" + x.text + ")", x.order);
    return true;
}

bool batchNorm(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!part.is("batch_norm") || c.parameters.size() != 2 || c.states.size() != 2 || c.inputs.size() != 1 ||
        c.outputs.size() != 1)
        return false;
    const Names keep = axisNames(p.type(c.parameters[0]));
    const TorchTensor x = s.full(c.inputs[0]);
    if (keep.size() != 1 || x.order.size() < 2 || x.order.size() > 5 || x.order[0] == keep[0]) return false;
    Names order = without(x.order, keep);
    order.insert(order.begin() + 1, keep[0]);
    const auto eps = numberUnder(p[c.formulas.back()].attributes.formula, "add");
    double momentum = 0.1;
    for (const Update& update : p.program.updates)
        if (update.state == c.states[0])
            momentum = numberUnder(p[update.value].attributes.formula, "multiply").value_or(momentum);
    const int64_t size = p.type(c.parameters[0]).count();
    const std::string name = s.owner.attribute(part.id);
    s.owner.add(name, "nn.BatchNorm" + number(std::max<int64_t>(1, int64_t(order.size()) - 2)) + "d(" +
                          number(size) + (eps && *eps != 1e-5 ? ", eps=" + numberText(*eps) : "") +
                          (momentum == 0.1 ? "" : ", momentum=" + numberText(momentum)) + ")");
    const char* const keys[] = {".weight", ".bias", ".running_mean", ".running_var"};
    const ValueId values[] = {c.parameters[0], c.parameters[1], c.states[0], c.states[1]};
    for (int i = 0; i < 4; ++i) s.owner.parameter(name + keys[i], p[values[i]], keep, {size});
    s.assign(c.outputs[0], "self." + name + "(" + TorchScope::permuted(x, order) + ")", order);
    return true;
}

bool embedding(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (c.parameters.size() != 1 || c.gathers.size() != 1 || c.inputs.size() != 1 || c.all.size() != 2)
        return false;
    const Instruction& of = p[c.gathers[0]];
    const Type& table = p.type(c.parameters[0]);
    const TorchTensor x = s.full(c.inputs[0]);
    if (table.axes.size() != 2 || table.axes[0].name != of.attributes.axes[0] ||
        of.inputs[0] != c.parameters[0] || x.dim(table.axes[1].name) >= 0)
        return false;
    const Names order = axisNames(table);
    const std::string name = s.owner.attribute(part.id);
    s.owner.add(name, "nn.Embedding(" + number(table.axes[0].size) + ", " + number(table.axes[1].size) + ")");
    s.owner.parameter(name + ".weight", p[c.parameters[0]], order, {table.axes[0].size, table.axes[1].size});
    s.give(c.parameters[0], {"self." + name + ".weight", order, false});
    s.assign(c.gathers[0], "self." + name + "(" + x.text + ".long())", joined(x.order, {order[1]}));
    return true;
}

bool dropout(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!part.is("dropout") || c.randoms.size() != 1 || c.formulas.size() != 1 || c.outputs.size() != 1)
        return false;
    const auto rate = numberUnder(p[c.formulas[0]].attributes.formula, "less");
    ValueId x = -1;
    for (const ValueId input : p[c.formulas[0]].inputs)
        if (input != c.randoms[0]) x = input;
    if (!rate || x < 0) return false;
    const TorchTensor t = s.full(x);
    const std::string name = s.owner.attribute(part.id);
    s.owner.add(name, "nn.Dropout(" + numberText(*rate) + ")");
    s.assign(c.outputs[0], "self." + name + "(" + t.text + ")", t.order);
    return true;
}

bool crossEntropy(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!part.is("cross_entropy") || c.inputs.size() != 2 || c.outputs.size() != 1) return false;
    const bool targetFirst = p.type(c.inputs[0]).element == Element::Integer;
    const ValueId logits = c.inputs[targetFirst ? 1 : 0], target = c.inputs[targetFirst ? 0 : 1];
    const Names over = c.reductions.empty() ? Names() : p[c.reductions[0]].attributes.axes;
    if (p.type(target).element != Element::Integer || over.size() != 1) return false;
    double smoothing = 0;
    for (const ValueId value : c.formulas) // (1 - smoothing)*right and smoothing*mean
        if (p[value].inputs.size() == 3)
            smoothing = lastNumberUnder(p[value].attributes.formula, "multiply").value_or(0);
    const TorchTensor y = s.full(target), x = s.full(logits);
    const Names others = without(x.order, over);
    if (!sameSet(others, y.order) || y.order.empty()) return false;
    Names order = y.order;
    order.insert(order.begin() + 1, over[0]);
    s.assign(c.outputs[0],
             "F.cross_entropy(" + TorchScope::permuted(x, order) + ", " + y.text + ".long()" +
                 (smoothing > 0 ? ", label_smoothing=" + numberText(smoothing) : "") + ")",
             {});
    return true;
}

constexpr bool (*layers[])(TorchScope&, const Part&,
                           const Content&) = {softmax, layerNorm,    batchNorm,
                                              dropout, crossEntropy, embedding,
                                              linear,  convolution,  transposedConvolution,
                                              pooling};

} // namespace

} // namespace torch

bool writeLayer(TorchScope& scope, const Part& part)
{
    const torch::Content content(scope.program, part);
    return std::any_of(std::begin(torch::layers), std::end(torch::layers),
                       [&](const auto& layer) { return layer(scope, part, content); });
}

} // namespace core::diagram
