#include "core/backend/vulkan/staging.h"

#include <algorithm>

namespace core::vulkan
{

void Stage::send(VkCommandBuffer buffer)
{
    commands = buffer;
    step = queue->add(std::span(&commands, 1), Queue::Counts::Nothing);
}

void Stage::retire() noexcept
{
    if (!commands) return;
    try {
        queue->wait(step);
    } catch (const Error&) { // the device is lost: nothing runs any more
    }
    queue->release(std::span(&commands, 1));
    commands = VK_NULL_HANDLE;
}

std::shared_ptr<Stage> StageRing::next(int64_t bytes)
{
    std::shared_ptr<Stage>& stage = m_stages[bytes > large ? 0 : 1 + m_turn++ % (turns - 1)];
    if (!stage || stage.use_count() > 1) stage = std::make_shared<Stage>(m_queue);
    stage->retire();
    if (stage->block.bytes() < bytes) {
        stage->block = Block();
        stage->block = Block(m_queue->device(), std::max<int64_t>(bytes, 1 << 16), m_home);
    }
    return stage;
}

void StageRing::clear()
{
    for (std::shared_ptr<Stage>& stage : m_stages) stage.reset();
}

} // namespace core::vulkan
