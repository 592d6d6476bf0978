#include "core/backend/vulkan/scanstep.h"

#include "core/ops/build.h"
#include "core/ops/op.h"
#include "core/ops/ops.h"
#include "core/ops/rules.h"

#include <algorithm>

namespace core::vulkan
{

namespace
{

constexpr int64_t busyState = 16;      ///< elements of a state that are worth a workgroup
constexpr size_t longestConstant = 64; ///< elements that stand in the text

/// Names axes only to say how an array lies, or that it is the same along them.
bool arranges(const Instruction& i)
{
    return i.op == &ops::permute || i.op == &ops::broadcast ||
           (i.op == &ops::constant && i.attributes.values.size() == 1);
}

bool mentions(const Program& body, const std::string& axis)
{
    for (const Instruction& i : body.code) {
        if (i.op == &ops::input || arranges(i)) continue;
        for (const std::vector<std::string>* names : {&i.attributes.axes, &i.attributes.to})
            if (std::find(names->begin(), names->end(), axis) != names->end()) return true;
        if (i.attributes.type.has(axis) || i.attributes.body) return true;
    }
    return false;
}

Type without(Type type, const std::vector<Axis>& axes)
{
    std::erase_if(type.axes, [&](const Axis& axis) {
        return std::any_of(axes.begin(), axes.end(), [&](const Axis& a) { return a.name == axis.name; });
    });
    return type;
}

/// Of an op that arranges.
Attributes without(Attributes attributes, const std::vector<Axis>& axes)
{
    attributes.type = without(attributes.type, axes);
    for (const Axis& axis : axes) {
        std::erase(attributes.axes, axis.name);
        const auto at = std::find(attributes.to.begin(), attributes.to.end(), axis.name);
        if (at == attributes.to.end()) continue;
        attributes.sizes.erase(attributes.sizes.begin() + (at - attributes.to.begin()));
        attributes.to.erase(at);
    }
    return attributes;
}

/// The same body for one element of those axes.
Program narrowed(const Program& body, const std::vector<Axis>& apart, const Type& state)
{
    Program narrow;
    std::vector<ValueId> values;
    for (const Instruction& i : body.code) {
        std::vector<ValueId> operands;
        for (const ValueId operand : i.inputs) operands.push_back(values[size_t(operand)]);
        values.push_back(i.op == &ops::input
                             ? build::input(narrow, i.attributes.name, without(i.type, apart))
                             : narrow.add(*i.op, std::move(operands),
                                          arranges(i) ? without(i.attributes, apart) : i.attributes));
    }
    narrow.results = {{ScanStep::carry, ops::fit(narrow, values[size_t(body.results[0].value)], state)}};
    return narrow;
}

bool runsHere(const Plan& plan)
{
    for (const PlanBuffer& buffer : plan.buffers) {
        if (buffer.kind == PlanBuffer::Kind::State) return false;
        if (buffer.kind == PlanBuffer::Kind::Arena && buffer.element != Element::Real) return false;
        if (buffer.kind == PlanBuffer::Kind::Constant && buffer.values.size() > longestConstant &&
            !isUniform(buffer))
            return false;
    }
    return std::all_of(plan.kernels.begin(), plan.kernels.end(), [](const PlanKernel& kernel) {
        return kernel.kind != PlanKernel::Kind::Other || kernel.instruction->op == &ops::concat;
    });
}

/// Floats for sums over rows, which later members of a kernel read.
int64_t sumsOf(const PlanKernel& kernel)
{
    int64_t sums = 0;
    if (kernel.kind == PlanKernel::Kind::Rows)
        for (const RowMember& member : kernel.members)
            if (member.extent == RowMember::Extent::Row && !member.reduction.empty()) sums += rowsOf(kernel);
    return sums;
}

} // namespace

bool isUniform(const PlanBuffer& constant)
{
    return std::all_of(constant.values.begin(), constant.values.end(),
                       [&](double value) { return value == constant.values[0]; });
}

int64_t rowsOf(const PlanKernel& kernel)
{
    return product(kernel.axes, 0, kernel.split[0] < 0 ? kernel.axes.size() : size_t(kernel.split[0]));
}

std::optional<ScanStep> scanStep(std::span<const Type> inputs, const Instruction& of,
                                 const DeviceFacts& facts)
{
    const Program body = of.op->body(inputs, of.attributes).first;
    ScanStep step;
    const Type whole = step.state = body.type(body.results[0].value);
    for (const Axis& axis : whole.axes) {
        if (mentions(body, axis.name)) continue;
        const Type rest = without(step.state, {axis});
        if (rest.count() < std::min(busyState, step.state.count())) continue;
        step.state = rest;
        step.apart.push_back(axis);
    }
    try {
        step.plan = makePlan(narrowed(body, step.apart, step.state));
    } catch (const Error&) {
        return std::nullopt; // an op cares for an axis without naming it
    }
    if (!runsHere(step.plan)) return std::nullopt;
    int64_t sums = 0;
    for (const PlanKernel& kernel : step.plan.kernels) sums = std::max(sums, sumsOf(kernel));
    step.shared = step.state.count() + step.plan.arenaBytes / 4 + sums;
    if (step.shared * 4 > facts.sharedBytes || product(step.apart, 0, step.apart.size()) > facts.maxGroups)
        return std::nullopt;
    return step;
}

} // namespace core::vulkan
