#include "core/files/zip.h"

#include "core/files/inflate.h"

#include <algorithm>
#include <zlib.h>

namespace core::files
{

namespace
{

constexpr size_t endSize = 22, centralSize = 46, localSize = 30;

/// Reads little-endian numbers, never beyond the end.
class Cursor
{
public:
    Cursor(std::string_view bytes, const std::string& source)
        : m_bytes(bytes)
        , m_source(source)
    {
    }
    std::string_view part(uint64_t offset, uint64_t size) const
    {
        if (offset > m_bytes.size() || size > m_bytes.size() - offset)
            throw Error{m_source,
                        "truncated: " + std::to_string(size) + " bytes are missing at " +
                            std::to_string(offset),
                        "get the file again"};
        return m_bytes.substr(offset, size);
    }
    uint32_t number(uint64_t offset, size_t size) const
    {
        uint32_t value = 0;
        const std::string_view bytes = part(offset, size);
        for (size_t i = 0; i < size; ++i) value |= uint32_t(uint8_t(bytes[i])) << (8 * i);
        return value;
    }

private:
    std::string_view m_bytes;
    const std::string& m_source;
};

} // namespace

std::map<std::string, std::string> unzip(std::string_view bytes, const std::string& source, size_t limit)
{
    const Cursor cursor(bytes, source);
    if (bytes.size() < endSize) throw Error{source, "too short for a zip file", "get the file again"};
    // The end record is last, but for a comment of at most 65535 bytes.
    const size_t lowest = bytes.size() - std::min(bytes.size(), endSize + 65535);
    const size_t end = bytes.rfind("PK\5\6", bytes.size() - endSize);
    if (end == bytes.npos || end < lowest)
        throw Error{source, "no central directory: truncated, or not a zip file", "get the file again"};
    const uint32_t entries = cursor.number(end + 10, 2);
    uint64_t at = cursor.number(end + 16, 4);

    std::map<std::string, std::string> files;
    size_t total = 0;
    for (uint32_t entry = 0; entry < entries; ++entry) {
        if (cursor.part(at, centralSize).substr(0, 4) != "PK\1\2")
            throw Error{source, "the central directory is damaged", ""};
        const uint32_t flags = cursor.number(at + 8, 2), method = cursor.number(at + 10, 2),
                       sum = cursor.number(at + 16, 4);
        const uint32_t packed = cursor.number(at + 20, 4), size = cursor.number(at + 24, 4),
                       local = cursor.number(at + 42, 4);
        const uint32_t nameSize = cursor.number(at + 28, 2);
        const std::string name(cursor.part(at + centralSize, nameSize));
        at += centralSize + nameSize + cursor.number(at + 30, 2) + cursor.number(at + 32, 2);
        const std::string where = source + ", entry " + name;
        if (packed == UINT32_MAX || size == UINT32_MAX || local == UINT32_MAX)
            throw Error{where, "larger than 4 GiB", "store the arrays in files of their own"};
        if (flags & 1) throw Error{where, "it is encrypted", "store it without a password"};
        if (size > limit - total)
            throw Error{where, "it unpacks to more than " + std::to_string(limit) + " bytes",
                        "is it the right file?"};
        total += size;
        if (cursor.part(local, localSize).substr(0, 4) != "PK\3\4")
            throw Error{where, "its header is damaged", ""};
        const uint64_t data = uint64_t(local) + localSize + cursor.number(uint64_t(local) + 26, 2) +
                              cursor.number(uint64_t(local) + 28, 2);
        const std::string_view content = cursor.part(data, packed);
        if (method != 0 && method != 8)
            throw Error{where, "packing method " + std::to_string(method) + " is not supported",
                        "use stored or deflate"};
        std::string unpacked =
            method == 0 ? std::string(content) : inflate(content, Packing::Raw, where, size);
        if (unpacked.size() != size ||
            crc32(0, reinterpret_cast<const Bytef*>(unpacked.data()), uInt(size)) != sum)
            throw Error{where, "its size or checksum is wrong", "the file is damaged; get it again"};
        files[name] = std::move(unpacked);
    }
    return files;
}

} // namespace core::files
