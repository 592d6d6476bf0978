// axo info: version, machine, where data is looked for.
#include "app/axo/command.h"

#include "core/backend/backend.h"

#include <iostream>
#include <thread>

namespace axo
{

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
        const Json info{{"version", AXO_VERSION},
                        {"backends", backends},
                        {"threads", std::thread::hardware_concurrency()},
                        {"data_folder", core::dataFolder()},
                        {"compiler", __VERSION__}};
        if (*json) return printJson(info);
        std::cout << "Axonometry " << AXO_VERSION << "\n\n";
        for (const Json& backend : backends) {
            std::cout << "backend      " << backend["name"].get<std::string>() << ": "
                      << backend["device"].get<std::string>() << '\n';
        }
        const std::string folder = core::dataFolder();
        std::cout << "threads      " << info["threads"] << "\ndata folder  "
                  << (folder.empty() ? "none (set AXO_DATA)" : folder) << '\n';
    });
}

} // namespace axo
