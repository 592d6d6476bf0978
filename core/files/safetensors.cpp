// safetensors (github.com/huggingface/safetensors): 8 bytes of header length, a JSON header, the elements.
#include "core/files/elements.h"
#include "core/files/files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace core::files
{

namespace
{

using Json = nlohmann::json;

constexpr size_t headerLimit = 100'000'000; // of the format's own reader
/// Named axes travel in the metadata, so that reading gives back what was written.
constexpr std::string_view axesKey = "axes:";

std::optional<Stored> storedOf(const std::string& name)
{
    static const std::pair<const char*, Stored> names[] = {
        {"BOOL", Stored::Bool}, {"U8", Stored::U8},   {"I8", Stored::I8},     {"U16", Stored::U16},
        {"I16", Stored::I16},   {"U32", Stored::U32}, {"I32", Stored::I32},   {"U64", Stored::U64},
        {"I64", Stored::I64},   {"F16", Stored::F16}, {"BF16", Stored::BF16}, {"F32", Stored::F32},
        {"F64", Stored::F64}};
    for (const auto& [known, stored] : names)
        if (name == known) return stored;
    return std::nullopt;
}

struct Entry {
    std::string name;
    Stored stored;
    std::vector<int64_t> sizes;
    uint64_t begin, end;
};

Entry parseEntry(const std::string& name, const Json& row, size_t dataSize, const std::string& source)
{
    const std::string where = source + ", tensor " + name;
    const auto fail = [&](const std::string& what) {
        return Error{where, what, "the file is damaged or not safetensors"};
    };
    if (!row.is_object() || !row.contains("dtype") || !row["dtype"].is_string())
        throw fail("it has no dtype");
    const auto stored = storedOf(row["dtype"].get<std::string>());
    if (!stored)
        throw Error{where, "elements of type " + row["dtype"].get<std::string>() + " are not supported",
                    "convert the tensor to F32 or I32"};
    Entry entry{name, *stored, {}, 0, 0};
    if (!row.contains("shape") || !row["shape"].is_array() || row["shape"].size() > 64)
        throw fail("it has no shape");
    for (const Json& size : row["shape"]) {
        if (!size.is_number_unsigned() || size.get<uint64_t>() > uint64_t(INT64_MAX))
            throw fail("size " + size.dump() + " in its shape");
        entry.sizes.push_back(size.get<int64_t>());
    }
    const Json* offsets = row.contains("data_offsets") ? &row["data_offsets"] : nullptr;
    if (!offsets || !offsets->is_array() || offsets->size() != 2 || !(*offsets)[0].is_number_unsigned() ||
        !(*offsets)[1].is_number_unsigned())
        throw fail("it has no data_offsets");
    entry.begin = (*offsets)[0].get<uint64_t>();
    entry.end = (*offsets)[1].get<uint64_t>();
    if (entry.begin > entry.end || entry.end > dataSize)
        throw fail("its bytes " + std::to_string(entry.begin) + " to " + std::to_string(entry.end) +
                   " lie outside of the file's " + std::to_string(dataSize));
    const auto count = boundedCount(entry.sizes, int64_t(dataSize));
    if (!count || uint64_t(*count) * bytesOf(*stored) != entry.end - entry.begin)
        throw fail("its shape does not agree with its " + std::to_string(entry.end - entry.begin) + " bytes");
    return entry;
}

void requireCovered(std::vector<Entry>& entries, size_t dataSize, const std::string& source)
{
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    uint64_t reached = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != reached)
            throw Error{source + ", tensor " + entry.name,
                        entry.begin < reached ? "it overlaps another tensor" : "there is a gap before it",
                        "the file is damaged"};
        reached = entry.end;
    }
    if (reached != dataSize)
        throw Error{source, std::to_string(dataSize - reached) + " bytes belong to no tensor",
                    "the file is damaged"};
}

