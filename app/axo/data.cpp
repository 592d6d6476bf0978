// axo data list | get NAME: the data sets there are, and what one of them holds, downloaded if it is not
// here.
#include "app/axo/command.h"

#include "core/data/fetch.h"
#include "core/files/files.h"

#include <iomanip>
#include <iostream>

namespace axo
{

namespace
{

core::Array indices(const std::vector<int64_t>& part)
{
    return core::Array::integer({{"index", int64_t(part.size())}}, {part.begin(), part.end()});
}

/// x, y as trained on (normalised) and the three parts, for other programs.
void exportSet(const core::Dataset& set, const std::string& path)
{
    core::files::Safetensors file;
    file.tensors = {{"x", set.x},
                    {"y", set.y},
                    {"train", indices(set.train)},
                    {"validation", indices(set.validation)},
                    {"test", indices(set.test)}};
    file.metadata = {{"name", set.name}, {"source", set.source}};
    core::files::writeFile(path, core::files::writeSafetensors(file));
}

Json summaryOf(const core::Dataset& set)
{
    const char* task = set.task == core::Task::Classification ? "classification"
                       : set.task == core::Task::Regression   ? "regression"
                                                              : "next token";
    return {{"name", set.name},
            {"source", set.source},
            {"task", task},
            {"x", set.x.type.text()},
            {"y", set.y.type.text()},
            {"classes", set.classes()},
            {"train", set.train.size()},
            {"validation", set.validation.size()},
            {"test", set.test.size()}};
}

void list(bool json)
{
    for (const Json& entry : dataEntries()) {
        if (json) {
            printJson(entry);
        } else {
            std::cout << std::left << std::setw(18) << entry.at("name").get<std::string>() << ' '
                      << std::setw(12)
                      << (entry.at("available").get<bool>() ? entry.at("kind").get<std::string>()
                                                            : "not here")
                      << ' ' << entry.at("help").get<std::string>() << '\n';
        }
    }
}

void get(const std::string& name, const std::string& output, bool json)
{
    for (const auto& declaration : core::dataDeclarations())
        if (declaration.name == name && !declaration.available)
            core::fetchData(name, [](const std::string& line) { std::cerr << line << '\n'; });
    core::DataChoice choice;
    choice.name = name;
    const core::Dataset set = core::loadDataset(choice);
    if (!output.empty()) exportSet(set, output);
    const Json summary = summaryOf(set);
    if (json) return printJson(summary);
    for (const auto& [key, value] : summary.items()) {
        std::cout << std::left << std::setw(12) << key
                  << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
    }
}

} // namespace

Json dataEntries()
{
    Json list = Json::array();
    for (const auto& set : core::dataDeclarations()) {
        using Kind = core::DataDeclaration::Kind;
        list.push_back({{"name", set.name},
                        {"title", set.title},
                        {"help", set.help},
                        {"source", set.source},
                        {"kind", set.kind == Kind::Embedded    ? "embedded"
                                 : set.kind == Kind::Generator ? "generator"
                                                               : "external"},
                        {"available", set.available}});
    }
    return list;
}

void addData(CLI::App& app)
{
    struct Options {
        std::string name, output;
        bool json = false;
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("data", "Data sets");
    command->require_subcommand(1);
    auto* listing = command->add_subcommand("list", "The sets that have a name");
    listing->add_flag("--json", options->json, "one JSON object a line");
    listing->callback([options] { list(options->json); });
    auto* getting = command->add_subcommand(
        "get", "Downloads a set that is not here, loads it or a file and says what it holds");
    getting->add_option("name", options->name, "a named set or a path")->required();
    getting->add_option("-o,--output", options->output, "writes it as safetensors: x, y and the three parts");
    getting->add_flag("--json", options->json, "one JSON object");
    getting->callback([options] { get(options->name, options->output, options->json); });
}

} // namespace axo
