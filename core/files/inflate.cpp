#include "core/files/inflate.h"

#include "core/files/files.h"

#include <algorithm>
#include <zlib.h>

namespace core::files
{

std::string gunzip(std::string_view bytes, const std::string& source, size_t limit)
{
    return inflate(bytes, Packing::GzipOrZlib, source, limit);
}

namespace
{

/// What the bytes probably unpack to: gzip's last four bytes say it (modulo 2^32), if they can be true. A
/// little more, so that the end is seen without growing.
size_t expectedSize(std::string_view bytes)
{
    size_t size = bytes.size() * 4;
    if (bytes.size() >= 18 && bytes.starts_with("\x1f\x8b")) {
        size = 0;
        for (size_t i = 1; i <= 4; ++i) size = size << 8 | uint8_t(bytes[bytes.size() - i]);
        size = std::min(size, bytes.size() * 1032); // deflate packs no better
    }
    return std::max<size_t>(size + 64, 4096);
}

} // namespace

std::string inflate(std::string_view bytes, Packing packing, const std::string& source, size_t limit)
{
    z_stream stream{};
    if (inflateInit2(&stream, packing == Packing::Raw ? -15 : 15 + 32) !=
        Z_OK) // 32: gzip or zlib, by the header
        throw Error{source, "cannot start unpacking", ""};
    struct End {
        z_stream& stream;
        ~End() { inflateEnd(&stream); }
    } end{stream};

    std::string result(std::min(limit, expectedSize(bytes)), '\0');
    size_t size = 0;
    char spare = 0; // where a byte beyond the limit would go
    const auto fail = [&](const std::string& what) {
        return Error{source, "packed data: " + what, "get the file again"};
    };
    std::string_view rest = bytes;
    for (bool first = true; first || (packing != Packing::Raw && !rest.empty() && rest.front() == '\x1f');
         first = false) {
        if (!first && inflateReset(&stream) != Z_OK)
            throw fail("cannot go on"); // gzip members may be concatenated
        for (int status = Z_OK; status != Z_STREAM_END;) {
            if (size == result.size()) {
                if (size >= limit) {
                    // Full exactly at the limit is fine if the stream also ends here.
                    stream.next_out = reinterpret_cast<Bytef*>(&spare);
                    stream.avail_out = 1;
                } else {
                    result.resize(std::min(limit, result.size() * 2));
                }
            }
            const bool probing = size >= limit;
            const size_t take = std::min<size_t>(rest.size(), size_t(1) << 30);
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
            stream.avail_in = uInt(take);
            if (!probing) {
                stream.next_out = reinterpret_cast<Bytef*>(result.data() + size);
                stream.avail_out = uInt(std::min<size_t>(result.size() - size, size_t(1) << 30));
            }
            const uInt room = stream.avail_out;
            status = ::inflate(&stream, Z_NO_FLUSH);
            const size_t made = room - stream.avail_out;
            const size_t used = take - stream.avail_in;
            rest.remove_prefix(used);
            if (probing && made) throw fail("unpacks to more than " + std::to_string(limit) + " bytes");
            size += made;
            if (status == Z_STREAM_END) break;
            if (status != Z_OK && status != Z_BUF_ERROR) throw fail(stream.msg ? stream.msg : "corrupt");
            if (made == 0 && used == 0) throw fail("truncated");
        }
    }
    result.resize(size);
    return result;
}

} // namespace core::files
