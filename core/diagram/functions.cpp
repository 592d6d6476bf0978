// What terms can call besides formulas and blocks: one row a function.
#include "core/diagram/einsum.h"
#include "core/diagram/recurrence.h"

#include "core/ops/build.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace core::diagram
{

std::string Arguments::what(size_t i) const
{
    return "argument " + std::string(function.arguments[i]) + " of " + std::string(function.name);
}

Arrays Arguments::arrays(size_t i) const
{
    if (const auto* list = std::get_if<Arrays>(&values[i])) return *list;
    return {array(i)};
}

std::vector<std::string> Arguments::names(size_t i) const
{
    std::vector<std::string> names;
    for (const AxisSpec& axis : axes(i)) names.push_back(axis.name);
    return names;
}

std::string Arguments::axis(size_t i) const
{
    const AxisList list = axes(i);
    if (list.size() != 1)
        throw Error{frame.path, what(i) + " must be one axis, but is " + std::to_string(list.size()), ""};
    return list[0].name;
}

int64_t Arguments::whole(size_t i, int64_t otherwise) const
{
    if (!given(i)) return otherwise;
    const Size size = number(i);
    if (!size.whole())
        throw Error{frame.path, what(i) + " must be a whole number, but is " + Polynomial(size.value).text(),
                    ""};
    return int64_t(size.value);
}

namespace
{

Value one(ValueId id) { return Arrays{id}; }

// Sources
// ----------------------------------------------------------------------------------------------------------

Value parameter(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const language::Expression init = e.initial(a.frame, a.values[1]);
    const std::string name =
        e.parameterName(a.frame, a.frame.fresh(a.frame.target.empty() ? "parameter" : a.frame.target));
    const Type type{Element::Real, e.sized(a.frame, a.axes(0), "parameter")};
    const auto fan = [&](size_t i) { // 0: all elements
        const int64_t said = a.whole(i, 0);
        return said > 0 ? said : type.count();
    };
    const int64_t fanIn = fan(2), fanOut = fan(3);
    return one(build::parameter(e.program, name, type, init, fanIn, fanOut));
}

Value state(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const language::Expression init = e.initial(a.frame, a.values[1]);
    const std::string name =
        e.parameterName(a.frame, a.frame.fresh(a.frame.target.empty() ? "state" : a.frame.target));
    const Type type{Element::Real, e.sized(a.frame, a.axes(0), "state")};
    return one(build::state(e.program, name, type, init));
}

Value update(Arguments& a)
{
    Program& program = a.evaluator.program;
    const ValueId state = a.array(0);
    ValueId value = a.array(1);
    std::vector<std::string> order;
    for (const Axis& axis : program.type(state).axes) order.push_back(axis.name);
    if (program.type(value).axes != program.type(state).axes) value = build::permute(program, value, order);
    a.evaluator.note(value);
    if (program.type(value) != program.type(state))
        throw Error{a.frame.path,
                    "a state of type " + program.type(state).text() + " cannot become " +
                        program.type(value).text(),
                    ""};
    program.updates.push_back({state, value});
    return {};
}

Value random(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const ValueId like = a.array(0);
    const ValueId seed = build::input(e.program, "seed", {Element::Integer, {}});
    const ValueId step = build::input(e.program, "step", {Element::Integer, {}});
    AxisList hints;
    const Type type{Element::Real, e.program.type(like).axes};
    for (const Axis& axis : type.axes) hints.push_back({axis.name, e.sizeOf(like, axis.name)});
    e.hint(hints);
    return one(build::random(e.program, seed, step, e.freshSite(a.frame), type));
}

Value iota(Arguments& a)
{
    const AxisList list = a.axes(0);
    const std::vector<Axis> axes = a.evaluator.sized(a.frame, list, "iota");
    if (axes.size() != 1) throw Error{a.frame.path, a.what(0) + " must be one axis", ""};
    return one(build::iota(a.evaluator.program, axes[0].name, axes[0].size));
}

// Reductions and contractions
// --------------------------------------------------------------------------------------

void expectAxes(Arguments& a, ValueId x, const std::vector<std::string>& names)
{
    for (const std::string& name : names)
        if (!a.evaluator.program.type(x).has(name))
            throw Error{a.frame.path,
                        a.evaluator.describe(a.frame, x) + " has no axis " + name + ": it is " +
                            a.evaluator.program.type(x).text(),
                        "rename an axis, or choose another one"};
}

template<ValueId (*Reduce)(Program&, ValueId, build::Axes)> Value reduced(Arguments& a)
{
    const ValueId x = a.array(0);
    const std::vector<std::string> over = a.names(1);
    expectAxes(a, x, over);
    return one(over.empty() ? x : Reduce(a.evaluator.program, x, over));
}

Value contract(Arguments& a)
{
    const ValueId x = a.array(0), y = a.array(1);
    const std::vector<std::string> over = a.names(2);
    expectAxes(a, x, over);
    expectAxes(a, y, over);
    a.evaluator.expectAgreement(a.frame, {x, y});
    return one(build::contract(a.evaluator.program, x, y, over));
}

template<char Sign> Value combined(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const Arrays all = a.arrays(0);
    if (all.size() == 1) return one(all[0]);
    const auto widest = *std::max_element(all.begin(), all.end(), [&](ValueId x, ValueId y) {
        return e.program.type(x).axes.size() < e.program.type(y).axes.size();
    });
    language::Expression formula = language::Expression::variable(0);
    Arrays operands;
    for (const ValueId id : all) {
        for (const Axis& axis : e.program.type(id).axes)
            if (!e.program.type(widest).has(axis.name))
                throw Error{a.frame.path,
                            e.describe(a.frame, id) + " has axis " + axis.name + ", which " +
                                e.describe(a.frame, widest) + " lacks",
                            "rename an axis, or insert a linear block"};
        auto at = std::find(operands.begin(), operands.end(), id);
        if (at == operands.end()) at = operands.insert(at, id);
        const auto variable = language::Expression::variable(int(at - operands.begin()));
        if (&id == &all.front()) continue;
        formula = Sign == '+' ? formula + variable : formula * variable;
    }
    return one(e.elementwise(a.frame, formula, operands));
}

// Reading differently
// ----------------------------------------------------------------------------------------------

Value rename(Arguments& a)
{
    const ValueId x = a.array(0);
    const std::vector<std::string> from = a.names(1), to = a.names(2);
    expectAxes(a, x, from);
    if (from == to) return one(x);
    return one(build::rename(a.evaluator.program, x, from, to));
}

Value split(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const ValueId x = a.array(0);
    const std::string axis = a.axis(1);
    expectAxes(a, x, {axis});
    AxisList into = a.axes(2);
    Size rest = e.sizeOf(x, axis);
    AxisSpec* open = nullptr;
    for (AxisSpec& part : into) {
        if (!part.size && !open)
            open = &part;
        else if (part.size && part.size->value != 0)
            rest = applied("divide", {rest, *part.size}, rest.value / part.size->value);
    }
    if (open) open->size = rest;
    return one(build::split(e.program, x, axis, e.sized(a.frame, into, "split")));
}

Value merge(Arguments& a)
{
    const ValueId x = a.array(0);
    const std::vector<std::string> axes = a.names(1);
    expectAxes(a, x, axes);
    const std::string into = a.axis(2);
    if (axes.empty())
        throw Error{a.frame.path, "there is no axis to merge on " + a.evaluator.describe(a.frame, x), ""};
    if (axes.size() == 1)
        return axes[0] == into ? one(x) : one(build::rename(a.evaluator.program, x, axes[0], into));
    return one(build::merge(a.evaluator.program, x, axes, into));
}

Value slice(Arguments& a)
{
    return one(build::slice(a.evaluator.program, a.array(0), a.axis(1), a.whole(2, 0), a.whole(3, 1),
                            a.whole(4, 1)));
}

Value pad(Arguments& a)
{
    return one(
        build::pad(a.evaluator.program, a.array(0), a.axis(1), a.whole(2, 0), a.whole(3, 0), a.whole(4, 0)));
}

Value window(Arguments& a)
{
    return one(build::window(a.evaluator.program, a.array(0), a.axis(1), a.axis(2), a.axis(3), a.whole(4, 1),
                             a.whole(5, 1), a.whole(6, 1)));
}

Value fold(Arguments& a)
{
    const auto axis = a.evaluator.sized(a.frame, a.axes(3), "fold");
    if (axis.size() != 1) throw Error{a.frame.path, a.what(3) + " must be one axis", ""};
    return one(build::fold(a.evaluator.program, a.array(0), a.axis(1), a.axis(2), axis[0].name, axis[0].size,
                           a.whole(4, 1), a.whole(5, 1)));
}

std::string offsetName(const std::string& axis) { return axis + "_offset"; }

struct Padding {
    int64_t before = 0, after = 0;
};

Padding paddingFor(Arguments& a, size_t argument, int64_t size, int64_t reach, int64_t stride)
{
    if (!a.given(argument)) return {};
    const std::string word = a.text(argument);
    if (word == "valid") return {};
    if (word == "same") { // ceil(size / stride) positions, the odd zero behind
        const int64_t total =
            std::max<int64_t>(((size + stride - 1) / stride - 1) * stride + reach - size, 0);
        return {total / 2, total - total / 2};
    }
    int64_t number = -1;
    const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (status != std::errc() || end != word.data() + word.size() || number < 0 || number > 10000)
        throw Error{a.frame.path + ".padding", "\"" + word + "\" is no padding",
                    "write same, valid, or a number from 0 on"};
    return {number, number};
}

/// Windows along several axes: each keeps its name for the position, NAME_offset runs within the window.
Value windows(Arguments& a)
{
    Evaluator& e = a.evaluator;
    ValueId x = a.array(0);
    const std::vector<std::string> over = a.names(1);
    const int64_t kernel = a.whole(2, 1), stride = a.whole(3, 1), dilation = a.whole(4, 1);
    const int64_t reach = (kernel - 1) * dilation + 1;
    expectAxes(a, x, over);
    for (const std::string& axis : over) {
        const Size size = e.sizeOf(x, axis);
        const Padding padding = paddingFor(a, 5, int64_t(size.value), reach, stride);
        const auto added = double(padding.before + padding.after);
        const double left = size.value + added - double(reach);
        if (left < 0)
            throw Error{a.frame.path,
                        "a window of " + std::to_string(reach) + " positions does not fit into axis " + axis +
                            " of size " + std::to_string(int64_t(size.value)),
                        "make the kernel smaller or the padding larger"};
        if (added > 0) {
            e.hint({{axis, Size(size.value + added, size.formula + added)}});
            x = e.note(build::pad(e.program, x, axis, padding.before, padding.after));
        }
        const Size room(left, size.formula + added - double(reach));
        const Size ratio(left / double(stride), room.formula / double(stride));
        const Size steps = stride == 1 ? room : applied("floor", {ratio}, std::floor(ratio.value));
        e.hint(
            {{axis, Size(steps.value + 1, steps.formula + 1.0)}, {offsetName(axis), Size(double(kernel))}});
        x = e.note(build::window(e.program, x, axis, axis, offsetName(axis), kernel, stride, dilation));
    }
    return one(x);
}

/// The adjoint of windows: an axis and its NAME_offset give way to one axis, as long as the windows reach. Of
/// it is cut off what `windows` with that padding would have added; `same` leaves stride times the positions.
Value unwindows(Arguments& a)
{
    Evaluator& e = a.evaluator;
    ValueId x = a.array(0);
    const int64_t stride = a.whole(2, 1), dilation = a.whole(3, 1);
    const bool same = a.given(4) && a.text(4) == "same";
    for (const std::string& axis : a.names(1)) {
        expectAxes(a, x, {axis, offsetName(axis)});
        const Size count = e.sizeOf(x, axis);
        const int64_t reach = (e.program.type(x).size(offsetName(axis)) - 1) * dilation + 1;
        const int64_t tail = reach - stride;
        Padding cut = paddingFor(a, 4, int64_t(count.value) * stride, reach, stride);
        if (same) cut.after = tail - cut.before; // below zero where the windows leave gaps
        Size size(count.value * double(stride) + double(tail), count.formula * double(stride) + double(tail));
        if (size.value - double(cut.before + cut.after) < 1)
            throw Error{a.frame.path, "nothing is left of axis " + axis + " when the padding is cut off",
                        "take a smaller padding"};
        e.hint({{axis, size}});
        x = e.note(
            build::fold(e.program, x, axis, offsetName(axis), axis, int64_t(size.value), stride, dilation));
        if (cut.before == 0 && cut.after == 0) continue;
        const auto less = double(cut.before + cut.after);
        e.hint({{axis, Size(size.value - less, size.formula - less)}});
        x = e.note(build::pad(e.program, x, axis, -cut.before, -cut.after));
    }
    return one(x);
}

Value offsets(Arguments& a)
{
    AxisList list;
    const auto size = a.given(1) ? std::optional<Size>(a.number(1)) : std::nullopt;
    for (const std::string& axis : a.names(0)) list.push_back({offsetName(axis), size});
    return list;
}

Value concat(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const Arrays parts = a.arrays(0);
    const std::string axis = a.axis(1);
    Size total = 0.0;
    for (const ValueId part : parts) {
        expectAxes(a, part, {axis});
        const Size size = e.sizeOf(part, axis);
        total = Size(total.value + size.value, total.formula + size.formula);
        for (const Axis& other : e.program.type(parts[0]).axes)
            if (other.name != axis && e.program.type(part).size(other.name) != other.size)
                throw Error{a.frame.path,
                            "axis " + other.name + " has size " + std::to_string(other.size) + " on " +
                                e.describe(a.frame, parts[0]) + " but " +
                                std::to_string(e.program.type(part).size(other.name)) + " on " +
                                e.describe(a.frame, part),
                            "only axis " + axis + " may differ"};
    }
    if (parts.size() == 1) return one(parts[0]);
    e.hint({{axis, total}});
    return one(build::concat(e.program, parts, axis));
}

Value gather(Arguments& a)
{
    return one(build::gather(a.evaluator.program, a.array(0), a.array(1), a.axis(2)));
}

Value stop(Arguments& a) { return one(build::stopGradient(a.evaluator.program, a.array(0))); }

/// x with axes that `like` lacks taken away where they have size 1, or renamed where both have one axis of
/// their own.
Value match(Arguments& a)
{
    Evaluator& e = a.evaluator;
    ValueId x = a.array(0);
    const Type like = e.program.type(a.array(1));
    std::vector<Axis> own, missing;
    for (const Axis& axis : like.axes)
        if (!e.program.type(x).has(axis.name)) missing.push_back(axis);
    for (const Axis& axis : e.program.type(x).axes)
        if (!like.has(axis.name)) own.push_back(axis);
    if (own.size() == 1 && missing.size() == 1 && own[0].size == missing[0].size)
        return one(build::rename(e.program, x, own[0].name, missing[0].name));
    for (const Axis& axis : own) {
        if (axis.size != 1 || !missing.empty() || like.axes.empty())
            throw Error{a.frame.path,
                        "axis " + axis.name + "=" + std::to_string(axis.size) + " of " +
                            e.describe(a.frame, x) + " has no partner on " + like.text(),
                        "a linear block before can end in axes of the target's sizes"};
        const std::string into = like.axes.back().name;
        x = e.note(build::merge(e.program, x, {into, axis.name}, into));
    }
    if (!missing.empty())
        throw Error{a.frame.path,
                    e.describe(a.frame, x) + " has no axis " + missing[0].name + " of size " +
                        std::to_string(missing[0].size),
                    "a linear block before can end in axes of the target's sizes"};
    return one(x);
}

// Axes and sizes
// ---------------------------------------------------------------------------------------------------

Value size(Arguments& a)
{
    Size product = 1.0;
    for (const AxisSpec& axis : a.axes(0)) {
        const auto size = axis.size ? axis.size : a.evaluator.findAxis(a.frame, axis.name);
        if (!size)
            throw Error{a.frame.path, "axis " + axis.name + " has no size here",
                        "say it: \"" + axis.name + ": 64\""};
        product = Size(product.value * size->value, product.formula * size->formula);
    }
    return product;
}

Value others(Arguments& a)
{
    const std::vector<std::string> except = a.names(1);
    AxisList rest;
    for (const Axis& axis : a.evaluator.program.type(a.array(0)).axes)
        if (std::find(except.begin(), except.end(), axis.name) == except.end())
            rest.push_back({axis.name, std::nullopt});
    return rest;
}

Value empty(Arguments& a)
{
    const auto* list = std::get_if<AxisList>(&a.values[0]);
    return !a.given(0) || (list && list->empty());
}

Value prime(Arguments& a)
{
    const ValueId x = a.array(1);
    AxisList list = a.axes(0);
    for (AxisSpec& axis : list) {
        if (!a.evaluator.program.type(x).has(axis.name)) continue;
        if (!axis.size) axis.size = a.evaluator.sizeOf(x, axis.name);
        axis.name += "'";
    }
    return list;
}

Value integer(Arguments& a) { return a.evaluator.program.type(a.array(0)).element == Element::Integer; }

Value expectClasses(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const ValueId logits = a.array(0), target = a.array(2);
    double classes = 1;
    for (const std::string& axis : a.names(1)) classes *= e.sizeOf(logits, axis).value;
    const Instruction& source = e.program.code[size_t(target)];
    const bool ofData = source.inputs.empty() && source.attributes.name == "y";
    const int64_t needed = e.data.classes > 0 ? e.data.classes : e.data.vocabulary;
    if (ofData && classes < double(needed))
        throw Error{a.frame.path,
                    "axis " + a.names(1).front() + " has size " + Polynomial(classes).text() + " on " +
                        e.describe(a.frame, logits) + ", but the data has " + std::to_string(needed) +
                        " classes",
                    "let the last linear block end in \"class: classes\""};
    for (const Axis& axis : e.program.type(target).axes)
        if (!e.program.type(logits).has(axis.name))
            throw Error{a.frame.path,
                        e.describe(a.frame, logits) + " has no axis " + axis.name + ", which the target has",
                        "keep axis " + axis.name + " on the way from the data"};
    return {};
}

// Others
// -----------------------------------------------------------------------------------------------------------

/// size(axis) in what the user typed, as numbers.
void putSizes(Arguments& a, language::Syntax& syntax)
{
    using Kind = language::Syntax::Kind;
    for (language::Syntax& child : syntax.children) putSizes(a, child);
    if (syntax.kind != Kind::Call || syntax.name != "size" || syntax.children.size() != 1) return;
    const language::Syntax& of = syntax.children[0];
    const Value word = Word{of.name};
    const double size = a.evaluator.number(a.frame, word, "size(" + language::print(of) + ")").value;
    syntax = language::Syntax{.kind = Kind::Number, .number = size};
}

Value apply(Arguments& a)
{
    Evaluator& e = a.evaluator;
    std::vector<std::string> names;
    Arrays operands;
    language::Syntax formula = language::parseExpression(a.text(0), a.frame.path + ".formula");
    putSizes(a, formula);
    if (a.named.empty())
        for (const auto& [name, value] : a.frame.variables)
            if (std::holds_alternative<Arrays>(value)) a.named.emplace_back(name, value);
    for (const auto& [name, value] : a.named) {
        names.push_back(name);
        operands.push_back(e.array(a.frame, value, name));
    }
    const std::string learned = a.given(1) ? a.text(1) : "";
    const auto declared = language::parseExpression("learned(" + learned + ")", a.frame.path + ".learned");
    for (const language::Syntax& item : declared.children) {
        if (item.kind != language::Syntax::Kind::Named ||
            std::find(names.begin(), names.end(), item.name) != names.end())
            throw Error{a.frame.path + ".learned", "must be names with initial values",
                        "write \"a = 0.25, b = 1\""};
        const double initial =
            language::evaluate(language::formulaFrom(item.children[0], {}, a.frame.path + ".learned"), {});
        names.push_back(item.name);
        operands.push_back(
            e.note(build::parameter(e.program, e.parameterName(a.frame, a.frame.fresh(item.name)), Type{},
                                    language::Expression(initial))));
    }
    return one(
        e.elementwise(a.frame, language::formulaFrom(formula, names, a.frame.path + ".formula"), operands));
}

Value result(Arguments& a)
{
    a.evaluator.addResult(a.text(0), a.array(1));
    return {};
}

Value repeat(Arguments& a)
{
    const std::string where = a.frame.path + ".of";
    language::Syntax call = language::parseExpression(a.text(0), where);
    if (call.kind == language::Syntax::Kind::Name) call.kind = language::Syntax::Kind::Call;
    if (call.kind != language::Syntax::Kind::Call)
        throw Error{where, "must be a block and its settings", "write \"transformer_block(heads = 4)\""};
    Frame typed{
        .path = a.frame.path, .names = a.frame.names, .depth = a.frame.depth, .variablesHaveNames = false};
    ValueId x = a.array(2);
    const Arrays more = a.given(3) ? a.arrays(3) : Arrays();
    const int64_t count = a.whole(1, 1);
    for (int64_t i = 1; i <= count; ++i) {
        typed.variables = {{"memory", more}, {"x", Arrays{x}}};
        Arrays inputs{x};
        inputs.insert(inputs.end(), more.begin(), more.end());
        const Arrays outputs = a.evaluator.callBlock(typed, call, inputs, std::to_string(i));
        if (outputs.size() != 1) throw Error{where, "block " + call.name + " has not exactly one output", ""};
        x = outputs[0];
    }
    return one(x);
}

const std::array functions{
    TermFunction{"parameter", {"axes", "init", "fan_in", "fan_out"}, 2, parameter},
    TermFunction{"state", {"axes", "init"}, 2, state},
    TermFunction{"update", {"state", "value"}, 2, update},
    TermFunction{"random", {"like"}, 1, random},
    TermFunction{"iota", {"axis"}, 1, iota},
    TermFunction{"sum", {"x", "over"}, 2, reduced<build::sum>},
    TermFunction{"max", {"x", "over"}, 2, reduced<build::max>},
    TermFunction{"mean", {"x", "over"}, 2, reduced<build::mean>},
    TermFunction{"contract", {"x", "y", "over"}, 3, contract},
    TermFunction{"total", {"x"}, 1, combined<'+'>},
    TermFunction{"product", {"x"}, 1, combined<'*'>},
    TermFunction{"rename", {"x", "from", "to"}, 3, rename},
    TermFunction{"split", {"x", "axis", "into"}, 3, split},
    TermFunction{"merge", {"x", "axes", "into"}, 3, merge},
    TermFunction{"slice", {"x", "axis", "start", "length", "step"}, 4, slice},
    TermFunction{"pad", {"x", "axis", "before", "after", "interior"}, 4, pad},
    TermFunction{"window", {"x", "axis", "out", "offset", "kernel", "stride", "dilation"}, 5, window},
    TermFunction{"windows", {"x", "over", "kernel", "stride", "dilation", "padding"}, 3, windows},
    TermFunction{"unwindows", {"x", "over", "stride", "dilation", "padding"}, 3, unwindows},
    TermFunction{"fold", {"y", "out", "offset", "axis", "stride", "dilation"}, 4, fold},
    TermFunction{"concat", {"x", "along"}, 2, concat},
    TermFunction{"gather", {"table", "index", "axis"}, 3, gather},
    TermFunction{"stop", {"x"}, 1, stop},
    TermFunction{"match", {"x", "like"}, 2, match},
    TermFunction{"size", {"axes"}, 1, size},
    TermFunction{"offsets", {"over", "size"}, 1, offsets, true},
    TermFunction{"others", {"x", "except"}, 2, others, true},
    TermFunction{"prime", {"axes", "x"}, 2, prime, true},
    TermFunction{"empty", {"axes"}, 0, empty},
    TermFunction{"integer", {"x"}, 1, integer},
    TermFunction{"expect_classes", {"logits", "over", "target"}, 3, expectClasses},
    TermFunction{"apply", {"formula", "learned"}, 1, apply, false, true},
    TermFunction{"einsum", {"formula"}, 1, einsum, false, true},
    TermFunction{"result", {"name", "value"}, 2, result},
    TermFunction{"recurrence", {"of", "over", "x", "reverse"}, 3, recurrence},
    TermFunction{"repeat", {"of", "count", "x", "memory"}, 3, repeat},
};

} // namespace

const TermFunction* findTermFunction(std::string_view name)
{
    const auto found =
        std::find_if(functions.begin(), functions.end(), [&](const auto& row) { return row.name == name; });
    return found == functions.end() ? nullptr : &*found;
}

} // namespace core::diagram
