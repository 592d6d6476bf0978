#include "core/backend/vulkan/slots.h"

#include <algorithm>
#include <cstring>

namespace core::vulkan
{

namespace
{

constexpr VkPipelineStageFlags shaders = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                               copies = VK_PIPELINE_STAGE_TRANSFER_BIT;
constexpr int64_t mostStaged = int64_t(64) << 20; ///< bytes that wait, unless one step has more

} // namespace

Slots::Slots(std::shared_ptr<Queue> queue, const Plan& plan, std::span<const Place> places)
    : m_queue(std::move(queue))
{
    if (plan.inputs.size() > 64)
        throw MachineFailure{
            {"vulkan", "a program of " + std::to_string(plan.inputs.size()) + " inputs", "64 is the most"}};
    const std::shared_ptr<Device>& device = m_queue->device();
    const auto add = [&](const PlanPort& port, std::vector<Port>& ports, int64_t& bytes) {
        ports.push_back({places[size_t(port.buffer)], bytes});
        bytes += paddedBytes(port.type.count(), device->facts());
    };
    for (const PlanPort& port : plan.inputs) add(port, m_inputs, m_uploadBytes);
    for (const PlanPort& port : plan.results) add(port, m_results, m_readbackBytes);
    const int64_t most = mostStaged / std::max<int64_t>(1, m_uploadBytes + m_readbackBytes);
    const auto slots = std::clamp<int64_t>(most, 1, 2 * device->options().stepsPerSubmit);
    m_steps.assign(size_t(slots), 0);
    if (m_uploadBytes) m_upload = Block(device, m_uploadBytes * slots, Device::Home::Upload);
    if (!m_readbackBytes) return;
    m_readback = Block(device, m_readbackBytes * slots, Device::Home::Readback);
    std::memset(m_readback.host(), 0, size_t(m_readbackBytes * slots));
    const Api& api = device->api();
    for (int64_t slot = 0; slot < slots; ++slot)
        m_out.push_back(m_queue->record([&](VkCommandBuffer commands) {
            barrier(api, commands, shaders | copies, copies);
            for (const Port& port : m_results)
                copy(commands, port.place, m_readback.buffer(), slot * m_readbackBytes + port.offset);
            barrier(api, commands, copies, VK_PIPELINE_STAGE_HOST_BIT);
        }));
}

Slots::~Slots()
{
    m_queue->release(m_out);
    for (const auto& [key, commands] : m_in) m_queue->release(std::span(&commands, 1));
}

void Slots::copy(VkCommandBuffer commands, const Place& from, VkBuffer to, int64_t at) const
{
    const VkBufferCopy region{VkDeviceSize(from.offset), VkDeviceSize(at), VkDeviceSize(from.bytes)};
    m_queue->device()->api().CmdCopyBuffer(commands, from.buffer, to, 1, &region);
}

void Slots::upload(int input, const void* elements)
{
    m_queue->wait(m_steps[m_slot]); // what was uploaded there has been read
    const Port& port = m_inputs[size_t(input)];
    std::memcpy(m_upload.host() + int64_t(m_slot) * m_uploadBytes + port.offset, elements,
                size_t(port.place.bytes));
    m_fresh |= uint64_t(1) << input;
}

/// Recorded when they are first needed.
VkCommandBuffer Slots::in()
{
    if (!m_fresh) return VK_NULL_HANDLE;
    const auto known = m_in.find({m_slot, m_fresh});
    if (known != m_in.end()) return known->second;
    const VkCommandBuffer made = m_queue->record([&](VkCommandBuffer commands) {
        barrier(m_queue->device()->api(), commands, shaders | copies, copies);
        for (size_t i = 0; i < m_inputs.size(); ++i) {
            const auto& [to, offset] = m_inputs[i];
            if (m_fresh >> i & 1)
                copy(commands, {m_upload.buffer(), int64_t(m_slot) * m_uploadBytes + offset, to.bytes},
                     to.buffer, to.offset);
        }
    });
    return m_in[{m_slot, m_fresh}] = made;
}

void Slots::ran(uint64_t step)
{
    m_steps[m_slot] = step;
    m_latest = m_slot;
    m_slot = (m_slot + 1) % m_steps.size();
    m_fresh = 0;
    if (m_steps.size() > 1) m_queue->wait(m_steps[m_slot]); // no more than that lies ahead
}

void Slots::download(int result, int runsAgo, void* elements) const
{
    const size_t slot = (m_latest + m_steps.size() - size_t(runsAgo)) % m_steps.size();
    m_queue->wait(m_steps[slot]);
    const Port& port = m_results[size_t(result)];
    std::memcpy(elements, m_readback.host() + int64_t(slot) * m_readbackBytes + port.offset,
                size_t(port.place.bytes));
}

} // namespace core::vulkan
