// Programs by the definitions of their ops, in double throughout.
#pragma once

#include "core/ops/op.h"

#include <map>
#include <string>
#include <vector>

namespace core
{

/// Fills in the value of every instruction that has a definition; values[i] of the others (input, parameter,
/// state) are taken as they are. All have the type of their instruction and its count of elements.
void interpret(const Program&, std::vector<Tensor>& values);

/// The values of all instructions when inputs, parameters and states have the given values; asserts that all
/// are given.
std::vector<Tensor> interpret(const Program&, const std::map<std::string, Tensor>& sources);

} // namespace core
