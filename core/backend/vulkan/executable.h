// A plan on a device: placed, compiled, recorded once.
#pragma once

#include "core/backend/vulkan/memory.h"
#include "core/backend/vulkan/pipelines.h"
#include "core/backend/vulkan/tuning.h"

namespace core::vulkan
{

/// What the programs of one backend share. The device goes last.
struct Context {
    std::shared_ptr<Device> device;
    std::shared_ptr<Queue> queue;
    std::shared_ptr<Pipelines> pipelines;
    std::shared_ptr<Ways> ways; ///< null: contractions are done in the usual way
};

std::unique_ptr<Executable> makeExecutable(Plan, std::shared_ptr<DeviceMemory>, Context);

/// Bytes that a dispatch reads or writes.
struct Access {
    Place place;
    bool write = false;
};
/// Must what was written be made visible, or reading be over, before the second may begin?
bool conflicts(const std::vector<Access>& before, const std::vector<Access>& after);

} // namespace core::vulkan
