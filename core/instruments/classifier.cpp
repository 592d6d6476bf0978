#include "core/instruments/classifier.h"

#include "core/instruments/common.h"
#include "core/ops/op.h"

#include <algorithm>
#include <set>

namespace core::instruments
{

namespace
{

/// Back through additions of biases and other readings of the same value, to a contraction with a parameter.
const Instruction* contractionBehind(const Program& program, ValueId value)
{
    while (true) {
        const Instruction& at = program.code[size_t(value)];
        if (at.op->kind == Op::Kind::Contraction) return &at;
        ValueId next = -1;
        for (const ValueId input : at.inputs)
            if (program.type(input).has("batch")) {
                if (next >= 0) return nullptr;
                next = input;
            }
        const bool passes = at.op->kind == Op::Kind::Elementwise || at.op->kind == Op::Kind::View;
        if (next < 0 || !passes) return nullptr;
        value = next;
    }
}

} // namespace

std::optional<LastLinear> lastLinear(const Elaboration& made)
{
    const Program& program = made.program;
    const auto logits = std::find_if(program.results.begin(), program.results.end(),
                                     [](const Result& result) { return result.name == "logits"; });
    if (logits == program.results.end()) return {};
    const Instruction* map = contractionBehind(program, logits->value);
    if (!map) return {};
    for (size_t side = 0; side < 2; ++side) {
        const Instruction& weight = program.code[size_t(map->inputs[side])];
        if (weight.op != findOp("parameter")) continue;
        for (const auto& [name, value] : made.wires)
            if (value == map->inputs[1 - side])
                return LastLinear{name, weight.attributes.name, map->attributes.axes};
    }
    return {};
}

numeric::Matrix classifierOf(const LastLinear& last, const Moment& moment)
{
    Array weight = moment.values->at(last.weight);
    std::vector<std::string> order;
    int64_t classes = 1;
    for (const Axis& axis : weight.type.axes) {
        if (std::find(last.over.begin(), last.over.end(), axis.name) != last.over.end()) continue;
        order.push_back(axis.name);
        classes *= axis.size;
    }
    for (const Axis& axis : weight.type.axes)
        if (std::find(order.begin(), order.end(), axis.name) == order.end()) order.push_back(axis.name);
    weight = inOrder(weight, order);
    numeric::Matrix result(classes, weight.count() / classes);
    result.values.assign(weight.reals().begin(), weight.reals().end());
    return result;
}

std::vector<int> decisionsOf(const Observation& o, std::span<const int64_t> examples)
{
    const Array output = o.network.predict(o.now, examples);
    const size_t width = size_t(output.count()) / examples.size();
    std::vector<int> decisions;
    for (size_t i = 0; i < examples.size(); ++i) {
        const float* row = output.reals().data() + i * width;
        decisions.push_back(width == 1 ? int(*row > 0) : int(std::max_element(row, row + width) - row));
    }
    return decisions;
}

std::vector<int64_t> trainingExamples(const Dataset& data, int64_t count)
{
    const auto& all = data.train;
    return {all.begin(), all.begin() + ptrdiff_t(std::min<int64_t>(count, int64_t(all.size())))};
}

} // namespace core::instruments
