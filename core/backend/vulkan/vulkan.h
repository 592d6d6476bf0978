// The vulkan backend: plans as compute shaders on any device with Vulkan 1.2.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/vulkan/device.h"

namespace core
{

/// "": the best graphics processor; "cpu": a driver that computes on the processor, for tests; or part of a
/// device's name. Error if there is none, or no loader.
std::unique_ptr<Backend> makeVulkan(const std::string& device);
std::unique_ptr<Backend> makeVulkan(const std::string& device, vulkan::Options);

/// Empty where there is no loader.
std::vector<vulkan::DeviceFacts> vulkanDevices();
/// Is there one that makeVulkan("") would take?
bool hasVulkan();

} // namespace core
