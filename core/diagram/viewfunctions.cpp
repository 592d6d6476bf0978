// Arrays read differently.
#include "core/diagram/functions.h"

#include "core/ops/build.h"

namespace core::diagram
{

namespace
{

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

} // namespace

std::span<const TermFunction> viewFunctions()
{
    static const TermFunction rows[] = {
        {"rename", {"x", "from", "to"}, 3, rename},
        {"split", {"x", "axis", "into"}, 3, split},
        {"merge", {"x", "axes", "into"}, 3, merge},
        {"slice", {"x", "axis", "start", "length", "step"}, 4, slice},
        {"pad", {"x", "axis", "before", "after", "interior"}, 4, pad},
        {"concat", {"x", "along"}, 2, concat},
        {"gather", {"table", "index", "axis"}, 3, gather},
        {"stop", {"x"}, 1, stop},
        {"match", {"x", "like"}, 2, match},
    };
    return rows;
}

} // namespace core::diagram
