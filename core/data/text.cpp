#include "core/data/readers.h"

#include <algorithm>

namespace core::data
{

namespace
{

/// Code points by RFC 3629 (no surrogates, no overlong forms); nothing if the bytes are not UTF-8.
std::optional<std::vector<uint32_t>> decodeUtf8(std::string_view bytes)
{
    std::vector<uint32_t> points;
    points.reserve(bytes.size());
    for (size_t i = 0; i < bytes.size();) {
        const uint8_t lead = uint8_t(bytes[i]);
        const size_t length = lead < 0x80       ? 1
                              : lead >> 5 == 6  ? 2
                              : lead >> 4 == 14 ? 3
                              : lead >> 3 == 30 ? 4
                                                : 0;
        if (length == 0 || i + length > bytes.size()) return std::nullopt;
        uint32_t point = length == 1 ? lead : lead & (0x7f >> length);
        for (size_t k = 1; k < length; ++k) {
            const uint8_t next = uint8_t(bytes[i + k]);
            if (next >> 6 != 2) return std::nullopt;
            point = point << 6 | (next & 0x3f);
        }
        static constexpr uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return std::nullopt;
        points.push_back(point);
        i += length;
    }
    return points;
}

std::string encodeUtf8(uint32_t point)
{
    if (point < 0x80) return {char(point)};
    if (point < 0x800) return {char(0xc0 | point >> 6), char(0x80 | (point & 0x3f))};
    if (point < 0x10000)
        return {char(0xe0 | point >> 12), char(0x80 | (point >> 6 & 0x3f)), char(0x80 | (point & 0x3f))};
    return {char(0xf0 | point >> 18), char(0x80 | (point >> 12 & 0x3f)), char(0x80 | (point >> 6 & 0x3f)),
            char(0x80 | (point & 0x3f))};
}

std::string printed(uint32_t point, bool utf8)
{
    if (utf8 || point < 0x80) return encodeUtf8(point);
    static constexpr char digits[] = "0123456789abcdef";
    return {'\\', 'x', digits[point >> 4], digits[point & 15]};
}

} // namespace

Examples readText(std::string_view bytes, const std::string& source, int64_t blockLength, int64_t stride)
{
    if (const size_t zero = bytes.find('\0'); zero != bytes.npos)
        throw Error{source + ", byte " + std::to_string(zero), "a zero byte: this is not text",
                    "choose a text file"};
    if (int64_t(bytes.size()) > elementLimit)
        throw Error{source, "the text is too long", "at most 2^30 bytes"};
    auto points = decodeUtf8(bytes);
    const bool utf8 = points.has_value();
    if (!utf8)
        points.emplace(reinterpret_cast<const uint8_t*>(bytes.data()),
                       reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size());
    const uint32_t largest = points->empty() ? 0 : *std::max_element(points->begin(), points->end());
    std::vector<int32_t> token(size_t(largest) + 1, 0);
    for (const uint32_t point : *points) token[point] = 1;
    Examples result;
    Dataset& set = result.set;
    for (uint32_t point = 0; point < token.size(); ++point)
        if (token[point]) {
            token[point] = int32_t(set.vocabulary.size());
            set.vocabulary.push_back(printed(point, utf8));
        }
    std::vector<int32_t> tokens(points->size());
    std::transform(points->begin(), points->end(), tokens.begin(),
                   [&](uint32_t point) { return token[point]; });
    set.task = Task::NextToken;
    set.blockLength = blockLength;
    const int64_t count = int64_t(tokens.size());
    set.x = Array::integer({{"token", count}}, std::move(tokens));
    set.y = Array::integer({{"token", 0}}, {});
    result.stride = stride ? stride : std::max<int64_t>(1, blockLength / 8);
    return result;
}

} // namespace core::data
