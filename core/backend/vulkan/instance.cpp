#include "core/backend/vulkan/device.h"

#include <algorithm>
#include <cstring>

namespace core::vulkan
{

namespace
{

constexpr const char* validationLayer = "VK_LAYER_KHRONOS_validation";
constexpr const char* portability = "VK_KHR_portability_subset";

VKAPI_ATTR VkBool32 VKAPI_CALL onMessage(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                         VkDebugUtilsMessageTypeFlagsEXT,
                                         const VkDebugUtilsMessengerCallbackDataEXT* data, void* user)
{
    (*static_cast<std::function<void(const std::string&)>*>(user))(data->pMessage);
    return VK_FALSE;
}

VkDebugUtilsMessengerCreateInfoEXT messengerInfo(std::function<void(const std::string&)>& receiver)
{
    return {.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
            .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                               VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
            .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
            .pfnUserCallback = onMessage,
            .pUserData = &receiver};
}

DeviceFacts::Kind kindOf(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return DeviceFacts::Kind::Discrete;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return DeviceFacts::Kind::Integrated;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
        return DeviceFacts::Kind::Virtual;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
        return DeviceFacts::Kind::Cpu;
    default:
        return DeviceFacts::Kind::Other;
    }
}

bool has(const std::vector<VkExtensionProperties>& extensions, const char* name)
{
    return std::any_of(extensions.begin(), extensions.end(), [&](const VkExtensionProperties& extension) {
        return std::strcmp(extension.extensionName, name) == 0;
    });
}

/// Does a subgroup multiply 16 by 16 matrices of f16 into sums of f32?
template<class Kind, class List>
bool isCooperative(List list, VkPhysicalDevice device, VkStructureType type, VkComponentTypeNV Kind::*result)
{
    if (!list) return false;
    uint32_t count = 0;
    list(device, &count, nullptr);
    std::vector<Kind> kinds(count, Kind{.sType = type});
    list(device, &count, kinds.data());
    return std::any_of(kinds.begin(), kinds.end(), [&](const Kind& kind) {
        return kind.MSize == 16 && kind.NSize == 16 && kind.KSize == 16 &&
               kind.AType == VK_COMPONENT_TYPE_FLOAT16_NV && kind.BType == VK_COMPONENT_TYPE_FLOAT16_NV &&
               kind.CType == VK_COMPONENT_TYPE_FLOAT32_NV && kind.*result == VK_COMPONENT_TYPE_FLOAT32_NV &&
               kind.scope == VK_SCOPE_SUBGROUP_NV;
    });
}

std::string hex(const uint8_t* bytes, size_t count)
{
    std::string text;
    for (size_t i = 0; i < count; ++i)
        for (int half : {bytes[i] >> 4, bytes[i] & 15}) text += "0123456789abcdef"[half];
    return text;
}

DeviceFacts factsOf(const Api& api, VkPhysicalDevice device)
{
    VkPhysicalDeviceVulkan12Properties twelve{.sType =
                                                  VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceVulkan11Properties eleven{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, .pNext = &twelve};
    VkPhysicalDeviceProperties2 two{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
                                    .pNext = &eleven};
    api.GetPhysicalDeviceProperties2(device, &two);
    VkPhysicalDevice16BitStorageFeatures narrow{.sType =
                                                    VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES};
    VkPhysicalDeviceVulkan12Features features{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
                                              .pNext = &narrow};
    VkPhysicalDeviceFeatures2 wanted{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                     .pNext = &features};
    api.GetPhysicalDeviceFeatures2(device, &wanted);
    VkPhysicalDeviceMemoryProperties memory{};
    api.GetPhysicalDeviceMemoryProperties(device, &memory);
    uint32_t count = 0;
    api.EnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    api.EnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data());

    const VkPhysicalDeviceLimits& limits = two.properties.limits;
    DeviceFacts facts;
    facts.name = two.properties.deviceName;
    facts.driver = std::string(twelve.driverName) + " " + twelve.driverInfo;
    facts.kind = kindOf(two.properties.deviceType);
    facts.apiVersion = two.properties.apiVersion;
    facts.vendor = two.properties.vendorID;
    facts.device = two.properties.deviceID;
    facts.cacheKey =
        hex(two.properties.pipelineCacheUUID, VK_UUID_SIZE) + "-" + hex(eleven.driverUUID, VK_UUID_SIZE);
    for (uint32_t i = 0; i < memory.memoryHeapCount; ++i)
        if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            facts.memoryBytes = std::max(facts.memoryBytes, int64_t(memory.memoryHeaps[i].size));
    facts.maxBufferRange = int64_t(limits.maxStorageBufferRange);
    facts.maxAllocation = int64_t(eleven.maxMemoryAllocationSize);
    facts.offsetAlignment = std::max<int64_t>(64, int64_t(limits.minStorageBufferOffsetAlignment));
    facts.sharedBytes = int(limits.maxComputeSharedMemorySize);
    facts.maxInvocations =
        int(std::min(limits.maxComputeWorkGroupInvocations, limits.maxComputeWorkGroupSize[0]));
    facts.maxGroups =
        int(std::min<uint32_t>({limits.maxComputeWorkGroupCount[0], limits.maxComputeWorkGroupCount[1],
                                limits.maxComputeWorkGroupCount[2], 65535}));
    facts.maxBindings = int(std::min<uint32_t>(
        {limits.maxPerStageDescriptorStorageBuffers, limits.maxDescriptorSetStorageBuffers, 1024}));
    facts.subgroupSize = int(eleven.subgroupSize);
    facts.timeline = features.timelineSemaphore;
    facts.storage16 = narrow.storageBuffer16BitAccess;
    facts.timestamps = limits.timestampComputeAndGraphics;
    facts.float16 = features.shaderFloat16;
    facts.preservesNan = twelve.shaderSignedZeroInfNanPreserveFloat32;
    facts.portabilitySubset = has(extensions, portability);
    constexpr VkSubgroupFeatureFlags shuffle =
        VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_SHUFFLE_BIT;
    facts.subgroupShuffle = (eleven.subgroupSupportedOperations & shuffle) == shuffle &&
                            (eleven.subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT);
    if (features.shaderFloat16 && features.vulkanMemoryModel &&
        has(extensions, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME) &&
        isCooperative(api.GetPhysicalDeviceCooperativeMatrixPropertiesKHR, device,
                      VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR,
                      &VkCooperativeMatrixPropertiesKHR::ResultType))
        facts.cooperative = Matrices::Khronos;
    else if (features.shaderFloat16 && has(extensions, VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME) &&
             isCooperative(api.GetPhysicalDeviceCooperativeMatrixPropertiesNV, device,
                           VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_NV,
                           &VkCooperativeMatrixPropertiesNV::DType))
        facts.cooperative = Matrices::Nvidia;
    return facts;
}

std::string lower(std::string text)
{
    for (char& letter : text) letter = char(std::tolower(uint8_t(letter)));
    return text;
}

} // namespace

