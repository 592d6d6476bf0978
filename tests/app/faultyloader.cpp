// Stands in for the Vulkan loader: AXO_LOADER is the real one; the function that AXO_FAULT names works
// AXO_GOOD times and then fails as a driver would.
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>

namespace
{

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value ? value : "";
}

bool fails(const char* function)
{
    static const std::string fault = variable("AXO_FAULT");
    static std::atomic<long> good = std::atol(variable("AXO_GOOD").c_str());
    return fault == function && good-- <= 0;
}

PFN_vkGetDeviceProcAddr deviceFunctions = nullptr;
PFN_vkQueueSubmit realSubmit = nullptr;
PFN_vkAllocateMemory realAllocate = nullptr;
PFN_vkCreateComputePipelines realPipelines = nullptr;

VKAPI_ATTR VkResult VKAPI_CALL submit(VkQueue queue, uint32_t count, const VkSubmitInfo* infos, VkFence fence)
{
    return fails("vkQueueSubmit") ? VK_ERROR_DEVICE_LOST : realSubmit(queue, count, infos, fence);
}

VKAPI_ATTR VkResult VKAPI_CALL allocate(VkDevice device, const VkMemoryAllocateInfo* info,
                                        const VkAllocationCallbacks* own, VkDeviceMemory* memory)
{
    return fails("vkAllocateMemory") ? VK_ERROR_OUT_OF_DEVICE_MEMORY
                                     : realAllocate(device, info, own, memory);
}

VKAPI_ATTR VkResult VKAPI_CALL pipelines(VkDevice device, VkPipelineCache cache, uint32_t count,
                                         const VkComputePipelineCreateInfo* infos,
                                         const VkAllocationCallbacks* own, VkPipeline* made)
{
    return fails("vkCreateComputePipelines") ? VK_ERROR_UNKNOWN
                                             : realPipelines(device, cache, count, infos, own, made);
}

template<typename F> PFN_vkVoidFunction instead(F own, F& real, PFN_vkVoidFunction found)
{
    real = reinterpret_cast<F>(found);
    return reinterpret_cast<PFN_vkVoidFunction>(own);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL deviceFunction(VkDevice device, const char* name)
{
    const PFN_vkVoidFunction found = deviceFunctions(device, name);
    if (!std::strcmp(name, "vkQueueSubmit")) return instead(&submit, realSubmit, found);
    if (!std::strcmp(name, "vkAllocateMemory")) return instead(&allocate, realAllocate, found);
    if (!std::strcmp(name, "vkCreateComputePipelines")) return instead(&pipelines, realPipelines, found);
    return found;
}

} // namespace

extern "C" VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance,
                                                                          const char* name)
{
    static void* const library = dlopen(variable("AXO_LOADER").c_str(), RTLD_NOW | RTLD_LOCAL);
    static const auto real =
        library ? reinterpret_cast<PFN_vkGetInstanceProcAddr>(dlsym(library, "vkGetInstanceProcAddr"))
                : nullptr;
    const PFN_vkVoidFunction found = real ? real(instance, name) : nullptr;
    if (std::strcmp(name, "vkGetDeviceProcAddr")) return found;
    return instead(&deviceFunction, deviceFunctions, found);
}
