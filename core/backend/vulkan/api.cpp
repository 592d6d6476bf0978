#include "core/backend/vulkan/api.h"

#include <dlfcn.h>

namespace core::vulkan
{

Api loadApi(const char* library)
{
    Api api;
    api.library = std::shared_ptr<void>(dlopen(library, RTLD_NOW | RTLD_LOCAL), [](void* handle) {
        if (handle) dlclose(handle);
    });
    if (api.library)
        api.getInstanceProcAddr =
            reinterpret_cast<PFN_vkGetInstanceProcAddr>(dlsym(api.library.get(), "vkGetInstanceProcAddr"));
    if (!api.getInstanceProcAddr)
        throw MachineFailure{
            {"vulkan", std::string("there is no Vulkan loader (") + library + ") on this machine",
             "install libvulkan1 and the driver of the graphics processor, or take the backend cpu"}};
#define AXO_LOAD(name)                                                                                       \
    api.name = reinterpret_cast<PFN_vk##name>(api.getInstanceProcAddr(nullptr, "vk" #name));
    AXO_VULKAN_GLOBAL(AXO_LOAD)
#undef AXO_LOAD
    if (!api.EnumerateInstanceVersion || !api.CreateInstance)
        throw MachineFailure{{"vulkan", "the loader knows Vulkan 1.0 only", "Vulkan 1.2 or newer is needed"}};
    return api;
}

void Api::loadInstance(VkInstance instance)
{
#define AXO_LOAD(name) name = reinterpret_cast<PFN_vk##name>(getInstanceProcAddr(instance, "vk" #name));
    AXO_VULKAN_INSTANCE(AXO_LOAD)
    AXO_LOAD(GetPhysicalDeviceCooperativeMatrixPropertiesNV)
    AXO_LOAD(GetPhysicalDeviceCooperativeMatrixPropertiesKHR)
    AXO_LOAD(CreateDebugUtilsMessengerEXT)
    AXO_LOAD(DestroyDebugUtilsMessengerEXT)
#undef AXO_LOAD
}

void Api::loadDevice(VkDevice device)
{
#define AXO_LOAD(name)                                                                                       \
    if (!name) name = reinterpret_cast<PFN_vk##name>(GetDeviceProcAddr(device, "vk" #name));
    AXO_VULKAN_DEVICE(AXO_LOAD)
#undef AXO_LOAD
}

void check(VkResult result, const char* call)
{
    if (result == VK_SUCCESS) return;
    struct Row {
        VkResult result;
        const char *what, *hint;
    };
    static const Row rows[] = {
        {VK_ERROR_DEVICE_LOST, "the device was lost", "the driver may have reset it: it can be chosen again"},
        {VK_ERROR_OUT_OF_DEVICE_MEMORY, "the device has not enough memory",
         "a smaller batch or network, or the backend cpu"},
        {VK_ERROR_OUT_OF_HOST_MEMORY, "there is not enough memory", "a smaller batch or network"},
        {VK_ERROR_INITIALIZATION_FAILED, "the driver could not be started", "the backend cpu needs none"},
        {VK_ERROR_INCOMPATIBLE_DRIVER, "no driver for Vulkan was found", "the backend cpu needs none"},
        {VK_ERROR_LAYER_NOT_PRESENT, "the validation layer is not installed", "vulkan-validationlayers"},
    };
    for (const Row& row : rows)
        if (row.result == result)
            throw MachineFailure{{"vulkan", std::string(call) + ": " + row.what, row.hint}};
    throw MachineFailure{{"vulkan", std::string(call) + " failed (" + std::to_string(int(result)) + ")",
                          "the backend cpu runs everything, too"}};
}

} // namespace core::vulkan
