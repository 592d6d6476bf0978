#include "core/instruments/derivatives.h"

#include "core/instruments/wires.h"
#include "core/ops/build.h"
#include "core/ops/op.h"
#include "core/program/transform.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) text += " " + name;
    return text;
}

ValueId resultOf(const Program& program, std::string_view name)
{
    for (const Result& result : program.results)
        if (result.name == name) return result.value;
    return -1;
}

/// The elaborated program, alone, with its parameters at hand.
struct Draft {
    Program program;
    ValueId loss = -1;
    std::vector<ValueId> parameters;
    std::vector<std::string> names;

    explicit Draft(const Elaboration& made)
        : program(made.program)
        , loss(resultOf(program, "loss"))
    {
        program.here = {};
        program.updates.clear();
        program.results.clear();
        const Op* const parameter = findOp("parameter");
        const size_t count = program.code.size();
        std::vector<bool> needed(count);
        needed[size_t(loss)] = true;
        for (size_t i = count; i-- > 0;)
            if (needed[i])
                for (const ValueId input : program.code[i].inputs) needed[size_t(input)] = true;
        for (size_t i = 0; i < count; ++i) {
            if (!needed[i] || program.code[i].op != parameter) continue;
            parameters.push_back(ValueId(i));
            names.push_back(program.code[i].attributes.name);
        }
    }

    void give(const std::string& name, ValueId value) { program.results.push_back({name, value}); }
    /// One input for each parameter, of its type.
    std::vector<ValueId> directions()
    {
        std::vector<ValueId> inputs;
        for (size_t i = 0; i < names.size(); ++i)
            inputs.push_back(build::input(program, names[i] + " direction", program.type(parameters[i])));
        return inputs;
    }
};

Arrays asDirections(const Arrays& direction)
{
    Arrays inputs;
    for (const auto& [name, array] : direction) inputs[name + " direction"] = array;
    return inputs;
}

/// The same program in which every example has its own copy of the parameters, all equal: derivatives by them
/// are those of single examples, and nothing is computed twice.
struct Separate {
    Program program;
    std::vector<ValueId> values; ///< of the elaborated program
    std::vector<ValueId> parameters;
    std::vector<std::string> names;

    explicit Separate(const Elaboration& made)
    {
        const Draft draft(made);
        names = draft.names;
        const Type* batched = nullptr;
        for (const Instruction& instruction : made.program.code)
            if (instruction.type.has("batch")) batched = &instruction.type;
        const int64_t batch = batched ? batched->size("batch") : 1;
        std::map<std::string, ValueId> bindings;
        for (size_t i = 0; i < names.size(); ++i) {
            const Instruction& source = draft.program.code[size_t(draft.parameters[i])];
            const ValueId shared = program.add(*source.op, {}, source.attributes);
            parameters.push_back(build::broadcast(program, shared, {{"batch", batch}}));
            bindings[names[i]] = parameters.back();
        }
        values = inlineProgram(program, draft.program, bindings);
    }
};

} // namespace

Arrays valuesOf(Network& network, const Moment& moment, const std::vector<std::string>& wires,
                std::span<const int64_t> examples)
{
    SharedValues& shared = network.shared();
    if (auto known = shared.find(moment, examples, wires)) return std::move(*known);
    const bool sharing = !wires.empty() && shared.expects(wires);
    const std::vector<std::string>& computed = sharing ? shared.expected() : wires;
    Arrays values = network.call(
        "values" + joined(computed),
        [&](const Elaboration& made) {
            Draft draft(made);
            for (const std::string& wire : computed) draft.give(wire, wireNamed(made, wire));
            return std::move(draft.program);
        },
        moment, examples);
    if (!sharing) return values;
    shared.keep(moment, examples, std::move(values));
    return *shared.find(moment, examples, wires);
}

Arrays gradientsOf(Network& network, const Moment& moment, const std::vector<std::string>& wires,
                   std::span<const int64_t> examples)
{
    return network.call(
        "gradients" + joined(wires),
        [&](const Elaboration& made) {
            Draft draft(made);
            std::vector<ValueId> by;
            for (const std::string& wire : wires) {
                by.push_back(wireNamed(made, wire));
                if (draft.program.type(by.back()).element != Element::Real ||
                    !dependsOn(draft.program, draft.loss, by.back())) {
                    throw Error{"wire " + wire, "has no gradient: the loss does not depend on it",
                                "choose a wire between the data and the loss"};
                }
            }
            const std::vector<ValueId> gradients = gradient(draft.program, draft.loss, by);
            for (size_t i = 0; i < wires.size(); ++i) draft.give(wires[i], gradients[i]);
            return std::move(draft.program);
        },
        moment, examples);
}

