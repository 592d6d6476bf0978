// Declarations of blocks in JSON, and inputs that follow from what the user typed. Private to core/diagram.
#pragma once

#include "core/diagram/json.h"
#include "core/diagram/library.h"

namespace core::diagram
{

BlockDeclaration readDeclaration(const Json&, const std::string& source, Errors& problems);
Json declarationJson(const BlockDeclaration&);

/// Names of a formula that are no functions, constants or learned numbers, in the order in which they appear;
/// a, b, ... for the operands of an einsum. Nothing if the text cannot be read.
std::optional<std::vector<std::string>> inputNames(const ParameterDeclaration&, const std::string& text,
                                                   const std::string& learned);

} // namespace core::diagram
