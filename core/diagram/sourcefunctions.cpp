// Where arrays of a term come from, and states that outlive a run.
#include "core/diagram/functions.h"

#include "core/ops/build.h"

namespace core::diagram
{

namespace
{

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

} // namespace

std::span<const TermFunction> sourceFunctions()
{
    static const TermFunction rows[] = {
        {"parameter", {"axes", "init", "fan_in", "fan_out"}, 2, parameter},
        {"state", {"axes", "init"}, 2, state},
        {"update", {"state", "value"}, 2, update},
        {"random", {"like"}, 1, random},
        {"iota", {"axis"}, 1, iota},
    };
    return rows;
}

} // namespace core::diagram
