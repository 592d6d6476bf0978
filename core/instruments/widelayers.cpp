#include "core/instruments/widelayers.h"

#include "core/instruments/wires.h"
#include "core/ops/op.h"

#include <cmath>

namespace core::instruments
{

namespace
{

using language::Expression;

/// Of a parameter whose initial formula is linear in n and u (variances 1 and 1/3) and has no constant part.
std::optional<double> initialVariance(const Attributes& parameter)
{
    const double fanIn = parameter.values.empty() ? 1 : parameter.values[0],
                 fanOut = parameter.values.size() < 2 ? 1 : parameter.values[1];
    const auto at = [&](double n, double u) {
        const double variables[] = {n, u, fanIn, fanOut};
        return language::evaluate(parameter.formula, variables);
    };
    const double n = at(1, 0), u = at(0, 1);
    const bool linear =
        at(0, 0) == 0 && std::abs(at(2, -3) - (2 * n - 3 * u)) <= 1e-9 * (std::abs(n) + std::abs(u));
    if (!linear) return {};
    return n * n + u * u / 3;
}

const Attributes* parameterBehind(const Program& program, ValueId value)
{
    while (program.code[size_t(value)].op->kind == Op::Kind::View)
        value = program.code[size_t(value)].inputs[0];
    const Instruction& at = program.code[size_t(value)];
    return at.op == findOp("parameter") ? &at.attributes : nullptr;
}

/// A formula of the data and at most one parameter that is added to it; nothing for another one.
std::optional<WideLayer> layerOf(const Program& program, const Instruction& at, size_t data)
{
    const Expression& formula = at.attributes.formula;
    if (at.inputs.size() == 1) return WideLayer{formula, 1, 0};
    if (at.inputs.size() != 2) return {};
    const Attributes* bias = parameterBehind(program, at.inputs[1 - data]);
    if (!bias || !(formula == Expression::variable(0) + Expression::variable(1) ||
                   formula == Expression::variable(1) + Expression::variable(0)))
        return {};
    const std::optional<double> variance = initialVariance(*bias);
    if (!variance) return {};
    return WideLayer{{}, 1, *variance, 0, 1};
}

std::optional<WideLayer> linearOf(const Program& program, const Instruction& at, size_t data)
{
    const Attributes* weight = parameterBehind(program, at.inputs[1 - data]);
    if (!weight) return {};
    const std::optional<double> variance = initialVariance(*weight);
    if (!variance) return {};
    double count = 1;
    for (const std::string& axis : at.attributes.axes)
        count *= double(program.type(at.inputs[data]).size(axis));
    return WideLayer{{}, count * *variance, 0, count};
}

} // namespace

std::vector<WideLayer> wideLayersTo(const Elaboration& made, const std::string& wire)
{
    const Program& program = made.program;
    ValueId value = wireNamed(made, wire);
    const auto refuse = [&](const Instruction& at) {
        return Error{
            "wire " + wire,
            "has no known limit: " + (at.source.block.empty() ? std::string(at.op->name) : at.source.block) +
                " is neither a linear map of random weights nor a formula",
            "choose a wire of a plain chain"};
    };
    std::vector<WideLayer> layers;
    while (true) {
        const Instruction& at = program.code[size_t(value)];
        if (at.op == findOp("input")) {
            if (at.attributes.name != "x" || at.type.element != Element::Real) throw refuse(at);
            break;
        }
        std::vector<size_t> random;
        for (size_t i = 0; i < at.inputs.size(); ++i)
            if (program.type(at.inputs[i]).has("batch")) random.push_back(i);
        if (random.size() != 1) throw refuse(at);
        const size_t data = random.front();
        if (at.op->kind == Op::Kind::Elementwise || at.op->kind == Op::Kind::Contraction) {
            const std::optional<WideLayer> layer = at.op->kind == Op::Kind::Elementwise
                                                       ? layerOf(program, at, data)
                                                       : linearOf(program, at, data);
            if (!layer) throw refuse(at);
            layers.push_back(*layer);
        } else if (at.op->kind != Op::Kind::View ||
                   at.type.count() != program.type(at.inputs[data]).count()) {
            throw refuse(at);
        }
        value = at.inputs[data];
    }
    // A bias goes with the linear map before it: one layer, so that its parameters count once.
    std::vector<WideLayer> joined;
    for (size_t i = layers.size(); i-- > 0;) {
        const WideLayer& layer = layers[i];
        if (!layer.formula && layer.fanIn == 0 && !joined.empty() && !joined.back().formula) {
            joined.back().bias += layer.bias;
            joined.back().biases += layer.biases;
        } else {
            joined.push_back(layer);
        }
    }
    return joined;
}

} // namespace core::instruments
