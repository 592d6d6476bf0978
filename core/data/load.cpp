#include "core/data/all.h"

#include <filesystem>

namespace core
{

namespace
{

Dataset finish(data::Examples examples, const data::Settings& settings, const std::string& name,
               const std::string& source)
{
    Dataset& set = examples.set;
    set.name = name;
    if (set.source.empty()) set.source = source;
    const double test = settings.has("test") ? settings.number("test") : 0;
    return data::prepare(std::move(examples), settings.choice(), test);
}

[[noreturn]] void unknownName(const std::string& name)
{
    std::string known;
    for (const DataDeclaration& declaration : dataDeclarations())
        known += (known.empty() ? "" : ", ") + declaration.name;
    throw Error{"data " + name, "there is no set and no file of this name",
                "known: " + known + "; or the path of a file"};
}

} // namespace

Dataset loadDataset(const DataChoice& choice)
{
    for (const data::NamedSet& row : data::namedSets()) {
        if (row.declaration.name != choice.name) continue;
        const data::Settings settings(choice, row.declaration.parameters);
        return finish(row.load(settings), settings, choice.name, row.declaration.source);
    }
    std::error_code ignored;
    const std::filesystem::path path(choice.name);
    if (choice.name.empty() || !std::filesystem::exists(path, ignored)) unknownName(choice.name);
    std::string head;
    if (!std::filesystem::is_directory(path, ignored)) head = data::readHead(choice.name);
    for (const data::FileFormat& format : data::fileFormats()) {
        if (!format.recognises(choice.name, head)) continue;
        const data::Settings settings(choice, format.parameters);
        const std::filesystem::path last =
            path.has_filename() ? path.filename() : path.parent_path().filename();
        return finish(format.read(choice.name, settings), settings, last.string(), choice.name);
    }
    throw Error{choice.name, "this kind of file is not known",
                "IDX, CIFAR-10 binary, CSV, NPY, NPZ, text, or a folder of PNG or JPEG files"};
}

} // namespace core
