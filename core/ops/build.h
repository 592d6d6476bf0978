// Writing programs in C++: one function an op, plus the few compounds that everybody needs. Errors as
// Program::add.
#pragma once

#include "core/program/program.h"

#include <initializer_list>
#include <optional>

namespace core::build
{

using Axes = std::vector<std::string>;

// Sources
// ------------------------------------------------------------------------------------------------------
ValueId input(Program&, std::string name, Type);
/// Trained. `init` is a formula in n (standard normal), u (uniform in -1..1), fan_in, fan_out.
ValueId parameter(Program&, std::string name, Type, language::Expression init, int64_t fanIn = 1,
                  int64_t fanOut = 1);
/// Kept between runs but not trained (optimiser moments, running statistics). `init` as above.
ValueId state(Program&, std::string name, Type, language::Expression init);
ValueId scalar(Program&, double);
ValueId constant(Program&, Type, std::vector<double> values);
ValueId iota(Program&, std::string axis, int64_t size); ///< real 0 .. size-1 along the axis
/// Uniform in (0, 1), counter-based: element e of site s at (seed, step) is always the same number, on every
/// backend. seed and step are integer scalars.
ValueId random(Program&, ValueId seed, ValueId step, int64_t site, Type);

// Element by element
// -------------------------------------------------------------------------------------------
/// Result axes: those of the operand with the most axes, then (in front) what the others add.
ValueId formula(Program&, const language::Expression&, std::vector<ValueId> operands);
/// formula(p, "a*b + c", {x, y, z}): operands are named a, b, c, d, ... in order.
ValueId formula(Program&, std::string_view text, std::vector<ValueId> operands);

// Reductions and contractions
// ----------------------------------------------------------------------------------
ValueId sum(Program&, ValueId x, Axes over);
ValueId max(Program&, ValueId x, Axes over);
ValueId mean(Program&, ValueId x, Axes over);
/// Sums the product over `over`; other shared axes are batch axes. Result: batch, then a's own, then b's own.
ValueId contract(Program&, ValueId a, ValueId b, Axes over);

// Reading differently (no arithmetic)
// --------------------------------------------------------------------------
ValueId rename(Program&, ValueId x, std::string from, std::string to);
ValueId rename(Program&, ValueId x, Axes from, Axes to);
ValueId permute(Program&, ValueId x, Axes memoryOrder);
ValueId broadcast(Program&, ValueId x, std::vector<Axis> added); ///< added in front, in this order
ValueId split(Program&, ValueId x, std::string axis, std::vector<Axis> into);
ValueId merge(Program&, ValueId x, Axes axes, std::string into); ///< the axes become adjacent, in this order
ValueId slice(Program&, ValueId x, std::string axis, int64_t start, int64_t length, int64_t step = 1);
/// Zeros around (may be negative: crops) and `interior` zeros between neighbours.
ValueId pad(Program&, ValueId x, std::string axis, int64_t before, int64_t after, int64_t interior = 0);
/// axis -> [axis', k]: y[.., i, j] = x[.., i*stride + j*dilation]; valid positions only.
ValueId window(Program&, ValueId x, std::string axis, std::string out, std::string offset, int64_t kernel,
               int64_t stride = 1, int64_t dilation = 1);
/// Adjoint of window: sums back into an axis of `size`.
ValueId fold(Program&, ValueId y, std::string out, std::string offset, std::string axis, int64_t size,
             int64_t stride = 1, int64_t dilation = 1);
ValueId concat(Program&, std::vector<ValueId> parts, std::string axis);

// Indexing
// -----------------------------------------------------------------------------------------------------
ValueId gather(Program&, ValueId table, ValueId index,
               std::string axis); ///< axes of table except axis, after those of index
ValueId scatter(Program&, ValueId source, ValueId index, std::string axis,
                int64_t size); ///< adjoint of gather: sums

ValueId order(Program&, ValueId x, std::string axis); ///< places of the elements, the smallest first
ValueId sort(Program&, ValueId x, std::string axis);

ValueId stopGradient(Program&, ValueId x);

// Recurrence
// ---------------------------------------------------------------------------------------------------
enum class Direction : uint8_t { Forward, Backward };
/// State after state along `axis` of `length` positions: `body` makes the next state of input "carry", inputs
/// "sequence 0", ... (what the sequences are at that position) and inputs "constant 0", ...; its result is
/// called "carry". The state begins as `start`; axes that it lacks and the next state has are added.
ValueId scan(Program&, ValueId start, std::vector<ValueId> sequences, std::vector<ValueId> constants,
             Program body, std::string axis, int64_t length, Direction = Direction::Forward);
/// y[i] = factors[i]*y[i-1] + terms[i] along the axis, with nothing before its beginning.
ValueId associativeScan(Program&, ValueId factors, ValueId terms, std::string axis,
                        Direction = Direction::Forward);
std::string sequenceName(size_t);
std::string constantName(size_t);

} // namespace core::build
