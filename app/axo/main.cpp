// axo: the command line. Errors go to stderr; exit status 2 for bad input.
#include "app/axo/command.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace axo
{

core::Document openDocument(const std::string& nameOrPath)
{
    std::error_code ignored;
    if (std::filesystem::exists(nameOrPath, ignored)) return core::loadDocument(nameOrPath);
    const auto names = core::presetNames();
    if (std::find(names.begin(), names.end(), nameOrPath) != names.end()) return core::preset(nameOrPath);
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    throw core::Error{nameOrPath, "is neither a file nor a preset", "presets: " + list};
}

void printJson(const Json& json)
{
    std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

Json finiteOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

} // namespace axo

int main(int argc, char** argv)
{
    CLI::App app("Axonometry on the command line: train, check, list, bench.", "axo");
    app.require_subcommand(1);
    axo::addTrain(app);
    axo::addCheck(app);
    axo::addList(app);
    axo::addData(app);
    axo::addExport(app);
    axo::addMeasure(app);
    axo::addCompare(app);
    axo::addBench(app);
    axo::addInfo(app);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const core::Error& error) {
        std::cerr << "axo: " << error.text() << '\n';
    } catch (const core::Errors& errors) {
        for (const core::Error& error : errors) std::cerr << "axo: " << error.text() << '\n';
    } catch (const std::bad_alloc&) {
        std::cerr << "axo: out of memory (use a smaller batch or network)\n";
    }
    return 2;
}
