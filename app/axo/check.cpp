// axo check FILE...: all errors of a document at once.
#include "app/axo/command.h"

#include "core/files/files.h"

#include <filesystem>
#include <iostream>

namespace axo
{

namespace
{

core::Document read(const std::string& nameOrPath, core::Errors& problems)
{
    std::error_code ignored;
    if (!std::filesystem::exists(nameOrPath, ignored)) return openDocument(nameOrPath);
    return core::parseDocument(core::files::readFile(nameOrPath), nameOrPath, problems);
}

/// What could be found out; every mistake goes into `problems`.
Json checkDocument(const std::string& nameOrPath, core::Errors& problems)
{
    Json result{{"file", nameOrPath}, {"errors", 0}};
    const core::Document document = read(nameOrPath, problems);
    const core::Dataset data = core::loadDataset(document.data);
    const int64_t batch = document.train.batch > 0 ? document.train.batch : int64_t(data.train.size());
    const auto elaboration = core::elaborate(document.diagram, core::BlockLibrary::builtIn(),
                                             data.signature(batch), core::Phase::Training);
    problems.insert(problems.end(), elaboration.errors.begin(), elaboration.errors.end());
    if (elaboration.errors.empty() && !elaboration.trainable()) {
        problems.push_back({nameOrPath, "has no loss, so it cannot be trained", "add a loss block"});
    }
    double parameters = 0, flops = 0;
    for (const auto& [block, cost] : elaboration.costs) {
        parameters += cost.parameters;
        flops += cost.flops;
    }
    result["parameters"] = parameters;
    result["flops"] = flops;
    Json wires = Json::object();
    for (const auto& [wire, type] : elaboration.types) wires[wire] = type.type.text();
    result["wires"] = wires;
    core::findOptimiser(document.train.optimiser);
    core::optimiserSettings(core::findOptimiser(document.train.optimiser), document.train.settings);
    return result;
}

void check(const std::vector<std::string>& files, bool json)
{
    core::Errors all;
    for (const std::string& file : files) {
        core::Errors problems;
        Json result{{"file", file}};
        try {
            result = checkDocument(file, problems);
        } catch (const core::Error& error) {
            problems.push_back(error);
        }
        result["errors"] = problems.size();
        if (json) {
            for (const core::Error& error : problems) {
                printJson(
                    {{"file", file}, {"where", error.where}, {"what", error.what}, {"hint", error.hint}});
            }
            printJson({{"result", result}});
        } else if (problems.empty()) {
            std::cout << file << ": good, " << int64_t(result["parameters"].get<double>()) << " parameters, "
                      << int64_t(result["flops"].get<double>()) << " operations a batch\n";
        }
        all.insert(all.end(), problems.begin(), problems.end());
    }
    if (!all.empty()) throw all;
}

} // namespace

void addCheck(CLI::App& app)
{
    struct Options {
        std::vector<std::string> files;
        bool json = false;
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("check", "All errors of documents at once");
    command->add_option("file", options->files, "documents or presets")->required();
    command->add_flag("--json", options->json, "one JSON object an error, the result last");
    command->callback([options] { check(options->files, options->json); });
}

} // namespace axo
