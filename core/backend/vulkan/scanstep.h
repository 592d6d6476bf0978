// What a recurrence does at one position, for one element of the axes that it does not know.
#pragma once

#include "core/backend/vulkan/source.h"

#include <optional>

namespace core::vulkan
{

struct ScanStep {
    static constexpr const char* carry = "carry"; ///< the input that is the state

    Plan plan;               ///< of one step, its result is the next state
    std::vector<Axis> apart; ///< axes of the state that workgroups walk through
    Type state;              ///< without them
    int64_t shared = 0;      ///< floats of shared memory: the state, the plan's arena, sums over rows
};

/// None if a step has ops that need more than a workgroup or does not fit into shared memory.
std::optional<ScanStep> scanStep(std::span<const Type> inputs, const Instruction&, const DeviceFacts&);

int64_t rowsOf(const PlanKernel&);          ///< of a Rows kernel
bool isUniform(const PlanBuffer& constant); ///< all its elements are the same number

} // namespace core::vulkan
