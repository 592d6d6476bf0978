// Memory that the host sees, on its way to or from the device.
#pragma once

#include "core/backend/vulkan/queue.h"

namespace core::vulkan
{

/// A block and the commands that use it. Goes when they are done.
struct Stage {
    explicit Stage(std::shared_ptr<Queue> q)
        : queue(std::move(q))
    {
    }
    ~Stage() { retire(); }
    Stage(const Stage&) = delete;

    void send(VkCommandBuffer); ///< adds them to the queue, and remembers that they use this
    void retire() noexcept;     ///< waits for the commands, and forgets them

    std::shared_ptr<Queue> queue;
    Block block;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    uint64_t step = 0;
};

/// Some stages that take turns, so that nobody waits for the one before; large ones share one of them. One
/// that somebody holds on to is replaced.
class StageRing
{
public:
    StageRing(std::shared_ptr<Queue> queue, Device::Home home)
        : m_queue(std::move(queue))
        , m_home(home)
    {
    }
    std::shared_ptr<Stage> next(int64_t bytes); ///< not in use any more, at least so large
    void clear();

private:
    static constexpr size_t turns = 16;
    static constexpr int64_t large = int64_t(4) << 20;
    std::shared_ptr<Queue> m_queue;
    Device::Home m_home;
    std::shared_ptr<Stage> m_stages[turns];
    size_t m_turn = 0;
};

} // namespace core::vulkan
