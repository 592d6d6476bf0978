// Stands in for the Vulkan loader: AXO_LOADER is the real one; the function that AXO_FAULT names works
// AXO_GOOD times and then fails as a driver would; of submits only those of AXO_LEAST command buffers and
// more count, which are those of many steps, however many others a machine gets to. AXO_DEVICES is a list
// "NAME=KIND;..." of devices (KIND is a number of VkPhysicalDeviceType) that there are instead of the first
// real one; all of them are that one.
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <vector>

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
    static const long least = std::atol(variable("AXO_LEAST").c_str());
    return infos->commandBufferCount >= least && fails("vkQueueSubmit")
               ? VK_ERROR_DEVICE_LOST
               : realSubmit(queue, count, infos, fence);
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

struct Pretended {
    std::string name;
    VkPhysicalDeviceType kind;
};

/// Never moved: their addresses are the handles.
const std::vector<Pretended>& pretended()
{
    static const std::vector<Pretended> all = [] {
        std::vector<Pretended> list;
        const std::string text = variable("AXO_DEVICES");
        for (size_t at = 0; at < text.size();) {
            const size_t end = std::min(text.find(';', at), text.size()), middle = text.find('=', at);
            list.push_back({text.substr(at, middle - at),
                            VkPhysicalDeviceType(std::atoi(text.substr(middle + 1).c_str()))});
            at = end + 1;
        }
        return list;
    }();
    return all;
}

const char* opened = ""; ///< the device that was opened last
VkPhysicalDevice realDevice = VK_NULL_HANDLE;
PFN_vkEnumeratePhysicalDevices realEnumerate = nullptr;
PFN_vkGetPhysicalDeviceProperties2 realProperties = nullptr;
PFN_vkGetPhysicalDeviceFeatures2 realFeatures = nullptr;
PFN_vkGetPhysicalDeviceMemoryProperties realMemory = nullptr;
PFN_vkGetPhysicalDeviceQueueFamilyProperties realFamilies = nullptr;
PFN_vkEnumerateDeviceExtensionProperties realExtensions = nullptr;
PFN_vkCreateDevice realCreate = nullptr;

const Pretended& of(VkPhysicalDevice device) { return *reinterpret_cast<const Pretended*>(device); }

VKAPI_ATTR VkResult VKAPI_CALL enumerate(VkInstance instance, uint32_t* count, VkPhysicalDevice* devices)
{
    uint32_t one = 1;
    const VkResult result = realEnumerate(instance, &one, &realDevice);
    if (result < 0 || one == 0) return result;
    if (devices)
        for (uint32_t i = 0; i < *count && i < pretended().size(); ++i)
            devices[i] = reinterpret_cast<VkPhysicalDevice>(const_cast<Pretended*>(&pretended()[i]));
    *count = uint32_t(pretended().size());
    return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL properties(VkPhysicalDevice device, VkPhysicalDeviceProperties2* two)
{
    realProperties(realDevice, two);
    std::strncpy(two->properties.deviceName, of(device).name.c_str(), VK_MAX_PHYSICAL_DEVICE_NAME_SIZE - 1);
    two->properties.deviceType = of(device).kind;
}

VKAPI_ATTR void VKAPI_CALL features(VkPhysicalDevice, VkPhysicalDeviceFeatures2* two)
{
    realFeatures(realDevice, two);
}

VKAPI_ATTR void VKAPI_CALL memory(VkPhysicalDevice, VkPhysicalDeviceMemoryProperties* found)
{
    realMemory(realDevice, found);
}

VKAPI_ATTR void VKAPI_CALL families(VkPhysicalDevice, uint32_t* count, VkQueueFamilyProperties* found)
{
    realFamilies(realDevice, count, found);
}

VKAPI_ATTR VkResult VKAPI_CALL extensions(VkPhysicalDevice, const char* layer, uint32_t* count,
                                          VkExtensionProperties* found)
{
    return realExtensions(realDevice, layer, count, found);
}

VKAPI_ATTR VkResult VKAPI_CALL create(VkPhysicalDevice device, const VkDeviceCreateInfo* info,
                                      const VkAllocationCallbacks* own, VkDevice* made)
{
    opened = of(device).name.c_str();
    return realCreate(realDevice, info, own, made);
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

extern "C" VKAPI_ATTR const char* axoOpenedDevice() { return opened; }

extern "C" VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance,
                                                                          const char* name)
{
    static void* const library = dlopen(variable("AXO_LOADER").c_str(), RTLD_NOW | RTLD_LOCAL);
    static const auto real =
        library ? reinterpret_cast<PFN_vkGetInstanceProcAddr>(dlsym(library, "vkGetInstanceProcAddr"))
                : nullptr;
    const PFN_vkVoidFunction found = real ? real(instance, name) : nullptr;
    const auto is = [&](const char* other) { return !std::strcmp(name, other); };
    if (is("vkGetDeviceProcAddr")) return instead(&deviceFunction, deviceFunctions, found);
    if (pretended().empty() || !instance) return found;
    if (is("vkEnumeratePhysicalDevices")) return instead(&enumerate, realEnumerate, found);
    if (is("vkGetPhysicalDeviceProperties2")) return instead(&properties, realProperties, found);
    if (is("vkGetPhysicalDeviceFeatures2")) return instead(&features, realFeatures, found);
    if (is("vkGetPhysicalDeviceMemoryProperties")) return instead(&memory, realMemory, found);
    if (is("vkGetPhysicalDeviceQueueFamilyProperties")) return instead(&families, realFamilies, found);
    if (is("vkEnumerateDeviceExtensionProperties")) return instead(&extensions, realExtensions, found);
    if (is("vkCreateDevice")) return instead(&create, realCreate, found);
    return found;
}
