// Event files as TensorBoard reads them: TFRecord frames (length, its CRC, bytes, their CRC) around protocol
// buffers `Event` of tensorboard/compat/proto/event.proto and summary.proto.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace core::files
{

/// CRC-32C (Castagnoli), RFC 3720 section B.4.
uint32_t crc32c(std::string_view bytes);

/// Collects the bytes of one event file; the first record says the version.
class Events
{
public:
    explicit Events(double wallTime); ///< seconds since 1970
    void addScalar(std::string_view tag, int64_t step, double wallTime, double value);
    /// `edges` has one more than `counts`.
    void addHistogram(std::string_view tag, int64_t step, double wallTime, std::span<const double> edges,
                      std::span<const double> counts);
    const std::string& bytes() const { return m_bytes; }
    std::string take(); ///< what came since the last take(), to be appended to a file

private:
    void addRecord(std::string_view record);
    std::string m_bytes;
};

/// A name that TensorBoard recognises: "events.out.tfevents.1700000000.axonometry".
std::string eventFileName(double wallTime);

} // namespace core::files
