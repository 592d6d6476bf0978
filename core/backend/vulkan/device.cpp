#include "core/backend/vulkan/device.h"

namespace core::vulkan
{

Device::Device(Options options, const std::string& wanted)
    : m_options(std::move(options))
    , m_instance(m_options)
    , m_api(m_instance.api)
{
    const size_t chosen = m_instance.choose(wanted);
    const VkPhysicalDevice physical = m_instance.handle(chosen);
    m_facts = m_instance.devices()[chosen];
    m_facts.precision = m_options.precision;
    m_facts.storage16 = m_facts.storage16 && m_facts.precision != Precision::Single;
    if (m_facts.precision != Precision::Half) m_facts.cooperative = Matrices::None;
    if (m_facts.subgroupShuffle && m_facts.subgroupSize >= m_options.leastLanes)
        m_facts.subgroupLanes = m_facts.subgroupSize;
    if (!m_facts.timeline)
        throw MachineFailure{{m_facts.name, "has no timeline semaphores", "a newer driver may have"}};
    m_api.GetPhysicalDeviceMemoryProperties(physical, &m_memory);

    uint32_t count = 0;
    m_api.GetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    m_api.GetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    for (m_family = 0; m_family < count; ++m_family)
        if (families[m_family].queueFlags & VK_QUEUE_COMPUTE_BIT) break;
    if (m_family == count) throw MachineFailure{{m_facts.name, "cannot compute", "choose another device"}};

    const float priority = 1;
    const VkDeviceQueueCreateInfo queue{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                        .queueFamilyIndex = m_family,
                                        .queueCount = 1,
                                        .pQueuePriorities = &priority};
    const bool khronos = m_facts.cooperative == Matrices::Khronos,
               nvidia = m_facts.cooperative == Matrices::Nvidia;
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR khronosMatrices{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
        .cooperativeMatrix = VK_TRUE};
    VkPhysicalDeviceCooperativeMatrixFeaturesNV nvidiaMatrices{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV,
        .cooperativeMatrix = VK_TRUE};
    VkPhysicalDevice16BitStorageFeatures narrow{.sType =
                                                    VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
                                                .pNext = khronos  ? static_cast<void*>(&khronosMatrices)
                                                         : nvidia ? &nvidiaMatrices
                                                                  : nullptr,
                                                .storageBuffer16BitAccess = VK_TRUE};
    const VkPhysicalDeviceVulkan12Features features{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
        .pNext = m_facts.storage16 ? static_cast<void*>(&narrow) : narrow.pNext,
        .shaderFloat16 = khronos || nvidia,
        .timelineSemaphore = VK_TRUE,
        .vulkanMemoryModel = khronos};
    std::vector<const char*> extensions;
    if (m_facts.portabilitySubset) extensions.push_back("VK_KHR_portability_subset"); // must be named
    if (nvidia) extensions.push_back(VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME);
    if (khronos) extensions.push_back(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
    const VkDeviceCreateInfo info{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                  .pNext = &features,
                                  .queueCreateInfoCount = 1,
                                  .pQueueCreateInfos = &queue,
                                  .enabledExtensionCount = uint32_t(extensions.size()),
                                  .ppEnabledExtensionNames = extensions.data()};
    check(m_api.CreateDevice(physical, &info, nullptr, &m_device), "opening the device");
    m_api.loadDevice(m_device);
    if (m_options.alterDevice) m_options.alterDevice(m_api);
    m_api.GetDeviceQueue(m_device, m_family, 0, &m_queue);
}

Device::~Device()
{
    if (!m_device) return;
    m_api.DeviceWaitIdle(m_device);
    m_api.DestroyDevice(m_device, nullptr);
}

uint32_t Device::memoryType(uint32_t allowed, Home home) const
{
    // Best first; the last of each row exists everywhere.
    constexpr VkMemoryPropertyFlags local = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT,
                                    coherent = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                               VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
                                    cached = coherent | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    static constexpr VkMemoryPropertyFlags wanted[][2] = {
        {local, 0}, {coherent, coherent}, {cached, coherent}};
    for (VkMemoryPropertyFlags flags : wanted[size_t(home)])
        for (uint32_t i = 0; i < m_memory.memoryTypeCount; ++i)
            if ((allowed >> i & 1) && (m_memory.memoryTypes[i].propertyFlags & flags) == flags) return i;
    throw MachineFailure{{m_facts.name, "has no memory of the kind that is needed", "choose another device"}};
}

Block::Block(std::shared_ptr<Device> device, int64_t bytes, Device::Home home)
    : m_device(std::move(device))
    , m_bytes(bytes)
{
    const Api& api = m_device->api();
    if (bytes > m_device->facts().maxAllocation) check(VK_ERROR_OUT_OF_DEVICE_MEMORY, "one allocation");
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .size = VkDeviceSize(bytes),
                                  .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                                           VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                           VK_BUFFER_USAGE_TRANSFER_DST_BIT};
    check(api.CreateBuffer(m_device->handle(), &info, nullptr, &m_buffer), "making a buffer");
    VkMemoryRequirements needs{};
    api.GetBufferMemoryRequirements(m_device->handle(), m_buffer, &needs);
    try {
        const VkMemoryAllocateInfo allocation{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                              .allocationSize = needs.size,
                                              .memoryTypeIndex =
                                                  m_device->memoryType(needs.memoryTypeBits, home)};
        check(api.AllocateMemory(m_device->handle(), &allocation, nullptr, &m_memory), "allocating memory");
        check(api.BindBufferMemory(m_device->handle(), m_buffer, m_memory, 0), "binding memory");
        void* host = nullptr;
        if (home != Device::Home::Device)
            check(api.MapMemory(m_device->handle(), m_memory, 0, VK_WHOLE_SIZE, 0, &host), "mapping memory");
        m_host = static_cast<std::byte*>(host);
    } catch (const Error&) {
        *this = Block();
        throw;
    }
}

Block::~Block()
{
    if (!m_device) return;
    if (m_buffer) m_device->api().DestroyBuffer(m_device->handle(), m_buffer, nullptr);
    if (m_memory) m_device->api().FreeMemory(m_device->handle(), m_memory, nullptr);
}

Block& Block::operator=(Block&& other) noexcept
{
    std::swap(m_device, other.m_device);
    std::swap(m_buffer, other.m_buffer);
    std::swap(m_memory, other.m_memory);
    std::swap(m_host, other.m_host);
    std::swap(m_bytes, other.m_bytes);
    return *this;
}

} // namespace core::vulkan
