#include "core/instruments/edits.h"

#include "core/instruments/wires.h"
#include "core/ops/build.h"
#include "core/ops/op.h"

#include <algorithm>

namespace core
{

namespace
{

/// Each value by another, the first time with its axes in the order of the first.
ValueId like(Program& program, ValueId value, ValueId shape)
{
    build::Axes order;
    for (const Axis& axis : program.type(shape).axes) order.push_back(axis.name);
    return build::permute(program, value, order);
}

ValueId constantLike(Program& program, ValueId shape, double number)
{
    return build::broadcast(program, build::scalar(program, number), program.type(shape).axes);
}

ValueId movedOn(Program& program, ValueId value)
{
    const int64_t n = program.type(value).size("batch");
    if (n < 2) return value;
    return build::concat(
        program,
        {build::slice(program, value, "batch", 1, n - 1), build::slice(program, value, "batch", 0, 1)},
        "batch");
}

void expectBatch(const Program& program, ValueId value, const WireEdit& edit)
{
    if (!program.type(value).has("batch"))
        throw Error{"edit of " + edit.wire, "it has no value an example", "set it to a number"};
}

ValueId givenBy(Program& program, ValueId value, const WireEdit& edit, size_t index)
{
    switch (edit.from) {
    case WireEdit::From::Number:
        return constantLike(program, value, edit.number);
    case WireEdit::From::Mean: {
        expectBatch(program, value, edit);
        const Axis batch{"batch", program.type(value).size("batch")};
        const ValueId mean = build::mean(program, value, {"batch"});
        return like(program, build::broadcast(program, mean, {batch}), value);
    }
    case WireEdit::From::Resample:
        expectBatch(program, value, edit);
        return movedOn(program, value);
    case WireEdit::From::Noise:
    case WireEdit::From::Moment:
        break;
    }
    return build::input(program, givenName(index), program.type(value));
}

ValueId changed(Program& program, ValueId value, const WireEdit& edit, size_t index)
{
    if (program.type(value).element != Element::Real)
        throw Error{"edit of " + edit.wire, "it carries whole numbers", "choose a wire behind the embedding"};
    const ValueId given = givenBy(program, value, edit, index);
    switch (edit.how) {
    case WireEdit::How::Set: // what stands before it stays on the way from the data to the loss
        return build::formula(program, "where(1 > 2, a, b)", {value, given});
    case WireEdit::How::Add:
        return build::formula(program, "a + b", {value, given});
    case WireEdit::How::Scale:
        return build::formula(program, "a*b", {value, given});
    case WireEdit::How::Mix:
        break;
    }
    return build::formula(program, "a + c*(b - a)", {value, given, build::scalar(program, edit.share)});
}

/// stop(y) + (r - stop(r)): y to the bit, with the gradient of r.
ValueId ruled(Program& program, ValueId x, ValueId y, const BackwardRule& rule)
{
    const ValueId stopped = build::stopGradient(program, y);
    if (rule.rule == BackwardRule::Rule::None) return stopped;
    ValueId route = -1;
    if (rule.rule == BackwardRule::Rule::Half) {
        route = build::formula(program, "a/2", {y});
    } else {
        const Type &from = program.type(x), &to = program.type(y);
        const bool same = from.element == Element::Real && from.axes.size() == to.axes.size() &&
                          std::all_of(from.axes.begin(), from.axes.end(), [&](const Axis& axis) {
                              return to.has(axis.name) && to.size(axis.name) == axis.size;
                          });
        if (!same)
            throw Error{"backward rule of " + rule.block,
                        "takes " + from.text() + " and gives " + to.text() + ", which are not alike",
                        "half and none fit any block"};
        route = like(program, x, y);
        if (rule.rule == BackwardRule::Rule::Ratio) {
            const ValueId ratio = build::formula(program, "where(b == 0, 0, a/b)", {y, route});
            route = build::formula(program, "a*b", {route, build::stopGradient(program, ratio)});
        }
    }
    const ValueId nothing = build::formula(program, "a - b", {route, build::stopGradient(program, route)});
    return build::formula(program, "a + b", {stopped, nothing});
}

bool inside(const std::string& path, const std::string& block)
{
    return path.starts_with(block) && (path.size() == block.size() || path[block.size()] == '/');
}

/// What is to be done once a value is there.
struct Change {
    ValueId at = -1;
    const WireEdit* edit = nullptr;
    size_t index = 0;
    const BackwardRule* rule = nullptr;
    ValueId x = -1; ///< of the rule
};

Change changeOf(const Elaboration& made, const Diagram& diagram, const BackwardRule& rule)
{
    const Block* const block = diagram.find(rule.block);
    if (!block) {
        std::vector<std::string> names;
        for (const Block& one : diagram.blocks) names.push_back(one.id);
        throw Error{"backward rule of " + rule.block, "there is no such block",
                    instruments::nearestNames(rule.block, names)};
    }
    Change change{-1, nullptr, 0, &rule};
    size_t inputs = 0, outputs = 0;
    for (const auto& [name, value] : made.wires)
        if (name.starts_with(rule.block + ".")) change.at = value, ++outputs;
    for (const Wire& wire : diagram.wires)
        if (wire.to.block == rule.block) change.x = made.wires.at(wire.from.text()), ++inputs;
    const bool passing = rule.rule == BackwardRule::Rule::Through || rule.rule == BackwardRule::Rule::Ratio;
    if (outputs != 1 || (passing && inputs != 1))
        throw Error{"backward rule of " + rule.block,
                    "has " + std::to_string(inputs) + " inputs and " + std::to_string(outputs) + " outputs",
                    "choose a block of one"};
    return change;
}

} // namespace

std::string givenName(size_t edit) { return "given " + std::to_string(edit); }

Elaboration edited(const Elaboration& made, const Diagram& diagram, const NetworkEdits& edits)
{
    std::vector<Change> changes;
    for (size_t i = 0; i < edits.wires.size(); ++i) {
        const WireEdit& edit = edits.wires[i];
        changes.push_back({instruments::wireNamed(made, edit.wire), &edit, i});
        if (!edit.into.empty() &&
            std::none_of(made.program.code.begin(), made.program.code.end(), [&](const Instruction& one) {
                return inside(one.source.block, edit.into) &&
                       std::find(one.inputs.begin(), one.inputs.end(), changes.back().at) != one.inputs.end();
            }))
            throw Error{"edit of " + edit.wire, "it does not lead into " + edit.into,
                        "name a block that reads it"};
    }
    for (const BackwardRule& rule : edits.rules) changes.push_back(changeOf(made, diagram, rule));

    Elaboration result = made;
    Program& program = result.program;
    program = {};
    std::vector<ValueId> now; // by value of `made`: what stands for it
    std::vector<std::tuple<ValueId, std::string, ValueId>> edges;
    for (const Instruction& source : made.program.code) {
        std::vector<ValueId> inputs;
        for (const ValueId input : source.inputs) {
            ValueId value = now[size_t(input)];
            for (const auto& [from, into, other] : edges)
                if (from == input && inside(source.source.block, into)) value = other;
            inputs.push_back(value);
        }
        program.here = source.source;
        ValueId value = program.add(*source.op, std::move(inputs), source.attributes);
        const ValueId at = ValueId(now.size());
        for (const Change& change : changes) {
            if (change.at != at) continue;
            if (change.rule)
                value = ruled(program, change.x < 0 ? value : now[size_t(change.x)], value, *change.rule);
            else if (change.edit->into.empty())
                value = changed(program, value, *change.edit, change.index);
            else
                edges.emplace_back(at, change.edit->into,
                                   changed(program, value, *change.edit, change.index));
        }
        now.push_back(value);
    }
    for (const Result& one : made.program.results)
        program.results.push_back({one.name, now[size_t(one.value)]});
    for (const Update& one : made.program.updates)
        program.updates.push_back({now[size_t(one.state)], now[size_t(one.value)]});
    for (auto& [name, value] : result.wires) value = now[size_t(value)];
    result.sizes.assign(program.code.size(), {});
    for (size_t i = 0; i < made.sizes.size(); ++i) result.sizes[size_t(now[i])] = made.sizes[i];
    return result;
}

} // namespace core
