#include "core/ops/rules.h"

#include <algorithm>
#include <cassert>

namespace core::ops
{

void fail(std::string_view op, std::string what, std::string hint)
{
    throw Error{std::string(op), std::move(what), std::move(hint)};
}

void expectInputs(std::string_view op, std::span<const Type> inputs, size_t count)
{
    if (inputs.size() != count)
        fail(op, "takes " + std::to_string(count) + " inputs, not " + std::to_string(inputs.size()));
}

void expectReal(std::string_view op, const Type& type)
{
    if (type.element != Element::Real)
        fail(op, "works on reals, not on " + type.text(), "convert it by a formula");
}

void expectAttributes(std::string_view op, const Attributes& attributes, size_t axes, size_t to, size_t sizes)
{
    if (attributes.axes.size() != axes || attributes.to.size() != to || attributes.sizes.size() != sizes)
        fail(op, "needs " + std::to_string(axes) + " axes, " + std::to_string(to) + " new axes and " +
                     std::to_string(sizes) + " sizes");
}

size_t axisAt(std::string_view op, const Type& type, const std::string& axis)
{
    const int at = type.find(axis);
    if (at < 0) fail(op, "there is no axis '" + axis + "' in " + type.text());
    return size_t(at);
}

std::vector<Axis> unite(std::string_view op, std::span<const Type> types)
{
    const Type* widest = nullptr;
    for (const Type& type : types)
        if (!widest || type.axes.size() > widest->axes.size()) widest = &type;
    if (!widest) return {};
    std::vector<Axis> axes = widest->axes, front;
    for (const Type& type : types)
        for (const Axis& axis : type.axes) {
            const auto same = [&](const Axis& other) { return other.name == axis.name; };
            auto found = std::find_if(axes.begin(), axes.end(), same);
            if (found == axes.end()) {
                found = std::find_if(front.begin(), front.end(), same);
                if (found == front.end()) {
                    front.push_back(axis);
                    continue;
                }
            }
            if (found->size != axis.size)
                fail(op,
                     "axis '" + axis.name + "' has size " + std::to_string(found->size) +
                         " in one operand and " + std::to_string(axis.size) + " in another",
                     "make the sizes agree or rename one of the axes");
        }
    front.insert(front.end(), axes.begin(), axes.end());
    return front;
}

ValueId fit(Program& program, ValueId x, Type type)
{
    build::Axes over;
    for (const Axis& axis : program.type(x).axes)
        if (!type.has(axis.name)) over.push_back(axis.name);
    if (!over.empty()) x = build::sum(program, x, over);
    std::vector<Axis> added;
    for (const Axis& axis : type.axes)
        if (!program.type(x).has(axis.name)) added.push_back(axis);
    if (!added.empty()) x = build::broadcast(program, x, added);
    if (program.type(x).axes == type.axes) return x;
    build::Axes order;
    for (const Axis& axis : type.axes) order.push_back(axis.name);
    return build::permute(program, x, order);
}

ValueId zeros(Program& program, const Type& type) { return build::constant(program, type, {0.0}); }

ValueId toReal(Program& program, ValueId x)
{
    if (program.type(x).element == Element::Real) return x;
    return build::formula(program, language::Expression::variable(0), {x});
}

const Instruction* definedBy(const Program& program, ValueId x, const Op& op)
{
    const Instruction& instruction = program.code[size_t(x)];
    return instruction.op == &op ? &instruction : nullptr;
}

ValueId unpermuted(const Program& program, ValueId x)
{
    while (const Instruction* inner = definedBy(program, x, permute)) x = inner->inputs[0];
    return x;
}

std::vector<int64_t> stridesAlong(const Type& type, std::span<const Axis> axes)
{
    const std::vector<int64_t> strides = type.strides();
    std::vector<int64_t> along;
    for (const Axis& axis : axes) {
        const int at = type.find(axis.name);
        along.push_back(at < 0 ? 0 : strides[size_t(at)]);
    }
    return along;
}

void evaluateView(const Instruction& instruction, std::span<const Tensor* const> inputs, Tensor& out)
{
    std::vector<int64_t> strides;
    int64_t offset = 0;
    const Tensor& x = *inputs[0];
    [[maybe_unused]] const bool isView =
        instruction.op->view(instruction, x.type, x.type.strides(), strides, offset);
    assert(isView);
    double* result = out.data.data();
    walk(out.type.axes, {strides}, [&](const int64_t* at) { *result++ = x.data[size_t(offset + at[0])]; });
}

Type real(std::vector<Axis> axes) { return {Element::Real, std::move(axes)}; }
Type integer(std::vector<Axis> axes) { return {Element::Integer, std::move(axes)}; }

} // namespace core::ops
