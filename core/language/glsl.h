// Formulas as statements of GLSL, for shaders that begin with shaders/common.glsl and shaders/math.glsl.
#pragma once

#include "core/language/expression.h"

namespace core::language
{

/// "float t0 = a * b;" line by line, shared parts once; names are `prefix` and a number.
struct GlslCode {
    std::string statements;
    std::vector<std::string> results; ///< a float for each formula: a name or a number
};
GlslCode printGlsl(std::span<const Expression> formulas, std::span<const std::string> variables,
                   const std::string& prefix);

} // namespace core::language
