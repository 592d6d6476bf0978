// Parameters and states on a device.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/vulkan/staging.h"

namespace core::vulkan
{

/// Part of a buffer, in bytes.
struct Place {
    VkBuffer buffer = VK_NULL_HANDLE;
    int64_t offset = 0, bytes = 0;
};

/// What one compilation adds lies together; places never change. Reading waits for what was to be run;
/// writing and capturing take their turn without waiting.
class DeviceMemory : public Memory
{
public:
    explicit DeviceMemory(std::shared_ptr<Queue> queue)
        : m_queue(std::move(queue))
        , m_in(m_queue, Device::Home::Upload)
        , m_out(m_queue, Device::Home::Readback)
    {
    }
    ~DeviceMemory() override { forgetCopies(); }
    bool has(const std::string& name) const override { return m_entries.count(name) != 0; }
    std::vector<std::string> names() const override { return m_names; }
    Type type(const std::string& name) const override { return entry(name).type; }
    using Memory::read;
    Array read(const std::string& name) const override;
    void write(const std::string& name, const Array&) override;
    std::unique_ptr<Capture> capture(const std::vector<std::string>& names,
                                     std::map<std::string, Array> spare = {}) const override;
    void mark() override;
    void rewind() override { copyBlocks(m_marked, m_blocks); }

    /// Errors if one of them is there with another type; adds the missing ones. Those named in `together` lie
    /// one behind the other in that order, each padded to 64 bytes.
    void add(const std::vector<std::pair<std::string, Type>>& wanted,
             const std::vector<std::string>& together);
    Place place(const std::string& name) const { return entry(name).place; }

private:
    struct Entry {
        Type type;
        Place place;
    };
    const Entry& entry(const std::string& name) const;
    void forgetCopies();
    /// On the device, in its turn, without waiting.
    void copyBlocks(const std::vector<Block>& from, const std::vector<Block>& to);

    std::shared_ptr<Queue> m_queue;
    mutable StageRing m_in, m_out;
    std::vector<Block> m_blocks, m_marked;
    std::map<const void*, VkCommandBuffer> m_copies; ///< by what is copied from
    std::vector<std::string> m_names;
    std::map<std::string, Entry> m_entries;
};

int64_t paddedBytes(int64_t count, const DeviceFacts&);

} // namespace core::vulkan
