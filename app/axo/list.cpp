// axo list KIND: one line or one JSON object an entry.
#include "app/axo/command.h"

#include "core/backend/backend.h"
#include "core/instruments/instrument.h"
#include "core/ops/op.h"

#include <cstdio>
#include <iomanip>
#include <iostream>

namespace axo
{

namespace
{

using core::Setting;

Json valueOf(const Setting& setting)
{
    switch (setting.kind) {
    case Setting::Kind::Number:
        return setting.number;
    case Setting::Kind::Switch:
        return setting.on;
    case Setting::Kind::Text:
        return setting.text;
    }
    return nullptr;
}

Json parametersOf(const std::vector<core::ParameterDeclaration>& parameters)
{
    Json list = Json::array();
    for (const auto& parameter : parameters) {
        Json entry{{"name", parameter.name}, {"default", valueOf(parameter.initial)}};
        if (parameter.low) entry["low"] = *parameter.low;
        if (parameter.high) entry["high"] = *parameter.high;
        if (!parameter.choices.empty()) entry["choices"] = parameter.choices;
        entry["help"] = parameter.help;
        list.push_back(std::move(entry));
    }
    return list;
}

Json portsOf(const std::vector<core::PortDeclaration>& ports)
{
    Json list = Json::array();
    for (const auto& port : ports)
        list.push_back({{"name", port.name}, {"type", port.type}, {"help", port.help}});
    return list;
}

Json ops()
{
    Json list = Json::array();
    for (const core::Op* op : core::allOps()) {
        list.push_back({{"name", op->name}, {"help", op->help}, {"differentiable", op->gradient != nullptr}});
    }
    return list;
}

Json functions()
{
    Json list = Json::array();
    for (const auto& function : core::language::functions()) {
        list.push_back({{"name", function.name},
                        {"help", function.help},
                        {"arity", function.arity},
                        {"definition", function.definition}});
    }
    return list;
}

Json blocks()
{
    Json list = Json::array();
    const core::BlockLibrary library = core::BlockLibrary::builtIn();
    for (const auto& block : library.all()) {
        list.push_back({{"name", block.name},
                        {"title", block.title},
                        {"help", block.help},
                        {"category", block.category},
                        {"parameters", parametersOf(block.parameters)},
                        {"inputs", portsOf(block.inputs)},
                        {"outputs", portsOf(block.outputs)}});
    }
    return list;
}

Json optimisers()
{
    Json list = Json::array();
    for (const auto& optimiser : core::optimisers()) {
        list.push_back({{"name", optimiser.name},
                        {"title", optimiser.title},
                        {"help", optimiser.help},
                        {"source", optimiser.source},
                        {"rate", optimiser.rate},
                        {"parameters", parametersOf(optimiser.parameters)}});
    }
    return list;
}

Json instruments()
{
    Json list = Json::array();
    for (const auto& instrument : core::allInstruments()) {
        using Needs = core::Instrument::Needs;
        list.push_back({{"name", instrument.name},
                        {"title", instrument.title},
                        {"help", instrument.help},
                        {"needs", instrument.needs == Needs::Wire        ? "wire"
                                  : instrument.needs == Needs::Wires     ? "wires"
                                  : instrument.needs == Needs::Parameter ? "parameter"
                                                                         : "nothing"},
                        {"source", instrument.source},
                        {"parameters", parametersOf(instrument.parameters)}});
    }
    return list;
}

Json presets()
{
    Json list = Json::array();
    for (const std::string& name : core::presetNames()) {
        const core::Document document = core::preset(name);
        list.push_back({{"name", name},
                        {"title", document.title},
                        {"help", document.notes},
                        {"data", document.data.name},
                        {"optimiser", document.train.optimiser},
                        {"rate", document.train.rate},
                        {"batch", document.train.batch},
                        {"epochs", document.train.epochs}});
    }
    return list;
}

Json backends()
{
    Json list = Json::array();
    for (const std::string& name : core::backendNames()) {
        list.push_back({{"name", name}, {"help", core::makeBackend(name)->info().device}});
    }
    return list;
}

struct Kind {
    const char* name;
    Json (*entries)();
};
constexpr Kind kinds[] = {{"ops", ops},          {"functions", functions},   {"blocks", blocks},
                          {"data", dataEntries}, {"optimisers", optimisers}, {"instruments", instruments},
                          {"presets", presets},  {"backends", backends}};

void print(const Json& list, bool json)
{
    for (const Json& entry : list) {
        if (json) {
            printJson(entry);
        } else {
            std::cout << std::left << std::setw(22) << entry.at("name").get<std::string>() << ' '
                      << entry.value("help", "") << '\n';
        }
    }
}

} // namespace

void addList(CLI::App& app)
{
    struct Options {
        std::string kind;
        bool json = false;
    };
    auto* command = app.add_subcommand("list", "What there is of a kind");
    const auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    for (const Kind& kind : kinds) names.push_back(kind.name);
    command->add_option("kind", options->kind, "ops, blocks, data, ...")
        ->required()
        ->check(CLI::IsMember(names));
    command->add_flag("--json", options->json, "one JSON object a line");
    command->callback([options] {
        for (const Kind& kind : kinds) {
            if (options->kind == kind.name) print(kind.entries(), options->json);
        }
    });
}

} // namespace axo
