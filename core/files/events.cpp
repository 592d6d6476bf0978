#include "core/files/events.h"

#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace core::files
{

namespace
{

static_assert(std::endian::native == std::endian::little);

template<typename T> void append(std::string& bytes, T value)
{
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes.append(raw, sizeof value);
}

uint32_t masked(std::string_view bytes)
{
    const uint32_t crc = crc32c(bytes);
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

/// The wire format of protocol buffers.
struct Message {
    std::string bytes;

    void varint(uint64_t value)
    {
        for (; value >= 0x80; value >>= 7) bytes += char(value | 0x80);
        bytes += char(value);
    }
    void key(int field, int wireType) { varint(uint64_t(field) << 3 | uint64_t(wireType)); }
    void number(int field, uint64_t value) { key(field, 0), varint(value); }
    void real(int field, double value) { key(field, 1), append(bytes, value); }
    void single(int field, float value) { key(field, 5), append(bytes, value); }
    void text(int field, std::string_view value)
    {
        key(field, 2);
        varint(value.size());
        bytes += value;
    }
    void reals(int field, std::span<const double> values)
    {
        text(field, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
};

Message event(double wallTime, int64_t step)
{
    Message message;
    message.real(1, wallTime);
    message.number(2, uint64_t(step));
    return message;
}

std::string summaryEvent(double wallTime, int64_t step, const Message& value)
{
    Message summary, message = event(wallTime, step);
    summary.text(1, value.bytes);
    message.text(5, summary.bytes);
    return std::move(message.bytes);
}

} // namespace

uint32_t crc32c(std::string_view bytes)
{
    static constexpr auto table = [] {
        std::array<uint32_t, 256> made{};
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
            made[i] = value;
        }
        return made;
    }();
    uint32_t crc = ~0u;
    for (const char byte : bytes) crc = crc >> 8 ^ table[(crc ^ uint8_t(byte)) & 0xff];
    return ~crc;
}

Events::Events(double wallTime)
{
    Message message;
    message.real(1, wallTime);
    message.text(3, "brain.Event:2");
    addRecord(message.bytes);
}

void Events::addRecord(std::string_view record)
{
    std::string length;
    append(length, uint64_t(record.size()));
    m_bytes += length;
    append(m_bytes, masked(length));
    m_bytes += record;
    append(m_bytes, masked(record));
}

void Events::addScalar(std::string_view tag, int64_t step, double wallTime, double value)
{
    Message scalar;
    scalar.text(1, tag);
    scalar.single(2, float(value));
    addRecord(summaryEvent(wallTime, step, scalar));
}

void Events::addHistogram(std::string_view tag, int64_t step, double wallTime, std::span<const double> edges,
                          std::span<const double> counts)
{
    if (counts.empty() || edges.size() != counts.size() + 1) return;
    double count = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        const double middle = (edges[i] + edges[i + 1]) / 2;
        count += counts[i];
        sum += counts[i] * middle;
        squares += counts[i] * middle * middle;
    }
    Message histogram, value;
    histogram.real(1, edges.front());
    histogram.real(2, edges.back());
    histogram.real(3, count);
    histogram.real(4, sum);
    histogram.real(5, squares);
    histogram.reals(6, edges.subspan(1));
    histogram.reals(7, counts);
    value.text(1, tag);
    value.text(5, histogram.bytes);
    addRecord(summaryEvent(wallTime, step, value));
}

std::string Events::take() { return std::exchange(m_bytes, {}); }

std::string eventFileName(double wallTime)
{
    return "events.out.tfevents." + std::to_string(int64_t(wallTime)) + ".axonometry";
}

} // namespace core::files
