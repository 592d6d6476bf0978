#include "core/backend/vulkan/memory.h"

#include <algorithm>
#include <cstring>

namespace core::vulkan
{

int64_t paddedBytes(int64_t count, const DeviceFacts& facts)
{
    return (count * 4 + facts.offsetAlignment - 1) / facts.offsetAlignment * facts.offsetAlignment;
}

const DeviceMemory::Entry& DeviceMemory::entry(const std::string& name) const
{
    const auto found = m_entries.find(name);
    if (found == m_entries.end()) throw Error{"memory", "there is no parameter or state '" + name + "'", ""};
    return found->second;
}

std::byte* DeviceMemory::staging(int64_t bytes) const
{
    if (m_staging.bytes() < bytes)
        m_staging = Block(m_queue->device(), std::max<int64_t>(bytes, 1 << 16), Device::Home::Readback);
    return m_staging.host();
}

void DeviceMemory::copy(VkBuffer from, int64_t fromOffset, VkBuffer to, int64_t toOffset, int64_t bytes) const
{
    const Api& api = m_queue->device()->api();
    constexpr VkPipelineStageFlags work =
        VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
    const VkCommandBuffer commands = m_queue->record([&](VkCommandBuffer buffer) {
        barrier(api, buffer, work, VK_PIPELINE_STAGE_TRANSFER_BIT);
        const VkBufferCopy region{VkDeviceSize(fromOffset), VkDeviceSize(toOffset), VkDeviceSize(bytes)};
        api.CmdCopyBuffer(buffer, from, to, 1, &region);
        barrier(api, buffer, VK_PIPELINE_STAGE_TRANSFER_BIT, work | VK_PIPELINE_STAGE_HOST_BIT);
    });
    m_queue->wait(m_queue->add(std::span(&commands, 1)));
    m_queue->release(std::span(&commands, 1));
}

Array DeviceMemory::read(const std::string& name) const
{
    const Entry& from = entry(name);
    const std::byte* host = staging(from.place.bytes);
    copy(from.place.buffer, from.place.offset, m_staging.buffer(), 0, from.place.bytes);
    const size_t count = size_t(from.type.count());
    Array array{from.type, {}};
    if (from.type.element == Element::Integer)
        array.data = std::vector<int32_t>(count);
    else
        array.data = std::vector<float>(count);
    std::visit([&](auto& data) { std::memcpy(data.data(), host, count * 4); }, array.data);
    return array;
}

void DeviceMemory::write(const std::string& name, const Array& array)
{
    const Entry& to = entry(name);
    if (array.type != to.type)
        throw Error{name, "is " + to.type.text() + ", not " + array.type.text(),
                    "give an array of the same type"};
    std::byte* host = staging(to.place.bytes);
    std::visit([&](const auto& data) { std::memcpy(host, data.data(), data.size() * 4); }, array.data);
    copy(m_staging.buffer(), 0, to.place.buffer, to.place.offset, to.place.bytes);
}

void DeviceMemory::forgetCopies()
{
    try {
        m_queue->waitAll();
    } catch (const Error&) { // the device is lost: nothing runs any more
    }
    for (const auto& [from, commands] : m_copies) m_queue->release(std::span(&commands, 1));
    m_copies.clear();
}

void DeviceMemory::mark()
{
    if (m_marked.size() < m_blocks.size()) forgetCopies();
    while (m_marked.size() < m_blocks.size())
        m_marked.push_back(Block(m_queue->device(), m_blocks[m_marked.size()].bytes(), Device::Home::Device));
    copyBlocks(m_blocks, m_marked);
}

void DeviceMemory::copyBlocks(const std::vector<Block>& from, const std::vector<Block>& to)
{
    VkCommandBuffer& commands = m_copies[&from];
    if (!commands)
        commands = m_queue->record([&](VkCommandBuffer buffer) {
            const Api& api = m_queue->device()->api();
            constexpr VkPipelineStageFlags work =
                VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
            barrier(api, buffer, work, VK_PIPELINE_STAGE_TRANSFER_BIT);
            for (size_t i = 0; i < m_marked.size(); ++i) {
                const VkBufferCopy region{0, 0, VkDeviceSize(from[i].bytes())};
                api.CmdCopyBuffer(buffer, from[i].buffer(), to[i].buffer(), 1, &region);
            }
            barrier(api, buffer, VK_PIPELINE_STAGE_TRANSFER_BIT, work);
        });
    m_queue->add(std::span(&commands, 1), Queue::Counts::Nothing);
}

void DeviceMemory::add(const std::vector<std::pair<std::string, Type>>& wanted,
                       const std::vector<std::string>& together)
{
    const DeviceFacts& facts = m_queue->device()->facts();
    int64_t bytes = 0;
    for (const auto& [name, type] : wanted) {
        const auto found = m_entries.find(name);
        if (found == m_entries.end())
            bytes += paddedBytes(type.count(), facts);
        else if (found->second.type != type)
            throw Error{name, "is " + found->second.type.text() + " in memory, not " + type.text(), ""};
    }
    if (bytes == 0) return;
    m_blocks.push_back(Block(m_queue->device(), bytes, Device::Home::Device));
    for (const auto& [name, type] : wanted)
        if (m_entries.insert({name, {type, {}}}).second) m_names.push_back(name);
    int64_t at = 0;
    const auto place = [&](const std::string& name) {
        const auto found = m_entries.find(name);
        if (found == m_entries.end() || found->second.place.buffer) return;
        found->second.place = {m_blocks.back().buffer(), at, found->second.type.count() * 4};
        at += paddedBytes(found->second.type.count(), facts);
    };
    for (const std::string& name : together) place(name);
    for (const auto& [name, type] : wanted) place(name);
}

} // namespace core::vulkan
