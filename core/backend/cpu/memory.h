// Parameters and states of the cpu backend.
#pragma once

#include "core/backend/backend.h"

#include <memory>
#include <vector>

namespace core::cpu
{

/// 64-byte aligned, zeroed, a multiple of 64 bytes.
struct FreeAligned {
    void operator()(void* p) const;
};
using Block = std::unique_ptr<std::byte[], FreeAligned>;
Block makeBlock(int64_t bytes);

/// What one compilation adds lies together, in order of first mention; addresses never change.
class CpuMemory : public Memory
{
public:
    bool has(const std::string& name) const override;
    std::vector<std::string> names() const override;
    Type type(const std::string& name) const override;
    Array read(const std::string& name) const override;
    void read(const std::string& name, Array& into) const override;
    void write(const std::string& name, const Array&) override;
    void mark() override;
    void rewind() override;

    /// Errors if one of them is there with another type; adds the missing ones. Those named in `together` lie
    /// one behind the other in that order, each padded to 64 bytes.
    void add(const std::vector<std::pair<std::string, Type>>& wanted,
             const std::vector<std::string>& together = {});
    void* address(const std::string& name) const;

private:
    struct Entry {
        Type type;
        std::byte* at;
    };
    const Entry& entry(const std::string& name) const;

    std::vector<Block> m_blocks, m_marked;
    std::vector<int64_t> m_bytes; ///< of the blocks
    std::vector<std::string> m_names;
    std::map<std::string, Entry> m_entries;
};

} // namespace core::cpu
