// GLSL to SPIR-V, in process; results are kept on disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core::vulkan
{

using Spirv = std::vector<uint32_t>;

/// Not for several threads at a time; different compilers are independent.
class Compiler
{
public:
    /// `folder`: where results are kept, empty for nowhere. `preservesNan`: the device lets shaders ask for
    /// NaN, infinity and signed zero as IEEE 754 has them.
    Compiler(std::string folder, bool preservesNan);
    ~Compiler();
    Compiler(const Compiler&) = delete;

    /// A compute shader for Vulkan 1.2. Every operation rounds as written: nothing is contracted or
    /// reassociated. What is wrong with the text is our mistake: an Error that quotes compiler and line.
    Spirv compile(const std::string& glsl);

    int compiled() const { return m_compiled; } ///< texts that were not on disk

private:
    std::string m_folder;
    bool m_preservesNan;
    int m_compiled = 0;
};

/// 128 bits as 32 letters; for names of cache files.
std::string contentHash(std::string_view bytes);

/// Bytes behind a checksum, written beside the old file and renamed. Failures are silent: it is a cache.
void writeCache(const std::string& folder, const std::string& name, std::string_view bytes);
/// Empty if it is missing or damaged.
std::string readCache(const std::string& folder, const std::string& name);

/// Where caches of this user go; empty if there is no home.
std::string userCacheFolder();

} // namespace core::vulkan
