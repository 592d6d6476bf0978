// The functions of terms by what they are about: each file has a table, one row a function. Private to
// core/diagram.
#pragma once

#include "core/diagram/term.h"

#include <span>

namespace core::diagram
{

std::span<const TermFunction> sourceFunctions();     ///< parameters, states, random numbers, positions
std::span<const TermFunction> arithmeticFunctions(); ///< reductions, contractions, sums of several arrays
std::span<const TermFunction> viewFunctions();       ///< the same numbers under other axes, or some of them
std::span<const TermFunction> windowFunctions();     ///< axes as windows that slide along them, and back
std::span<const TermFunction> lineFunctions();       ///< lines along an axis in order, recurrences along them
std::span<const TermFunction> sizeFunctions();       ///< what is known of axes, and checks of it
std::span<const TermFunction> callFunctions();       ///< formulas and blocks that the user typed; results

inline Value one(ValueId id) { return Arrays{id}; }
/// Error that names an axis that x lacks.
void expectAxes(Arguments&, ValueId x, const std::vector<std::string>& names);

} // namespace core::diagram
