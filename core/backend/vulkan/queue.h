// What waits to be run, in order; several steps go to the device together.
#pragma once

#include "core/backend/vulkan/device.h"

#include <span>

namespace core::vulkan
{

/// Not thread-safe: the thread that runs the executables owns it.
class Queue
{
public:
    explicit Queue(std::shared_ptr<Device>);
    ~Queue();
    Queue(const Queue&) = delete;

    VkCommandBuffer record(const std::function<void(VkCommandBuffer)>&); ///< may be pending many times
    void release(std::span<const VkCommandBuffer>);

    /// Adds a step; returns its number. Submits what waits when those are enough steps.
    enum class Counts : uint8_t { AsStep, Nothing };
    uint64_t add(std::span<const VkCommandBuffer>, Counts = Counts::AsStep);
    void flush();
    void wait(uint64_t step); ///< until that step is done; flushes. Error if the device is lost, from then on
    void waitAll() { wait(m_added); }
    bool done(uint64_t step) const; ///< without waiting, nor submitting

    int64_t submits() const { return m_submits; }
    const std::shared_ptr<Device>& device() const { return m_device; }

private:
    std::shared_ptr<Device> m_device;
    VkCommandPool m_pool = VK_NULL_HANDLE;
    VkSemaphore m_semaphore = VK_NULL_HANDLE;
    std::vector<VkCommandBuffer> m_waiting;
    uint64_t m_added = 0, m_submitted = 0;
    mutable uint64_t m_finished = 0; ///< as far as is known
    std::vector<uint64_t> m_signals; ///< of submits that may not be finished, in order
    int m_steps = 0;                 ///< that wait
    int64_t m_submits = 0;
    bool m_lost = false; ///< nothing can be waited for any more
};

/// Everything that shaders and copies wrote is seen by those that follow.
void barrier(const Api&, VkCommandBuffer, VkPipelineStageFlags from, VkPipelineStageFlags to);

} // namespace core::vulkan
