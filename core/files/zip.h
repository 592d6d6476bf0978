// Inside of core/files: zip archives, as far as NPZ needs them.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace core::files
{

/// Name -> content, stored or deflated; sizes, offsets and checksums are verified, the sum of the sizes is
/// bounded.
std::map<std::string, std::string> unzip(std::string_view bytes, const std::string& source, size_t limit);

} // namespace core::files
