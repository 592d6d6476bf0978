// One subcommand a file: each adds itself to the parser; its callback runs it.
#pragma once

#include "core/trainers/run.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace axo
{

using Json = nlohmann::ordered_json;

void addTrain(CLI::App&);
void addCheck(CLI::App&);
void addList(CLI::App&);
void addInfo(CLI::App&);
void addBench(CLI::App&);
void addData(CLI::App&);
void addExport(CLI::App&);
void addMeasure(CLI::App&);
void addCompare(CLI::App&);

/// A preset by name, or a document from a file. Error lists the presets.
core::Document openDocument(const std::string& nameOrPath);

/// What `list data` and `data list` show.
Json dataEntries();

/// Devices that the backend vulkan could use, with limits and features.
Json vulkanEntries();

/// One object, one line, at once. Text that is not UTF-8 is replaced, numbers that are not finite become
/// null.
void printJson(const Json&);
Json finiteOrNull(double);

} // namespace axo
