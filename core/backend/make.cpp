#include "core/backend/backend.h"
#include "core/backend/cpu/cpu.h"
#include "core/backend/reference/reference.h"
#include "core/backend/vulkan/vulkan.h"
#include "core/error.h"

namespace core
{
namespace
{

struct Row {
    const char* name;
    std::unique_ptr<Backend> (*make)(const std::string& option); ///< what follows the colon
    std::vector<std::string> (*options)();                       ///< those that this machine has
};

std::vector<std::string> always() { return {""}; }

const Row rows[] = {
    {"cpu", makeCpu, always},
    {"reference", makeReference, always},
    {"vulkan", makeVulkan, vulkanOptions},
};

} // namespace

std::vector<std::string> backendNames()
{
    std::vector<std::string> names;
    for (const Row& row : rows)
        for (const std::string& option : row.options())
            names.push_back(row.name + (option.empty() ? "" : ":" + option));
    return names;
}

std::unique_ptr<Backend> makeBackend(const std::string& name)
{
    const size_t colon = name.find(':');
    std::string known;
    for (const Row& row : rows) {
        if (name.substr(0, colon) == row.name)
            return row.make(colon == std::string::npos ? "" : name.substr(colon + 1));
        known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw Error{"backend", "there is no backend '" + name + "'", "one of: " + known};
}

} // namespace core