std::string_view text(DeviceFacts::Kind kind)
{
    static constexpr std::string_view names[] = {"discrete GPU", "integrated GPU", "virtual GPU", "CPU",
                                                 "other"};
    return names[size_t(kind)];
}

Instance::Instance(const Options& options)
    : api(options.api)
    , m_onMessage(options.onMessage)
{
    std::vector<const char*> layers, extensions;
    if (options.validation) {
        layers.push_back(validationLayer);
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    }
    uint32_t count = 0;
    check(api.EnumerateInstanceExtensionProperties(nullptr, &count, nullptr), "counting extensions");
    std::vector<VkExtensionProperties> known(count);
    check(api.EnumerateInstanceExtensionProperties(nullptr, &count, known.data()), "listing extensions");
    VkInstanceCreateFlags flags = 0;
    for (const VkExtensionProperties& extension : known)
        if (std::strcmp(extension.extensionName, VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME) == 0) {
            extensions.push_back(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME);
            flags |= VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR;
        }
    const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                        .pApplicationName = "Axonometry",
                                        .apiVersion = VK_API_VERSION_1_2};
    const VkValidationFeatureEnableEXT enabled[] = {
        VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT};
    VkDebugUtilsMessengerCreateInfoEXT messenger = messengerInfo(m_onMessage);
    const VkValidationFeaturesEXT features{.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
                                           .pNext = &messenger,
                                           .enabledValidationFeatureCount = 1,
                                           .pEnabledValidationFeatures = enabled};
    const VkInstanceCreateInfo info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                    .pNext = options.validation ? &features : nullptr,
                                    .flags = flags,
                                    .pApplicationInfo = &application,
                                    .enabledLayerCount = uint32_t(layers.size()),
                                    .ppEnabledLayerNames = layers.data(),
                                    .enabledExtensionCount = uint32_t(extensions.size()),
                                    .ppEnabledExtensionNames = extensions.data()};
    check(api.CreateInstance(&info, nullptr, &m_instance), "starting Vulkan");
    api.loadInstance(m_instance);
    if (options.validation)
        check(api.CreateDebugUtilsMessengerEXT(m_instance, &messenger, nullptr, &m_messenger),
              "listening to the validation layer");
    check(api.EnumeratePhysicalDevices(m_instance, &count, nullptr), "counting devices");
    m_devices.resize(count);
    check(api.EnumeratePhysicalDevices(m_instance, &count, m_devices.data()), "listing devices");
    std::erase_if(m_devices, [&](VkPhysicalDevice device) {
        VkPhysicalDeviceProperties2 two{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
        api.GetPhysicalDeviceProperties2(device, &two);
        return two.properties.apiVersion < VK_API_VERSION_1_2;
    });
    for (VkPhysicalDevice device : m_devices) m_facts.push_back(factsOf(api, device));
}

Instance::~Instance()
{
    if (m_messenger) api.DestroyDebugUtilsMessengerEXT(m_instance, m_messenger, nullptr);
    if (m_instance) api.DestroyInstance(m_instance, nullptr);
}

size_t Instance::choose(const std::string& wanted) const
{
    std::string known;
    size_t best = m_facts.size();
    for (size_t i = 0; i < m_facts.size(); ++i) {
        const DeviceFacts& facts = m_facts[i];
        known += (known.empty() ? "" : "; ") + facts.name + ", " + std::string(text(facts.kind));
        const bool cpu = facts.kind == DeviceFacts::Kind::Cpu;
        const bool fits = wanted.empty()    ? !cpu
                          : wanted == "cpu" ? cpu
                                            : lower(facts.name).find(lower(wanted)) != std::string::npos;
        if (fits && (best == m_facts.size() || facts.kind < m_facts[best].kind)) best = i;
    }
    if (best < m_facts.size()) return best;
    throw MachineFailure{
        {"vulkan",
         (wanted.empty() ? "no graphics processor was found" : "there is no device '" + wanted + "'") +
             (known.empty() ? std::string() : "; there are: " + known),
         wanted.empty() && !known.empty() ? "vulkan:cpu runs on the processor, far slower than cpu"
                                          : "a driver for Vulkan 1.2 is needed; cpu needs none"}};
}

} // namespace core::vulkan
