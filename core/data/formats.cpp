#include "core/data/all.h"
#include "core/data/readers.h"

#include <algorithm>
#include <filesystem>

namespace core::data
{

namespace
{

std::string extension(const std::string& path)
{
    std::filesystem::path name(path);
    if (name.extension() == ".gz") name = name.stem();
    std::string text = name.extension().string();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

ParameterDeclaration testParameter()
{
    return numberParameter("test", 0.2, 0, 0.95,
                           "share that is kept for the test, unless a test set belongs to the files");
}

bool looksLikeText(std::string_view head) { return !head.empty() && head.find('\0') == head.npos; }

std::optional<std::string> imagesIn(const std::string& folder)
{
    for (const char* name : {"train-images-idx3-ubyte", "train-images.idx3-ubyte"})
        if (auto path = existing(folder + "/" + name)) return path;
    return std::nullopt;
}

std::vector<ParameterDeclaration> csvParameters()
{
    return {textParameter("label", "", "name or number (from 1) of the column to predict; empty: the last"),
            choiceParameter("task", {"auto", "classification", "regression"}, "what the label is"),
            choiceParameter("missing", {"error", "mean"}, "what to do about missing values"),
            choiceParameter("header", {"auto", "yes", "no"}, "whether the first line names the columns"),
            choiceParameter("delimiter", {"auto", "comma", "semicolon", "tab", "bar", "space"},
                            "what parts the columns"),
            testParameter()};
}

Examples readCsvFile(const std::string& path, const Settings& settings)
{
    return readCsv(readPacked(path), path,
                   {settings.text("label"), settings.text("task"), settings.text("missing"),
                    settings.text("header"), settings.text("delimiter")});
}

} // namespace

std::vector<ParameterDeclaration> textParameters()
{
    return {integerParameter("blockLength", 64, 1, 1 << 20, "tokens a block"),
            integerParameter(
                "stride", 0, 0, 1 << 20,
                "tokens from the start of a training block to that of the next; 0: an eighth of a block"),
            numberParameter("test", 0, 0, 0.95, "share at the end of the text that is kept for the test")};
}

std::vector<FileFormat> fileFormats()
{
    return {
        {"idx",
         {testParameter(),
          integerParameter("classes", 0, 0, 100'000, "how many labels there are; 0: as many as occur")},
         [](const std::string&, std::string_view head) {
             return head.size() >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 8 && head[2] <= 14 &&
                    head[3] > 0;
         },
         [](const std::string& path, const Settings& settings) {
             return readIdxPair(path, settings.integer("classes"));
         }},
        {"idx-folder",
         {testParameter(),
          integerParameter("classes", 0, 0, 100'000, "how many labels there are; 0: as many as occur")},
         [](const std::string& path, std::string_view) { return imagesIn(path).has_value(); },
         [](const std::string& path, const Settings& settings) {
             return readIdxPair(*imagesIn(path), settings.integer("classes"));
         }},
        {"cifar10",
         {testParameter()},
         [](const std::string& path, std::string_view head) {
             return head.empty() ? existing(path + "/data_batch_1.bin").has_value()
                                 : extension(path) == ".bin";
         },
         [](const std::string& path, const Settings&) { return readCifar10(path); }},
        {"numpy",
         {textParameter("labels", "", "NPY file of the labels; empty: found by its name"),
          choiceParameter("task", {"auto", "classification", "regression"}, "what the labels are"),
          testParameter()},
         [](const std::string&, std::string_view head) {
             return head.starts_with("\x93NUMPY") || head.starts_with("PK\3\4");
         },
         [](const std::string& path, const Settings& settings) {
             return readNumpy(path, settings.text("labels"), settings.text("task"));
         }},
        {"pictures",
         {choiceParameter("colour", {"auto", "grey", "colour"}, "auto: in colour if any picture is"),
          testParameter()},
         [](const std::string& path, std::string_view) { return isFolder(path) && isImageFolder(path); },
         [](const std::string& path, const Settings& settings) {
             return readImageFolder(path, settings.text("colour"));
         }},
        {"csv", csvParameters(),
         [](const std::string& path, std::string_view head) {
             const std::string end = extension(path);
             return looksLikeText(head) && (end == ".csv" || end == ".tsv" || end == ".data");
         },
         readCsvFile},
        {"text", textParameters(),
         [](const std::string&, std::string_view head) { return looksLikeText(head); },
         [](const std::string& path, const Settings& settings) {
             return readText(readPacked(path), path, settings.integer("blockLength"),
                             settings.integer("stride"));
         }},
    };
}

} // namespace core::data
