// Windows along the axes of pictures: convolutions and pooling.
#include "core/diagram/torchcontent.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace core::diagram::torch
{

namespace
{

/// "3", or "(3, 5)" where they differ.
std::string each(const std::vector<int64_t>& numbers)
{
    if (std::all_of(numbers.begin(), numbers.end(), [&](int64_t n) { return n == numbers[0]; }))
        return number(numbers[0]);
    Names texts;
    for (const int64_t n : numbers) texts.push_back(number(n));
    return tuple(texts);
}

/// What is done along the axes of a picture.
struct Sliding {
    Names axes, offsets;
    std::vector<int64_t> kernel, stride, dilation, before, after;
    size_t place(const std::string& axis)
    {
        for (size_t i = 0; i < axes.size(); ++i)
            if (axes[i] == axis) return i;
        axes.push_back(axis);
        offsets.emplace_back();
        for (auto* list : {&kernel, &stride, &dilation}) list->push_back(1);
        before.push_back(0);
        after.push_back(0);
        return axes.size() - 1;
    }
    /// In the order in which the axes lie in the array.
    void sort(const Names& order)
    {
        const Sliding was = *this;
        size_t to = 0;
        for (const std::string& axis : order)
            for (size_t i = 0; i < was.axes.size(); ++i)
                if (was.axes[i] == axis) {
                    axes[to] = was.axes[i], offsets[to] = was.offsets[i], kernel[to] = was.kernel[i];
                    stride[to] = was.stride[i], dilation[to] = was.dilation[i];
                    before[to] = was.before[i], after[to] = was.after[i];
                    ++to;
                }
    }
    bool padded() const
    {
        return std::any_of(before.begin(), before.end(), [](int64_t n) { return n != 0; }) || before != after;
    }
    std::string settings() const
    {
        const auto is1 = [](const std::vector<int64_t>& list) {
            return std::all_of(list.begin(), list.end(), [](int64_t n) { return n == 1; });
        };
        return each(kernel) + (is1(stride) ? "" : ", stride=" + each(stride)) +
               (is1(dilation) ? "" : ", dilation=" + each(dilation));
    }
    /// F.pad counts from the last dimension on.
    std::string paddedText(const std::string& text, int sign) const
    {
        Names numbers;
        for (size_t i = axes.size(); i-- > 0;) {
            numbers.push_back(number(sign * before[i]));
            numbers.push_back(number(sign * after[i]));
        }
        return "F.pad(" + text + ", " + tuple(numbers) + ")";
    }
};

/// Pads and windows from the input on, each axis once.
std::optional<Sliding> slidingOf(const TorchProgram& p, const Content& c)
{
    Sliding sliding;
    for (const ValueId value : c.all) {
        const Attributes& a = p[value].attributes;
        if (p[value].op == &ops::pad) {
            if (a.sizes[2] != 0 || a.sizes[0] < 0 || a.sizes[1] < 0) return {};
            const size_t i = sliding.place(a.axes[0]);
            if (!sliding.offsets[i].empty()) return {};
            sliding.before[i] += a.sizes[0];
            sliding.after[i] += a.sizes[1];
        } else if (p[value].op == &ops::window) {
            const size_t i = sliding.place(a.axes[0]);
            if (!sliding.offsets[i].empty() || a.to[0] != a.axes[0]) return {};
            sliding.offsets[i] = a.to[1];
            sliding.kernel[i] = a.sizes[0], sliding.stride[i] = a.sizes[1], sliding.dilation[i] = a.sizes[2];
        }
    }
    const bool whole = std::none_of(sliding.offsets.begin(), sliding.offsets.end(),
                                    [](const std::string& name) { return name.empty(); });
    if (sliding.axes.empty() || sliding.axes.size() > 3 || !whole) return {};
    return sliding;
}

/// Sizes of a picture: one axis of examples, one of features.
struct Shape {
    std::string examples, features;
};
std::optional<Shape> shapeOf(const Names& order, const Names& spatial, const Names& features)
{
    const Names examples = without(without(order, spatial), features);
    if (examples.size() != 1 || features.size() != 1) return {};
    return Shape{examples[0], features[0]};
}

} // namespace

bool convolution(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!c.plain || c.windows.empty() || c.outputs.size() != 1 || c.inputs.size() != 1 || !c.folds.empty() ||
        !c.reductions.empty() || !c.states.empty())
        return false;
    auto sliding = slidingOf(p, c);
    const auto map = sliding ? mapOf(p, c, c.outputs[0]) : std::nullopt;
    if (!map) return false;
    const Names to = targets(p, *map), from = without(map->from, sliding->offsets);
    const TorchTensor x = s.full(c.inputs[0]);
    const auto shape = shapeOf(x.order, sliding->axes, from);
    const bool windowsFirst = !c.windows.empty() && map->x == c.windows.back();
    if (!shape || to.size() != 1 || !windowsFirst ||
        from.size() + sliding->offsets.size() != map->from.size())
        return false;
    if (map->bias >= 0 && axisNames(p.type(map->bias)) != to) return false;
    sliding->sort(x.order);
    const Type& weight = p.type(map->weight);
    const int64_t in = weight.size(from[0]), out = p.type(c.outputs[0]).size(to[0]);
    const std::string name = s.owner.attribute(part.id);
    const bool even = sliding->before == sliding->after;
    s.owner.add(name, "nn.Conv" + number(int64_t(sliding->axes.size())) + "d(" + number(in) + ", " +
                          number(out) + ", " + sliding->settings() +
                          (sliding->padded() && even ? ", padding=" + each(sliding->before) : "") +
                          (map->bias < 0 ? ", bias=False" : "") + ")");
    std::vector<int64_t> sizes{out, in};
    sizes.insert(sizes.end(), sliding->kernel.begin(), sliding->kernel.end());
    s.owner.parameter(name + ".weight", p[map->weight], joined(joined(own(*map, to), from), sliding->offsets),
                      sizes);
    if (map->bias >= 0) s.owner.parameter(name + ".bias", p[map->bias], to, {out});
    std::string text = TorchScope::permuted(x, joined({shape->examples, shape->features}, sliding->axes));
    if (!even) text = sliding->paddedText(text, 1);
    s.assign(c.outputs[0], "self." + name + "(" + text + ")",
             joined({shape->examples, to[0]}, sliding->axes));
    return true;
}

