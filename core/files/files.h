// Files: read whole with a bound, written atomically, resources that are built into the program.
#pragma once

#include "core/array.h"
#include "core/error.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace core::files
{

/// Error says path and reason (missing, unreadable, larger than `limit`).
std::string readFile(const std::string& path, size_t limit = size_t(1) << 31);
/// Temporary file beside it, write, fsync, rename, fsync of the folder. On any failure (full disk too) the
/// old file is untouched, the temporary one is removed, and an Error says why.
void writeFile(const std::string& path, std::string_view bytes);
/// gzip or zlib; Error when truncated, corrupt or larger than `limit` when unpacked.
std::string gunzip(std::string_view bytes, const std::string& source, size_t limit = size_t(1) << 31);

/// Everything under resources/ is built in: resource("blocks/linear.json"). Error if there is none of that
/// name.
std::string_view resource(std::string_view path);
std::vector<std::string> resourceNames(std::string_view folder); ///< full names, sorted

/// safetensors: written as F32 and I32, names of axes and metadata kept. Read from any of its types (floats
/// become Real, the others Integer). Hostile headers (sizes, overlaps, gaps, overflow) are Errors.
struct Safetensors {
    std::map<std::string, Array> tensors;
    std::map<std::string, std::string> metadata;
};
Safetensors parseSafetensors(std::string_view bytes, const std::string& source);
std::string writeSafetensors(const Safetensors&);

/// NPY 1-3, both orders and endians; NPZ stored or deflated. Floats become Real, the others Integer; axes are
/// named axis0, axis1, ...
Array parseNpy(std::string_view bytes, const std::string& source);
std::map<std::string, Array> parseNpz(std::string_view bytes, const std::string& source);

} // namespace core::files