std::vector<std::string> trainedParameters(Network& network)
{
    Draft draft(network.elaboration());
    if (draft.names.empty())
        throw Error{"diagram", "has nothing to learn: no parameter reaches the loss", "add a linear block"};
    return draft.names;
}

double lossOf(Network& network, const Moment& moment, std::span<const int64_t> examples)
{
    const auto make = [](const Elaboration& made) {
        Draft draft(made);
        draft.give("loss", draft.loss);
        return std::move(draft.program);
    };
    return double(network.call("loss", make, moment, examples).at("loss").reals().front());
}

LossGradient lossGradient(Network& network, const Moment& moment, std::span<const int64_t> examples)
{
    const auto make = [](const Elaboration& made) {
        Draft draft(made);
        const std::vector<ValueId> gradients = gradient(draft.program, draft.loss, draft.parameters);
        for (size_t i = 0; i < gradients.size(); ++i) draft.give(draft.names[i], gradients[i]);
        draft.give("the loss", draft.loss);
        return std::move(draft.program);
    };
    LossGradient result;
    result.gradient = network.call("loss gradient", make, moment, examples);
    result.loss = double(result.gradient.at("the loss").reals().front());
    result.gradient.erase("the loss");
    return result;
}

Arrays exampleGradients(Network& network, const Moment& moment, std::span<const int64_t> examples)
{
    const auto make = [](const Elaboration& made) {
        Separate separate(made);
        Program& program = separate.program;
        // The loss is a mean, so that an example's own is as many times larger as there are examples.
        const ValueId loss = separate.values[size_t(resultOf(made.program, "loss"))];
        const std::vector<ValueId> gradients = gradient(program, loss, separate.parameters);
        for (size_t i = 0; i < gradients.size(); ++i) {
            const double count = double(program.type(gradients[i]).size("batch"));
            const ValueId own = build::formula(program, "a*b", {gradients[i], build::scalar(program, count)});
            program.results.push_back({separate.names[i], own});
        }
        return std::move(program);
    };
    return network.call("example gradients", make, moment, examples);
}

Arrays hessianTimes(Network& network, const Moment& moment, std::span<const int64_t> examples,
                    const Arrays& direction)
{
    const auto make = [](const Elaboration& made) {
        Draft draft(made);
        Program& program = draft.program;
        const std::vector<ValueId> gradients = gradient(program, draft.loss, draft.parameters),
                                   along = draft.directions();
        ValueId slope = -1; // the derivative of the loss along the direction
        for (size_t i = 0; i < gradients.size(); ++i) {
            build::Axes all;
            for (const Axis& axis : program.type(along[i]).axes) all.push_back(axis.name);
            const ValueId part = build::contract(program, gradients[i], along[i], all);
            slope = slope < 0 ? part : build::formula(program, "a + b", {slope, part});
        }
        const std::vector<ValueId> products = gradient(program, slope, draft.parameters);
        for (size_t i = 0; i < products.size(); ++i) draft.give(draft.names[i], products[i]);
        return std::move(program);
    };
    return network.call("hessian", make, moment, examples, asDirections(direction));
}

Array pushForward(Network& network, const Moment& moment, const std::string& wire,
                  std::span<const int64_t> examples, const Arrays& direction)
{
    const auto make = [&](const Elaboration& made) {
        Draft draft(made);
        const ValueId of = wireNamed(made, wire);
        draft.give(wire, jvp(draft.program, of, draft.parameters, draft.directions()));
        return std::move(draft.program);
    };
    return network.call("push forward " + wire, make, moment, examples, asDirections(direction)).at(wire);
}

Arrays pullBack(Network& network, const Moment& moment, const std::string& wire,
                std::span<const int64_t> examples, const Array& adjoint)
{
    const auto make = [&](const Elaboration& made) {
        Draft draft(made);
        const ValueId of = wireNamed(made, wire),
                      given = build::input(draft.program, "adjoint", draft.program.type(of));
        const std::vector<ValueId> parts = vjp(draft.program, of, draft.parameters, given);
        for (size_t i = 0; i < parts.size(); ++i) draft.give(draft.names[i], parts[i]);
        return std::move(draft.program);
    };
    return network.call("pull back " + wire, make, moment, examples, {{"adjoint", adjoint}});
}

