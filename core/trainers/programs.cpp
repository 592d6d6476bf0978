#include "core/trainers/programs.h"

#include "core/ops/build.h"
#include "core/ops/op.h"
#include "core/program/transform.h"
#include "core/trainers/optimiser.h"

#include <algorithm>

namespace core
{

namespace
{

#define LARGEST_FLOAT "340282346638528859811704183484516925440"
constexpr const char *finite = "abs(a) <= " LARGEST_FLOAT,
                     *limitOf = "where(abs(a) <= " LARGEST_FLOAT ", " LARGEST_FLOAT ", -1)";
#undef LARGEST_FLOAT

ValueId resultOf(const Program& program, std::string_view name)
{
    for (const Result& result : program.results) {
        if (result.name == name) return result.value;
    }
    return -1;
}

std::vector<bool> neededFor(const Program& program, ValueId value)
{
    std::vector<bool> needed(program.code.size());
    needed[size_t(value)] = true;
    for (ValueId i = value; i >= 0; --i) {
        if (!needed[size_t(i)]) continue;
        for (const ValueId input : program.code[size_t(i)].inputs) needed[size_t(input)] = true;
    }
    return needed;
}

/// The parameters that the loss depends on.
std::vector<ValueId> trainedBy(const Program& program, ValueId loss)
{
    const std::vector<bool> needed = neededFor(program, loss);
    std::vector<ValueId> parameters;
    for (size_t i = 0; i < needed.size(); ++i) {
        if (needed[i] && program.code[i].op == findOp("parameter")) parameters.push_back(ValueId(i));
    }
    if (parameters.empty()) {
        throw Error{"diagram", "has nothing to learn: no parameter reaches the loss", "add a linear block"};
    }
    return parameters;
}

} // namespace

Elaboration elaborateForTraining(const Diagram& diagram, const BlockLibrary& library,
                                 const DataSignature& signature, Phase phase)
{
    Elaboration elaboration = elaborate(diagram, library, signature, phase);
    if (!elaboration.errors.empty()) throw elaboration.errors.front();
    if (!elaboration.trainable()) {
        throw Error{"diagram", "has no loss, so there is nothing to train for",
                    "add a loss block and connect the data's targets to it"};
    }
    return elaboration;
}

std::vector<std::string> parameterNamesOf(const Program& program)
{
    const Op* const parameter = findOp("parameter");
    std::vector<std::string> names;
    for (const Instruction& instruction : program.code) {
        if (instruction.op == parameter) names.push_back(instruction.attributes.name);
    }
    return names;
}

Program trainingProgram(const Elaboration& elaboration, const TrainChoice& choice)
{
    const OptimiserDeclaration& optimiser = findOptimiser(choice.optimiser);
    const auto settings = optimiserSettings(optimiser, choice.settings);
    if (!(choice.clip >= 0)) throw Error{"training", "clip is negative", "0 switches clipping off"};

    Program program = elaboration.program;
    program.here = {};
    ValueId loss = resultOf(program, "loss");
    const std::vector<ValueId> parameters = trainedBy(program, loss);
    std::vector<ValueId> gradients = gradient(program, loss, parameters);
    ValueId witness = loss;
    if (choice.clip > 0) {
        const ValueId norm = clipByGlobalNorm(program, gradients, choice.clip);
        witness = build::formula(program, "a + b", {loss, norm});
        loss = build::formula(program, std::string("where(") + finite + ", b, a)", {witness, loss});
    }
    const ValueId rate = build::input(program, "rate", Type{});
    const ValueId t = build::input(program, "t", Type{});
    appendOptimiser(program, optimiser, settings, parameters, gradients, rate, t);

    // One number for all elements says whether any may change.
    const ValueId limit = build::formula(program, limitOf, {witness});
    for (size_t i = 0; i < program.updates.size(); ++i) {
        const auto [state, value] = program.updates[i];
        const ValueId kept = build::formula(program, "where(abs(a) <= b, a, c)", {value, limit, state});
        program.updates[i].value = kept;
    }
    program.results = {{"loss", loss}};
    return fuse(simplify(program));
}

Program gradientProgram(const Elaboration& elaboration)
{
    Program program = elaboration.program;
    program.here = {};
    const ValueId loss = resultOf(program, "loss");
    const std::vector<ValueId> parameters = trainedBy(program, loss);
    const std::vector<ValueId> gradients = gradient(program, loss, parameters);
    program.updates.clear();
    program.results.clear();
    for (size_t i = 0; i < parameters.size(); ++i) {
        program.results.push_back({program.code[size_t(parameters[i])].attributes.name, gradients[i]});
    }
    return fuse(simplify(program));
}

Program evaluationProgram(const Elaboration& elaboration, const DataSignature& signature, Outputs outputs)
{
    Program program = elaboration.program;
    program.here = {};
    program.updates.clear();
    const ValueId loss = resultOf(program, "loss");
    ValueId output = resultOf(program, "logits");
    if (output < 0) output = resultOf(program, "prediction");
    program.results.clear();
    if (outputs == Outputs::LossAndOutput) program.results.push_back({"loss", loss});
    if (output >= 0) {
        build::Axes order;
        for (const Axis& axis : signature.y.axes) {
            if (program.type(output).has(axis.name)) order.push_back(axis.name);
        }
        for (const Axis& axis : program.type(output).axes) {
            if (std::find(order.begin(), order.end(), axis.name) == order.end()) order.push_back(axis.name);
        }
        program.results.push_back({"output", build::permute(program, output, order)});
    }
    return fuse(simplify(program));
}

Program observationProgram(const Elaboration& elaboration, const std::vector<std::string>& wires)
{
    Program program = elaboration.program;
    program.updates.clear();
    program.results.clear();
    for (const std::string& wire : wires) {
        const auto found = elaboration.wires.find(wire);
        if (found == elaboration.wires.end()) {
            throw Error{"wire " + wire, "is not in the diagram that runs",
                        "choose an output of one of its blocks"};
        }
        program.results.push_back({wire, found->second});
    }
    return fuse(simplify(program));
}

} // namespace core
