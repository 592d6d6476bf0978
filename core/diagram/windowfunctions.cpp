// Windows along axes, and back.
#include "core/diagram/functions.h"

#include "core/ops/build.h"

#include <charconv>
#include <cmath>

namespace core::diagram
{

namespace
{

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

} // namespace

std::span<const TermFunction> windowFunctions()
{
    static const TermFunction rows[] = {
        {"window", {"x", "axis", "out", "offset", "kernel", "stride", "dilation"}, 5, window},
        {"windows", {"x", "over", "kernel", "stride", "dilation", "padding"}, 3, windows},
        {"unwindows", {"x", "over", "stride", "dilation", "padding"}, 3, unwindows},
        {"fold", {"y", "out", "offset", "axis", "stride", "dilation"}, 4, fold},
        {"offsets", {"over", "size"}, 1, offsets, true},
    };
    return rows;
}

} // namespace core::diagram
