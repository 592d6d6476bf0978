// The kernels of the strip machine, by function name.
#pragma once

#include "core/language/strip.h"

#include <string_view>

namespace core::language
{

/// Kernels of one function; bit i of the index says that operand i is a constant.
struct KernelRow {
    std::string_view function;
    StripKernel kernels[8];
};

/// Every primitive of the function table, and multiply_add (ab + c), multiply_subtract (ab - c),
/// subtract_multiply (c - ab), add_max (max(a + b, c)), gate (c where a > b, else 0), within (a where |a| <=
/// b, else c).
const KernelRow& kernelsOf(std::string_view function);

} // namespace core::language
