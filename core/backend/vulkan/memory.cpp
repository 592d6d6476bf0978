#include "core/backend/vulkan/memory.h"

#include <algorithm>
#include <cstring>

namespace core::vulkan
{

namespace
{

constexpr VkPipelineStageFlags work = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;

/// Holds on to its stage until it has been read.
class DeviceCapture : public Capture
{
public:
    DeviceCapture(std::shared_ptr<Queue> queue, std::shared_ptr<Stage> stage,
                  std::map<std::string, Array> spare)
        : m_queue(std::move(queue))
        , m_stage(std::move(stage))
        , m_spare(std::move(spare))
    {
    }
    Stage& stage() { return *m_stage; }
    void add(std::string name, Type type) { m_entries.emplace_back(std::move(name), std::move(type)); }

    bool arrived() const override { return m_queue->done(m_stage->step); }
    std::map<std::string, Array> take() override
    {
        m_queue->flush(); // the device goes on with what comes behind
        m_queue->wait(m_stage->step);
        std::map<std::string, Array> values;
        const std::byte* from = m_stage->block.host();
        for (const auto& [name, type] : m_entries) {
            Array array = arrayFor(type, std::move(m_spare[name]));
            std::visit([&](auto& data) { std::memcpy(data.data(), from, data.size() * 4); }, array.data);
            from += type.count() * 4;
            values.insert_or_assign(name, std::move(array));
        }
        m_stage.reset();
        return values;
    }

private:
    std::shared_ptr<Queue> m_queue;
    std::shared_ptr<Stage> m_stage;
    std::map<std::string, Array> m_spare;
    std::vector<std::pair<std::string, Type>> m_entries;
};

} // namespace

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

std::unique_ptr<Capture> DeviceMemory::capture(const std::vector<std::string>& names,
                                               std::map<std::string, Array> spare) const
{
    int64_t bytes = 4;
    for (const std::string& name : names) bytes += entry(name).place.bytes;
    auto made = std::make_unique<DeviceCapture>(m_queue, m_out.next(bytes), std::move(spare));
    Stage& stage = made->stage();
    stage.send(m_queue->record([&](VkCommandBuffer commands) {
        const Api& api = m_queue->device()->api();
        barrier(api, commands, work, VK_PIPELINE_STAGE_TRANSFER_BIT);
        int64_t at = 0;
        for (const std::string& name : names) {
            const Entry& from = entry(name);
            const VkBufferCopy region{VkDeviceSize(from.place.offset), VkDeviceSize(at),
                                      VkDeviceSize(from.place.bytes)};
            api.CmdCopyBuffer(commands, from.place.buffer, stage.block.buffer(), 1, &region);
            at += from.place.bytes;
            made->add(name, from.type);
        }
        barrier(api, commands, VK_PIPELINE_STAGE_TRANSFER_BIT, work | VK_PIPELINE_STAGE_HOST_BIT);
    }));
    m_queue->flush(); // by itself, so that it can be waited for by itself
    return made;
}

Array DeviceMemory::read(const std::string& name) const { return capture({name})->take().at(name); }

void DeviceMemory::write(const std::string& name, const Array& array)
{
    const Entry& to = entry(name);
    if (array.type != to.type)
        throw Error{name, "is " + to.type.text() + ", not " + array.type.text(),
                    "give an array of the same type"};
    const std::shared_ptr<Stage> stage = m_in.next(to.place.bytes);
    std::visit([&](const auto& data) { std::memcpy(stage->block.host(), data.data(), data.size() * 4); },
               array.data);
    stage->send(m_queue->record([&](VkCommandBuffer commands) {
        const Api& api = m_queue->device()->api();
        barrier(api, commands, work, VK_PIPELINE_STAGE_TRANSFER_BIT);
        const VkBufferCopy region{0, VkDeviceSize(to.place.offset), VkDeviceSize(to.place.bytes)};
        api.CmdCopyBuffer(commands, stage->block.buffer(), to.place.buffer, 1, &region);
        barrier(api, commands, VK_PIPELINE_STAGE_TRANSFER_BIT, work);
    }));
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
