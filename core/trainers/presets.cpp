#include "core/files/files.h"
#include "core/trainers/run.h"

namespace core
{

namespace
{

constexpr std::string_view folder = "examples/", extension = ".axo";

} // namespace

std::vector<std::string> presetNames()
{
    std::vector<std::string> names;
    for (const std::string& path : files::resourceNames("examples")) {
        if (!path.ends_with(extension)) continue;
        names.push_back(path.substr(folder.size(), path.size() - folder.size() - extension.size()));
    }
    return names;
}

Document preset(const std::string& name)
{
    std::string list;
    for (const std::string& known : presetNames()) {
        if (known == name) {
            const std::string path = std::string(folder) + name + std::string(extension);
            Errors problems;
            Document document = parseDocument(files::resource(path), path, problems);
            if (!problems.empty()) throw problems.front();
            return document;
        }
        list += (list.empty() ? "" : ", ") + known;
    }
    throw Error{"preset", "there is none called \"" + name + "\"", "one of " + list};
}

} // namespace core
