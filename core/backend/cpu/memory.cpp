#include "core/backend/cpu/memory.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace core::cpu
{

namespace
{

int64_t paddedBytes(const Type& type) { return (type.count() * 4 + 63) / 64 * 64; }

} // namespace

void FreeAligned::operator()(void* p) const { std::free(p); }

Block makeBlock(int64_t bytes)
{
    const size_t size = size_t(bytes + 127) / 64 * 64;
    auto* p = static_cast<std::byte*>(std::aligned_alloc(64, size));
    if (!p) throw std::bad_alloc();
    std::memset(p, 0, size);
    return Block(p);
}

bool CpuMemory::has(const std::string& name) const { return m_entries.count(name) != 0; }

std::vector<std::string> CpuMemory::names() const { return m_names; }

const CpuMemory::Entry& CpuMemory::entry(const std::string& name) const
{
    const auto found = m_entries.find(name);
    if (found == m_entries.end()) throw Error{"memory", "there is no parameter or state '" + name + "'", ""};
    return found->second;
}

Type CpuMemory::type(const std::string& name) const { return entry(name).type; }

Array CpuMemory::read(const std::string& name) const
{
    Array array;
    read(name, array);
    return array;
}

void CpuMemory::read(const std::string& name, Array& into) const
{
    const Entry& from = entry(name);
    into = arrayFor(from.type, std::move(into));
    std::visit([&](auto& data) { std::memcpy(data.data(), from.at, data.size() * 4); }, into.data);
}

void CpuMemory::write(const std::string& name, const Array& array)
{
    const Entry& to = entry(name);
    if (array.type != to.type)
        throw Error{name, "is " + to.type.text() + ", not " + array.type.text(),
                    "give an array of the same type"};
    std::visit([&](const auto& data) { std::memcpy(to.at, data.data(), data.size() * 4); }, array.data);
}

void CpuMemory::add(const std::vector<std::pair<std::string, Type>>& wanted,
                    const std::vector<std::string>& together)
{
    int64_t bytes = 0;
    for (const auto& [name, type] : wanted) {
        const auto found = m_entries.find(name);
        if (found == m_entries.end())
            bytes += paddedBytes(type);
        else if (found->second.type != type)
            throw Error{name, "is " + found->second.type.text() + " in memory, not " + type.text(), ""};
    }
    if (bytes == 0) return;
    m_blocks.push_back(makeBlock(bytes));
    m_bytes.push_back(bytes);
    std::byte* at = m_blocks.back().get();
    for (const auto& [name, type] : wanted)
        if (m_entries.insert({name, {type, nullptr}}).second) m_names.push_back(name);
    const auto place = [&](const std::string& name) {
        const auto found = m_entries.find(name);
        if (found == m_entries.end() || found->second.at) return;
        found->second.at = at;
        at += paddedBytes(found->second.type);
    };
    for (const std::string& name : together) place(name);
    for (const auto& [name, type] : wanted) place(name);
}

void CpuMemory::mark()
{
    while (m_marked.size() < m_blocks.size()) m_marked.push_back(makeBlock(m_bytes[m_marked.size()]));
    for (size_t i = 0; i < m_blocks.size(); ++i)
        std::memcpy(m_marked[i].get(), m_blocks[i].get(), size_t(m_bytes[i]));
}

void CpuMemory::rewind()
{
    for (size_t i = 0; i < m_marked.size(); ++i)
        std::memcpy(m_blocks[i].get(), m_marked[i].get(), size_t(m_bytes[i]));
}

void* CpuMemory::address(const std::string& name) const { return entry(name).at; }

} // namespace core::cpu
