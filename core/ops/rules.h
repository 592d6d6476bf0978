// What the ops share: checks of types, adjoints brought to the type of what they belong to, walks over
// elements.
#pragma once

#include "core/ops/build.h"
#include "core/ops/ops.h"

namespace core::ops
{

[[noreturn]] void fail(std::string_view op, std::string what, std::string hint = {});
void expectInputs(std::string_view op, std::span<const Type> inputs, size_t count);
void expectReal(std::string_view op, const Type&);
/// Error unless the numbers of attributes are those that the op reads.
void expectAttributes(std::string_view op, const Attributes&, size_t axes, size_t to, size_t sizes);
/// Position of the axis; an Error that lists the axes there are.
size_t axisAt(std::string_view op, const Type&, const std::string& axis);
/// Axes of the operand with the most axes (first such), with those that only others have in front; Error
/// where equal names have different sizes.
std::vector<Axis> unite(std::string_view op, std::span<const Type> types);

/// x as the type wants it: summed over axes that the type lacks, repeated over those that x lacks, permuted.
ValueId fit(Program&, ValueId x, Type); ///< the type by value: it may be that of a value of this program
ValueId zeros(Program&, const Type&);
/// x, or x as a real value if it is an integer one.
ValueId toReal(Program&, ValueId x);
/// The instruction that defines x if it is of that op, else null.
const Instruction* definedBy(const Program&, ValueId x, const Op&);
/// x before its memory order was changed.
ValueId unpermuted(const Program&, ValueId x);

/// Strides with which an array of `type` is read along `axes`: 0 for those it lacks.
std::vector<int64_t> stridesAlong(const Type&, std::span<const Axis> axes);

/// Visits every index of `axes`, the last one fastest, with one offset for each row of strides.
template<class Visit>
void walk(std::span<const Axis> axes, const std::vector<std::vector<int64_t>>& strides, Visit visit)
{
    int64_t count = 1;
    for (const Axis& axis : axes) count *= axis.size;
    std::vector<int64_t> index(axes.size(), 0), at(strides.size(), 0);
    for (; count > 0; --count) {
        visit(const_cast<const int64_t*>(at.data()));
        for (size_t d = axes.size(); d-- > 0;) {
            for (size_t k = 0; k < at.size(); ++k) at[k] += strides[k][d];
            if (++index[d] < axes[d].size) break;
            for (size_t k = 0; k < at.size(); ++k) at[k] -= strides[k][d] * axes[d].size;
            index[d] = 0;
        }
    }
}

/// The definition of an op whose result always is a strided re-reading of its input.
void evaluateView(const Instruction&, std::span<const Tensor* const> inputs, Tensor& out);

Type real(std::vector<Axis> axes);
Type integer(std::vector<Axis> axes);

} // namespace core::ops