void nameAxes(Array& array, std::string_view names)
{
    std::vector<std::string> parts(1);
    for (const char c : names)
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    const bool unique = std::set(parts.begin(), parts.end()).size() == parts.size();
    if (!unique || parts.size() != array.type.axes.size())
        return; // foreign metadata that only looks like ours
    for (size_t i = 0; i < parts.size(); ++i) array.type.axes[i].name = parts[i];
}

std::string axisNames(const Type& type)
{
    std::string names;
    for (size_t i = 0; i < type.axes.size(); ++i) names += (i ? "," : "") + type.axes[i].name;
    return names;
}

} // namespace

Safetensors parseSafetensors(std::string_view bytes, const std::string& source)
{
    uint64_t headerSize = 0;
    if (bytes.size() < 8) throw Error{source, "too short for a safetensors file", "the file is truncated"};
    for (int i = 0; i < 8; ++i) headerSize |= uint64_t(uint8_t(bytes[size_t(i)])) << (8 * i);
    if (headerSize > headerLimit || headerSize > bytes.size() - 8)
        throw Error{source,
                    "a header of " + std::to_string(headerSize) + " bytes in a file of " +
                        std::to_string(bytes.size()),
                    "the file is truncated or not safetensors"};
    const std::string_view text = bytes.substr(8, headerSize), data = bytes.substr(8 + headerSize);
    const Json header = Json::parse(text, nullptr, false);
    if (header.is_discarded() || !header.is_object())
        throw Error{source, "the header is not a JSON object", "the file is damaged or not safetensors"};

    Safetensors result;
    std::vector<Entry> entries;
    for (const auto& [name, row] : header.items()) {
        if (name != "__metadata__") {
            entries.push_back(parseEntry(name, row, data.size(), source));
            continue;
        }
        if (!row.is_object()) throw Error{source, "__metadata__ is not an object", ""};
        for (const auto& [key, value] : row.items()) {
            if (!value.is_string()) throw Error{source, "metadata " + key + " is not text", ""};
            result.metadata[key] = value.get<std::string>();
        }
    }
    requireCovered(entries, data.size(), source);
    for (const Entry& entry : entries) {
        Array array =
            decodeElements(data.substr(entry.begin, entry.end - entry.begin), entry.stored,
                           std::endian::little, numberedAxes(entry.sizes), source + ", tensor " + entry.name);
        if (const auto names = result.metadata.extract(std::string(axesKey) + entry.name))
            nameAxes(array, names.mapped());
        result.tensors.emplace(entry.name, std::move(array));
    }
    return result;
}

std::string writeSafetensors(const Safetensors& file)
{
    Json header = Json::object(), metadata(file.metadata);
    uint64_t size = 0;
    for (const auto& [name, array] : file.tensors) {
        Json shape = Json::array();
        for (const Axis& axis : array.type.axes) shape.push_back(uint64_t(axis.size));
        const uint64_t end = size + uint64_t(array.count()) * 4;
        header[name] = {{"dtype", array.type.element == Element::Real ? "F32" : "I32"},
                        {"shape", std::move(shape)},
                        {"data_offsets", {size, end}}};
        size = end;
        std::vector<int64_t> sizes(array.type.axes.size());
        if (axisNames(array.type) != axisNames({Element::Real, numberedAxes(sizes)}))
            metadata[std::string(axesKey) + name] = axisNames(array.type);
    }
    if (!metadata.empty()) header["__metadata__"] = std::move(metadata);
    std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' '); // elements start on 8 bytes

    std::string bytes(8, '\0');
    for (int i = 0; i < 8; ++i) bytes[size_t(i)] = char(uint64_t(text.size()) >> (8 * i));
    bytes.reserve(8 + text.size() + size);
    bytes += text;
    for (const auto& [name, array] : file.tensors)
        std::visit(
            [&](const auto& values) {
                for (auto value : values) {
                    auto word = std::bit_cast<uint32_t>(value);
                    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
                    bytes.append(reinterpret_cast<const char*>(&word), 4);
                }
            },
            array.data);
    return bytes;
}

} // namespace core::files
