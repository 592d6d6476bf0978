#include "core/data/readers.h"

#include <filesystem>

namespace core::data
{

namespace
{

std::optional<Array> take(std::map<std::string, Array>& arrays, std::initializer_list<const char*> names)
{
    for (const char* name : names)
        if (auto node = arrays.extract(name)) return std::move(node.mapped());
    return std::nullopt;
}

std::string labelsBeside(const std::string& path)
{
    const std::filesystem::path whole(path);
    const std::string name = whole.filename().string();
    for (const auto& [from, to] :
         {std::pair{"images", "labels"}, {"data", "labels"}, {"data", "target"}, {"X", "y"}, {"x", "y"}}) {
        std::string other = name;
        const size_t at = other.find(from);
        if (at == std::string::npos) continue;
        const std::string candidate =
            (whole.parent_path() / other.replace(at, std::string(from).size(), to)).string();
        if (existing(candidate)) return candidate;
    }
    throw Error{path, "there are no labels beside it",
                "name them in the setting `labels`, or save both with numpy.savez"};
}

} // namespace

Examples readNumpy(const std::string& path, const std::string& labelsPath, const std::string& task)
{
    const std::string bytes = readPacked(path);
    if (bytes.starts_with("\x93NUMPY")) {
        const std::string labels = labelsPath.empty() ? labelsBeside(path) : labelsPath;
        return examplesOf(files::parseNpy(bytes, path), files::parseNpy(readPacked(labels), labels), 0, task,
                          path);
    }
    auto arrays = files::parseNpz(bytes, path);
    std::string known;
    for (const auto& [name, array] : arrays) known += (known.empty() ? "" : ", ") + name;
    auto x = take(arrays, {"x_train", "X_train", "x", "X", "images", "data"});
    auto y = take(arrays, {"y_train", "y", "Y", "labels", "target", "targets"});
    if (!x || !y)
        throw Error{path, "there are no inputs x and labels y in it, but " + known, "call them x and y"};
    const auto xTest = take(arrays, {"x_test", "X_test"}), yTest = take(arrays, {"y_test"});
    int64_t officialTest = 0;
    if (xTest && yTest) {
        append(*x, *xTest, path);
        append(*y, *yTest, path);
        officialTest = xTest->type.axes.front().size;
        if (officialTest != yTest->type.axes.front().size)
            throw Error{path, "x_test and y_test differ in length", ""};
    }
    Examples examples = examplesOf(std::move(*x), std::move(*y), 0, task, path);
    examples.officialTest = officialTest;
    return examples;
}

} // namespace core::data
