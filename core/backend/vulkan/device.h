// A device and what is allocated on it.
#pragma once

#include "core/backend/vulkan/api.h"
#include "core/program/plan.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace core::vulkan
{

/// By which extension a subgroup multiplies matrices of 16 by 16, f16 into f32.
enum class Matrices : uint8_t { None, Nvidia, Khronos };

/// What is known of a device before it is used.
struct DeviceFacts {
    enum class Kind : uint8_t { Discrete, Integrated, Virtual, Cpu, Other };
    std::string name, driver; ///< driver: its name and version
    Kind kind = Kind::Other;
    uint32_t apiVersion = 0, vendor = 0, device = 0;
    std::string cacheKey; ///< changes with device and driver: pipeline caches belong to it

    int64_t memoryBytes = 0, maxBufferRange = 0, maxAllocation = 0, offsetAlignment = 64;
    int sharedBytes = 0, maxInvocations = 0, maxGroups = 0, maxBindings = 0, subgroupSize = 0;
    bool timeline = false, preservesNan = false, portabilitySubset = false, float16 = false;
    bool subgroupShuffle = false; ///< threads of a subgroup can read from each other
    bool timestamps = false;
    bool storage16 = false; ///< shaders can read and write arrays of 16 bits an element
    Matrices cooperative = Matrices::None;
    // As it was opened:
    Precision precision = Precision::Single; ///< of operands of contractions; sums are always in full
    int subgroupLanes = 0;                   ///< 0: subgroups are too small to be worth it
};
std::string_view text(DeviceFacts::Kind);

struct Options {
    Api api;                                           ///< a loaded one, perhaps altered
    bool validation = false;                           ///< core and synchronisation validation
    std::function<void(const std::string&)> onMessage; ///< of the validation layer
    std::function<void(Api&)> alterDevice;             ///< replaces functions once the device is there
    std::string cacheFolder;                           ///< empty: nothing is kept on disk
    int stepsPerSubmit = 16;
    int leastLanes = 8;                      ///< subgroups of so many are used as such
    Precision precision = Precision::Single; ///< of arrays between kernels, and of operands
    size_t way = 0;                          ///< of contractions, as far as there are so many
    enum class Tune : uint8_t { Never, GraphicsProcessors, Always };
    Tune tune = Tune::Never; ///< are ways of contractions measured while training goes on?
    std::chrono::milliseconds tuneAtMost{30'000}; ///< then what was measured decides
};

class Instance
{
public:
    explicit Instance(const Options&);
    ~Instance();
    Instance(const Instance&) = delete;

    const std::vector<DeviceFacts>& devices() const { return m_facts; }
    VkPhysicalDevice handle(size_t device) const { return m_devices[device]; }
    /// Place of the wanted one: "" the best that is no CPU, "cpu", or part of a name. Error lists them.
    size_t choose(const std::string& wanted) const;

    Api api;

private:
    VkInstance m_instance = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
    std::function<void(const std::string&)> m_onMessage;
    std::vector<VkPhysicalDevice> m_devices;
    std::vector<DeviceFacts> m_facts;
};

/// A buffer with memory of its own.
class Block;

class Device
{
public:
    enum class Home : uint8_t {
        Device,   ///< fastest for shaders
        Upload,   ///< written by the host
        Readback, ///< read by the host
    };

    Device(Options, const std::string& wanted);
    ~Device();
    Device(const Device&) = delete;

    const Api& api() const { return m_api; }
    VkDevice handle() const { return m_device; }
    VkQueue queue() const { return m_queue; }
    uint32_t family() const { return m_family; }
    const DeviceFacts& facts() const { return m_facts; }
    const Options& options() const { return m_options; }
    uint32_t memoryType(uint32_t allowed, Home) const;

private:
    Options m_options;
    Instance m_instance;
    Api m_api;
    DeviceFacts m_facts;
    VkDevice m_device = VK_NULL_HANDLE;
    VkQueue m_queue = VK_NULL_HANDLE;
    uint32_t m_family = 0;
    VkPhysicalDeviceMemoryProperties m_memory{};
};

class Block
{
public:
    Block() = default;
    Block(std::shared_ptr<Device>, int64_t bytes, Device::Home);
    ~Block();
    Block(Block&& other) noexcept { *this = std::move(other); }
    Block& operator=(Block&&) noexcept;

    VkBuffer buffer() const { return m_buffer; }
    int64_t bytes() const { return m_bytes; }
    std::byte* host() const { return m_host; } ///< null for Home::Device

private:
    std::shared_ptr<Device> m_device;
    VkBuffer m_buffer = VK_NULL_HANDLE;
    VkDeviceMemory m_memory = VK_NULL_HANDLE;
    std::byte* m_host = nullptr;
    int64_t m_bytes = 0;
};

} // namespace core::vulkan
