// Inside of core/files: zlib's inflate with a bound on what comes out.
#pragma once

#include "core/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace core::files
{

enum class Packing : uint8_t { GzipOrZlib, Raw };

/// Error when truncated, corrupt or larger than `limit` when unpacked. Gzip members may be concatenated.
std::string inflate(std::string_view bytes, Packing, const std::string& source, size_t limit);

} // namespace core::files
