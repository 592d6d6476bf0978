// Cooperative matrices of VK_KHR_cooperative_matrix, for compilers of GLSL that only know NVIDIA's.
#pragma once

#include "core/backend/vulkan/compiler.h"

namespace core::vulkan
{

/// A line of a text whose SPIR-V is to be translated.
constexpr std::string_view khrMatricesMark = "#define KHR_MATRICES";

/// SPV_NV_cooperative_matrix in the words of SPV_KHR_cooperative_matrix. There a type says what a matrix is
/// used for: f32 are sums; of the others b has one column more than rows, which tells it from a, and gets as
/// many.
Spirv khrMatrices(const Spirv&);

} // namespace core::vulkan
