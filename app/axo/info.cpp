// axo info: version, machine, where data is looked for.
#include "app/axo/command.h"

#include "core/backend/backend.h"
#include "core/backend/vulkan/vulkan.h"

#include <iostream>
#include <thread>

namespace axo
{

namespace
{

std::string versionText(uint32_t version)
{
    return std::to_string(VK_API_VERSION_MAJOR(version)) + "." +
           std::to_string(VK_API_VERSION_MINOR(version)) + "." +
           std::to_string(VK_API_VERSION_PATCH(version));
}

Json deviceJson(const core::vulkan::DeviceFacts& facts)
{
    return {{"name", facts.name},
            {"kind", core::vulkan::text(facts.kind)},
            {"driver", facts.driver},
            {"api_version", versionText(facts.apiVersion)},
            {"memory_bytes", facts.memoryBytes},
            {"largest_array_bytes", facts.maxBufferRange},
            {"largest_allocation_bytes", facts.maxAllocation},
            {"shared_bytes", facts.sharedBytes},
            {"threads_per_workgroup", facts.maxInvocations},
            {"arrays_per_kernel", facts.maxBindings},
            {"subgroup_size", facts.subgroupSize},
            {"timeline_semaphores", facts.timeline},
            {"preserves_nan", facts.preservesNan},
            {"float16", facts.float16},
            {"storage16", facts.storage16},
            {"subgroup_shuffle", facts.subgroupShuffle},
            {"cooperative_matrix", facts.cooperative != core::vulkan::Matrices::None},
            {"portability_subset", facts.portabilitySubset}};
}

} // namespace

Json vulkanEntries()
{
    Json devices = Json::array();
    for (const core::vulkan::DeviceFacts& facts : core::vulkanDevices()) devices.push_back(deviceJson(facts));
    return devices;
}

void addInfo(CLI::App& app)
{
    const auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("info", "Version, backends, folders");
    command->add_flag("--json", *json, "one JSON object");
    command->callback([json] {
        Json backends = Json::array();
        for (const std::string& name : core::backendNames()) {
            backends.push_back({{"name", name}, {"device", core::makeBackend(name)->info().device}});
        }
        const Json devices = vulkanEntries();
        const Json info{{"version", AXO_VERSION},
                        {"backends", backends},
                        {"vulkan_devices", devices},
                        {"threads", std::thread::hardware_concurrency()},
                        {"data_folder", core::dataFolder()},
                        {"compiler", __VERSION__}};
        if (*json) return printJson(info);
        std::cout << "Axonometry " << AXO_VERSION << "\n\n";
        for (const Json& backend : backends) {
            std::cout << "backend      " << backend["name"].get<std::string>() << ": "
                      << backend["device"].get<std::string>() << '\n';
        }
        for (const Json& device : devices) {
            std::cout << "vulkan       " << device["name"].get<std::string>() << " ("
                      << device["kind"].get<std::string>() << ", Vulkan "
                      << device["api_version"].get<std::string>() << ", "
                      << device["driver"].get<std::string>() << ")\n";
            for (const auto& [key, value] : device.items())
                if (!value.is_string()) std::cout << "               " << key << ": " << value << '\n';
        }
        if (devices.empty()) std::cout << "vulkan       no device\n";
        const std::string folder = core::dataFolder();
        std::cout << "threads      " << info["threads"] << "\ndata folder  "
                  << (folder.empty() ? "none (set AXO_DATA)" : folder) << '\n';
    });
}

} // namespace axo