bool transposedConvolution(TorchScope& s, const Part& part, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!c.plain || c.folds.empty() || c.outputs.size() != 1 || c.inputs.size() != 1 || !c.windows.empty() ||
        !c.reductions.empty() || !c.states.empty())
        return false;
    const auto map = mapOf(p, c, c.outputs[0]);
    if (!map) return false;
    Sliding sliding;
    for (const ValueId value : c.all) {
        const Attributes& a = p[value].attributes;
        if (p[value].op == &ops::fold) {
            const Type& type = p.type(p[value].inputs[0]);
            const size_t i = sliding.place(a.axes[0]);
            if (!sliding.offsets[i].empty() || a.to[0] != a.axes[0]) return false;
            sliding.offsets[i] = a.axes[1];
            sliding.kernel[i] = type.size(a.axes[1]), sliding.stride[i] = a.sizes[1],
            sliding.dilation[i] = a.sizes[2];
            if (a.sizes[0] !=
                (type.size(a.axes[0]) - 1) * a.sizes[1] + (sliding.kernel[i] - 1) * a.sizes[2] + 1)
                return false;
        } else if (p[value].op == &ops::pad) {
            const size_t i = sliding.place(a.axes[0]);
            if (sliding.offsets[i].empty() || a.sizes[2] != 0) return false;
            sliding.before[i] -= a.sizes[0];
            sliding.after[i] -= a.sizes[1];
        }
    }
    const Names to = without(targets(p, *map), sliding.offsets);
    const TorchTensor x = s.full(c.inputs[0]);
    const auto shape = shapeOf(x.order, sliding.axes, map->from);
    if (!shape || to.size() != 1 || sliding.axes.size() > 3 || map->x != c.inputs[0]) return false;
    if (map->bias >= 0 && axisNames(p.type(map->bias)) != to) return false;
    sliding.sort(x.order);
    const int64_t in = p.type(map->weight).size(map->from[0]), out = p.type(c.outputs[0]).size(to[0]);
    const std::string name = s.owner.attribute(part.id);
    const bool even = sliding.before == sliding.after &&
                      *std::min_element(sliding.before.begin(), sliding.before.end()) >= 0;
    s.owner.add(name, "nn.ConvTranspose" + number(int64_t(sliding.axes.size())) + "d(" + number(in) + ", " +
                          number(out) + ", " + sliding.settings() +
                          (even && sliding.padded() ? ", padding=" + each(sliding.before) : "") +
                          (map->bias < 0 ? ", bias=False" : "") + ")");
    std::vector<int64_t> sizes{in, out};
    sizes.insert(sizes.end(), sliding.kernel.begin(), sliding.kernel.end());
    s.owner.parameter(name + ".weight", p[map->weight],
                      joined(joined(map->from, own(*map, to)), sliding.offsets), sizes);
    if (map->bias >= 0) s.owner.parameter(name + ".bias", p[map->bias], to, {out});
    std::string text = "self." + name + "(" +
                       TorchScope::permuted(x, joined({shape->examples, shape->features}, sliding.axes)) +
                       ")";
    if (!even) text = sliding.paddedText(text, -1);
    s.assign(c.outputs[0], text, joined({shape->examples, to[0]}, sliding.axes));
    return true;
}

bool pooling(TorchScope& s, const Part&, const Content& c)
{
    const TorchProgram& p = s.program;
    if (!c.plain || c.windows.empty() || c.reductions.size() != 1 || c.inputs.size() != 1 ||
        c.outputs.size() != 1 || !c.parameters.empty() || !c.contractions.empty() || !c.folds.empty() ||
        !c.pads.empty() || c.formulas.size() > 1)
        return false;
    auto sliding = slidingOf(p, c);
    const Attributes& a = p[c.reductions[0]].attributes;
    if (!sliding || !sameSet(a.axes, sliding->offsets)) return false;
    const bool mean = c.formulas.size() == 1;
    if (a.name != (mean ? "sum" : "max")) return false;
    const double share = 1 / double(product(p.type(c.windows.back()), a.axes));
    if (mean && !(p[c.formulas[0]].attributes.formula ==
                  language::Expression::variable(0) * language::Expression(share)))
        return false;
    const TorchTensor x = s.full(c.inputs[0]);
    const Names others = without(x.order, sliding->axes);
    if (others.empty() || others.size() > 2 ||
        std::any_of(sliding->dilation.begin(), sliding->dilation.end(), [](int64_t d) { return d != 1; }))
        return false;
    sliding->sort(x.order);
    const Names order = joined(others, sliding->axes);
    s.assign(c.outputs[0],
             std::string("F.") + (mean ? "avg" : "max") + "_pool" + number(int64_t(sliding->axes.size())) +
                 "d(" + TorchScope::permuted(x, order) + ", " + each(sliding->kernel) +
                 (sliding->stride == sliding->kernel ? "" : ", " + each(sliding->stride)) + ")",
             order);
    return true;
}

} // namespace core::diagram::torch
