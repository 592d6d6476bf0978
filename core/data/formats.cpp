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

bool looksLikeText(std::string_view head) { return !head.empty() && head.find('\0') == head.npos; }

std::vector<ParameterDeclaration> csvParameters()
{
    return {textParameter("label", "", "name or number (from 1) of the column to predict; empty: the last"),
            choiceParameter("task", {"auto", "classification", "regression"}, "what the label is"),
            choiceParameter("missing", {"error", "mean"}, "what to do about missing values"),
            choiceParameter("header", {"auto", "yes", "no"}, "whether the first line names the columns"),
            choiceParameter("delimiter", {"auto", "comma", "semicolon", "tab", "bar", "space"},
                            "what parts the columns"),
            numberParameter("test", 0.2, 0, 0.95, "share of the examples that is kept for the test")};
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