Array pullBackTo(Network& network, const Moment& moment, const std::string& of, const std::string& by,
                 std::span<const int64_t> examples, const Array& adjoint)
{
    const auto make = [&](const Elaboration& made) {
        Draft draft(made);
        const ValueId from = wireNamed(made, of), to = wireNamed(made, by);
        if (draft.program.type(to).element != Element::Real || !dependsOn(draft.program, from, to))
            throw Error{"wire " + of, "does not depend on " + by, "choose a wire behind it"};
        const ValueId given = build::input(draft.program, "adjoint", draft.program.type(from));
        draft.give(by, vjp(draft.program, from, std::span(&to, 1), given)[0]);
        return std::move(draft.program);
    };
    return network.call("pull back " + of + " to " + by, make, moment, examples, {{"adjoint", adjoint}})
        .at(by);
}

/// What a value is computed from is needed, and what that is computed from.
static bool dependsOnAny(const Elaboration& made, const std::string& wire,
                         std::initializer_list<const Op*> sources)
{
    const ValueId value = wireNamed(made, wire);
    std::vector<bool> needed(size_t(value) + 1);
    needed[size_t(value)] = true;
    for (size_t i = needed.size(); i-- > 0;) {
        if (!needed[i]) continue;
        const Instruction& instruction = made.program.code[i];
        if (std::find(sources.begin(), sources.end(), instruction.op) != sources.end()) return true;
        for (const ValueId input : instruction.inputs) needed[size_t(input)] = true;
    }
    return false;
}

bool dependsOnParameters(const Elaboration& made, const std::string& wire)
{
    return dependsOnAny(made, wire, {findOp("parameter")});
}

bool dependsOnMoment(const Elaboration& made, const std::string& wire)
{
    return dependsOnAny(made, wire, {findOp("parameter"), findOp("state")});
}

Array tangentKernel(Network& network, const Moment& moment, const std::string& wire,
                    std::span<const int64_t> examples)
{
    const Type type = network.elaboration(int64_t(examples.size()))
                          .program.type(wireNamed(network.elaboration(int64_t(examples.size())), wire));
    if (!type.has("batch"))
        throw Error{"wire " + wire, "is one value for the whole batch", "choose one with a value an example"};
    if (type.element != Element::Real || !dependsOnParameters(network.elaboration(), wire))
        throw Error{"wire " + wire, "depends on no parameter", "choose a wire behind a layer that learns"};
    // One output after another: all at once would keep examples * outputs * parameters numbers.
    const int64_t outputs = type.count() / type.size("batch");
    const auto make = [&](const Elaboration& made) {
        Separate separate(made);
        Program& program = separate.program;
        const ValueId of = separate.values[size_t(wireNamed(made, wire))];
        const ValueId given = build::input(program, "adjoint", program.type(of));
        const std::vector<ValueId> parts = vjp(program, of, separate.parameters, given);
        ValueId kernel = -1;
        for (const ValueId part : parts) {
            build::Axes over;
            for (const Axis& axis : program.type(part).axes)
                if (axis.name != "batch") over.push_back(axis.name);
            const ValueId other = build::rename(program, part, "batch", "batch'");
            const ValueId own = build::contract(program, part, other, over);
            kernel = kernel < 0 ? own : build::formula(program, "a + b", {kernel, own});
        }
        program.results = {{"kernel", build::permute(program, kernel, {"batch", "batch'"})}};
        return std::move(program);
    };
    Array sum;
    Array adjoint = Array::real(type.axes, std::vector<float>(size_t(type.count())));
    const int64_t stride = type.strides()[size_t(type.find("batch"))], batch = type.size("batch");
    for (int64_t output = 0; output < outputs; ++output) {
        std::fill(adjoint.reals().begin(), adjoint.reals().end(), 0.0f);
        // Offset of this output with the batch axis taken out of the order.
        const int64_t at = output / stride * stride * batch + output % stride;
        for (int64_t i = 0; i < batch; ++i) adjoint.reals()[size_t(at + i * stride)] = 1;
        Array one = network.call("tangent kernel " + wire, make, moment, examples, {{"adjoint", adjoint}})
                        .at("kernel");
        if (output == 0) {
            sum = std::move(one);
        } else {
            for (size_t i = 0; i < sum.reals().size(); ++i) sum.reals()[i] += one.reals()[i];
        }
    }
    for (float& value : sum.reals()) value /= float(outputs);
    return sum;
}

} // namespace core::instruments
