#include "core/backend/vulkan/compiler.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace core::vulkan
{

namespace
{

uint64_t fnv(std::string_view bytes, uint64_t hash)
{
    for (char byte : bytes) hash = (hash ^ uint8_t(byte)) * 0x100000001b3ull;
    return hash ^ hash >> 29;
}

} // namespace

std::string contentHash(std::string_view bytes)
{
    std::string text;
    for (uint64_t start : {0xcbf29ce484222325ull, 0x9E3779B97F4A7C15ull}) {
        const uint64_t hash = fnv(bytes, start);
        for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[hash >> shift & 15];
    }
    return text;
}

void writeCache(const std::string& folder, const std::string& name, std::string_view bytes)
{
    if (folder.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    const std::string path = folder + "/" + name, fresh = path + "." + std::to_string(getpid());
    {
        std::ofstream file(fresh, std::ios::binary);
        file << contentHash(bytes);
        file.write(bytes.data(), std::streamsize(bytes.size()));
        if (!file.flush()) {
            std::filesystem::remove(fresh, ignored);
            return;
        }
    }
    std::filesystem::rename(fresh, path, ignored);
}

std::string readCache(const std::string& folder, const std::string& name)
{
    if (folder.empty()) return {};
    std::ifstream file(folder + "/" + name, std::ios::binary);
    if (!file) return {};
    const std::string all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (all.size() < 32) return {};
    const std::string bytes = all.substr(32);
    return contentHash(bytes) == std::string_view(all).substr(0, 32) ? bytes : std::string();
}

std::string userCacheFolder()
{
    if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder && *folder)
        return std::string(folder) + "/axonometry";
    if (const char* home = std::getenv("HOME"); home && *home)
        return std::string(home) + "/.cache/axonometry";
    return {};
}

} // namespace core::vulkan
