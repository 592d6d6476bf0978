#include "core/backend/vulkan/queue.h"

#include <algorithm>

namespace core::vulkan
{

Queue::Queue(std::shared_ptr<Device> device)
    : m_device(std::move(device))
{
    const Api& api = m_device->api();
    const VkCommandPoolCreateInfo pool{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                       .queueFamilyIndex = m_device->family()};
    check(api.CreateCommandPool(m_device->handle(), &pool, nullptr, &m_pool), "making a command pool");
    const VkSemaphoreTypeCreateInfo timeline{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
                                             .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE};
    const VkSemaphoreCreateInfo semaphore{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                          .pNext = &timeline};
    check(api.CreateSemaphore(m_device->handle(), &semaphore, nullptr, &m_semaphore), "making a semaphore");
}

Queue::~Queue()
{
    const Api& api = m_device->api();
    api.DeviceWaitIdle(m_device->handle());
    api.DestroySemaphore(m_device->handle(), m_semaphore, nullptr);
    api.DestroyCommandPool(m_device->handle(), m_pool, nullptr);
}

VkCommandBuffer Queue::record(const std::function<void(VkCommandBuffer)>& commands)
{
    const Api& api = m_device->api();
    const VkCommandBufferAllocateInfo info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                           .commandPool = m_pool,
                                           .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                           .commandBufferCount = 1};
    VkCommandBuffer buffer = VK_NULL_HANDLE;
    check(api.AllocateCommandBuffers(m_device->handle(), &info, &buffer), "making a command buffer");
    const VkCommandBufferBeginInfo begin{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                         .flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT};
    check(api.BeginCommandBuffer(buffer, &begin), "recording");
    commands(buffer);
    check(api.EndCommandBuffer(buffer), "recording");
    return buffer;
}

void Queue::release(std::span<const VkCommandBuffer> buffers)
{
    if (!buffers.empty())
        m_device->api().FreeCommandBuffers(m_device->handle(), m_pool, uint32_t(buffers.size()),
                                           buffers.data());
}

uint64_t Queue::add(std::span<const VkCommandBuffer> buffers, Counts counts)
{
    m_waiting.insert(m_waiting.end(), buffers.begin(), buffers.end());
    ++m_added;
    m_steps += counts == Counts::AsStep;
    if (m_steps >= m_device->options().stepsPerSubmit) flush();
    return m_added;
}

void Queue::flush()
{
    if (m_waiting.empty()) return;
    const VkTimelineSemaphoreSubmitInfo timeline{.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
                                                 .signalSemaphoreValueCount = 1,
                                                 .pSignalSemaphoreValues = &m_added};
    const VkSubmitInfo submit{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                              .pNext = &timeline,
                              .commandBufferCount = uint32_t(m_waiting.size()),
                              .pCommandBuffers = m_waiting.data(),
                              .signalSemaphoreCount = 1,
                              .pSignalSemaphores = &m_semaphore};
    const VkResult result = m_device->api().QueueSubmit(m_device->queue(), 1, &submit, VK_NULL_HANDLE);
    m_waiting.clear();
    m_steps = 0;
    m_lost = result != VK_SUCCESS;
    check(result, "submitting a step");
    ++m_submits;
    m_submitted = m_added;
    std::erase_if(m_signals, [this](uint64_t signal) { return signal <= m_finished; });
    m_signals.push_back(m_submitted);
}

void Queue::wait(uint64_t step)
{
    if (step <= m_finished) return;
    if (step > m_submitted) flush();
    if (m_lost) check(VK_ERROR_DEVICE_LOST, "waiting for a step");
    if (done(step)) return;
    // What was submitted with it is signalled with it.
    step = *std::lower_bound(m_signals.begin(), m_signals.end(), step);
    const VkSemaphoreWaitInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
                                   .semaphoreCount = 1,
                                   .pSemaphores = &m_semaphore,
                                   .pValues = &step};
    const VkResult result = m_device->api().WaitSemaphores(m_device->handle(), &info, UINT64_MAX);
    m_lost = result != VK_SUCCESS;
    check(result, "waiting for a step");
    m_finished = std::max(m_finished, step);
}

bool Queue::done(uint64_t step) const
{
    if (step > m_finished && step <= m_submitted && !m_lost) {
        uint64_t value = 0;
        if (m_device->api().GetSemaphoreCounterValue(m_device->handle(), m_semaphore, &value) == VK_SUCCESS)
            m_finished = std::max(m_finished, value);
    }
    return step <= m_finished;
}

void barrier(const Api& api, VkCommandBuffer buffer, VkPipelineStageFlags from, VkPipelineStageFlags to)
{
    const auto access = [](VkPipelineStageFlags stages, bool writesOnly) {
        VkAccessFlags flags = 0;
        if (stages & VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT)
            flags |= VK_ACCESS_SHADER_WRITE_BIT | (writesOnly ? 0 : VK_ACCESS_SHADER_READ_BIT);
        if (stages & VK_PIPELINE_STAGE_TRANSFER_BIT)
            flags |= VK_ACCESS_TRANSFER_WRITE_BIT | (writesOnly ? 0 : VK_ACCESS_TRANSFER_READ_BIT);
        if (stages & VK_PIPELINE_STAGE_HOST_BIT)
            flags |= writesOnly ? VK_ACCESS_HOST_WRITE_BIT : VK_ACCESS_HOST_READ_BIT;
        return flags;
    };
    const VkMemoryBarrier memory{.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                 .srcAccessMask = access(from, true),
                                 .dstAccessMask = access(to, false)};
    api.CmdPipelineBarrier(buffer, from, to, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

} // namespace core::vulkan
