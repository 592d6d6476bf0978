// The vulkan backend: plans as compute shaders on any device with Vulkan 1.2.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/vulkan/device.h"

namespace core
{

/// "": the best graphics processor; "cpu": a driver that computes on the processor, for tests; or part of a
/// device's name; "+f16" or "+bf16" behind it: arrays between kernels and operands of contractions are so
/// rounded, sums are in full. Error if there is
/// none, or no loader.
std::unique_ptr<Backend> makeVulkan(const std::string& device);
std::unique_ptr<Backend> makeVulkan(const std::string& device, vulkan::Options);

/// Empty where there is no loader.
std::vector<vulkan::DeviceFacts> vulkanDevices();
/// What makeVulkan takes: "" if there is a graphics processor, and their names if there are several.
std::vector<std::string> vulkanOptions();

} // namespace core
