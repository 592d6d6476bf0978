// "q k, s k -> q s": which axes each operand has, and which the result keeps. Private to core/diagram.
#pragma once

#include "core/diagram/term.h"

#include <string>
#include <string_view>
#include <vector>

namespace core::diagram
{

/// Axes by name, separated by spaces. Axes that no operand names pass by; those that the result does not name
/// are summed over.
struct Einsum {
    std::vector<std::vector<std::string>> operands;
    std::vector<std::string> result;
};

/// Throws Error at `where`.
Einsum parseEinsum(std::string_view text, const std::string& where);

/// The term function: operands are the variables a, b, ... of the frame.
Value einsum(Arguments&);

} // namespace core::diagram
