// Program -> Program. Each can be applied again to its own result.
#pragma once

#include "core/program/program.h"

#include <span>

namespace core
{

/// Appends d sum(of) / d each of `by`, reverse mode; types equal those of `by` (zeros where there is no
/// dependence). Ops without a gradient on the way are an Error naming op and block.
std::vector<ValueId> gradient(Program&, ValueId of, std::span<const ValueId> by);
/// The same with a given adjoint of `of` (vector-Jacobian product).
std::vector<ValueId> vjp(Program&, ValueId of, std::span<const ValueId> by, ValueId adjoint);
/// Directional derivative of `of` when by[i] moves along along[i] (Jacobian-vector product); two vjps.
ValueId jvp(Program&, ValueId of, std::span<const ValueId> by, std::span<const ValueId> along);

/// The same program with the named sources given one more axis (in front); everything that depends on them
/// gets it. Per-example gradients: give the parameters the batch axis.
Program vmap(const Program&, std::span<const std::string> sources, const Axis& axis);

/// Copies `from` into `into`; value i of from is result[i]. Sources named in `bindings` are replaced by those
/// values.
std::vector<ValueId> inlineProgram(Program& into, const Program& from,
                                   const std::map<std::string, ValueId>& bindings = {});

/// Without ops that run a body: their steps one by one.
Program unrolled(const Program&);
/// Only what results and updates depend on.
Program prune(const Program&);
/// Dead code gone, constants folded, views of views joined, algebra; results and updates keep names and
/// types.
Program simplify(const Program&);
/// After differentiation is done: stopGradient disappears, formulas merge into their only user.
Program fuse(const Program&);

} // namespace core
