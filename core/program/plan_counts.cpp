#include "core/program/plan_counts.h"

#include "core/program/analysis.h"

#include <algorithm>

namespace core
{

namespace
{

/// Elements of what is known for each element of a Rows kernel, each row, each column, or the whole.
int64_t elementsOf(const PlanKernel& kernel, RowMember::Extent extent)
{
    int64_t rows = 1, columns = 1;
    for (size_t i = 0; i < kernel.axes.size(); ++i)
        (int(i) < kernel.split[0] ? rows : columns) *= kernel.axes[i].size;
    const bool each = extent == RowMember::Extent::Element;
    return (each || extent == RowMember::Extent::Row ? rows : 1) *
           (each || extent == RowMember::Extent::Column ? columns : 1);
}

} // namespace

void countWork(Plan& plan)
{
    for (const PlanKernel& kernel : plan.kernels) {
        const bool sums = kernel.kind == PlanKernel::Kind::Contraction;
        int64_t points = 1, terms = 1;
        for (size_t d = 0; d < kernel.axes.size(); ++d)
            (sums && int(d) >= kernel.split[3] ? terms : points) *= kernel.axes[d].size;
        if (sums) plan.flops += 2 * points * terms;
        for (size_t k = sums ? 1 : 0; k < kernel.members.size(); ++k) {
            const RowMember& member = kernel.members[k];
            plan.flops += member.reduction.empty() ? (sums ? points : elementsOf(kernel, member.extent)) *
                                                         operations(member.formula)
                                                   : elementsOf(kernel, member.of);
        }
        if (kernel.kind == PlanKernel::Kind::Other)
            plan.flops +=
                int64_t(flops(plan.program, ValueId(kernel.instruction - plan.program.code.data())));
        for (const std::vector<PlanOperand>* operands : {&kernel.reads, &kernel.writes})
            for (const PlanOperand& operand : *operands)
                plan.bytesMoved += std::min(points * terms, plan.buffers[size_t(operand.buffer)].count) * 4;
    }
}

std::string Plan::text() const
{
    const auto list = [&](const std::vector<PlanOperand>& operands) {
        std::string line;
        for (const PlanOperand& operand : operands) {
            const PlanBuffer& buffer = buffers[size_t(operand.buffer)];
            line += (line.empty() ? "" : ", ");
            line += buffer.name.empty() ? "%" + std::to_string(operand.buffer) : buffer.name;
        }
        return line;
    };
    std::string lines;
    for (const PlanKernel& kernel : kernels) {
        lines += list(kernel.writes) + " = " + kernel.name + "(" + list(kernel.reads) + ") [";
        for (size_t d = 0; d < kernel.axes.size(); ++d) {
            const bool border =
                std::find(kernel.split.begin(), kernel.split.end(), int(d)) != kernel.split.end();
            lines += (d ? border ? " | " : ", " : "") + kernel.axes[d].name + "=" +
                     std::to_string(kernel.axes[d].size);
        }
        lines += "]\n";
    }
    return lines;
}

} // namespace core
