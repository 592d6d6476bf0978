// axo export FILE|PRESET: the diagram as a picture or as text.
#include "app/axo/command.h"

#include "core/diagram/pytorch.h"
#include "core/diagram/text.h"
#include "core/files/files.h"
#include "core/picture/draw.h"
#include "core/picture/tikz.h"

#include <filesystem>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

namespace axo
{

namespace
{

struct ExportOptions {
    std::string file, format = "svg", out, theme = "print", sizes = "on", costs = "off";
    std::vector<std::string> open;
    int scale = 1;
};

/// PDF and PNG are painted by the window's program, without a window.
void exportByWindow(const std::vector<std::string>& arguments)
{
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "axonometry";
    if (!std::filesystem::exists(program))
        throw core::Error{"--to", "PDF and PNG need the program axonometry beside axo",
                          "export to svg or tikz"};
    std::vector<std::string> all{program.string(), "--export"};
    all.insert(all.end(), arguments.begin() + 1, arguments.end());
    const pid_t child = fork();
    if (child == 0) {
        setenv("QT_QPA_PLATFORM", "offscreen", 1);
        std::vector<char*> words;
        for (std::string& word : all) words.push_back(word.data());
        words.push_back(nullptr);
        execv(program.c_str(), words.data());
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw core::Error{program.string(), "could not export the picture", ""};
}

std::string suffixOf(const std::string& format)
{
    return format == "tikz" ? ".tex" : format == "term" ? ".txt" : format == "pytorch" ? ".py" : "." + format;
}

void exportDiagram(const ExportOptions& options)
{
    const core::Document document = openDocument(options.file);
    const std::string stem = std::filesystem::path(options.file).stem().string();
    const std::string out = !options.out.empty() ? options.out : stem + suffixOf(options.format);
    if (options.format == "term")
        return core::files::writeFile(
            out, core::textOf(document.diagram, core::BlockLibrary::builtIn().with(document.diagram)));
    if (options.format == "pdf" || options.format == "png") {
        std::vector<std::string> arguments{"export",  options.file,
                                           "--out",   out,
                                           "--to",    options.format,
                                           "--theme", options.theme,
                                           "--sizes", options.sizes,
                                           "--costs", options.costs,
                                           "--scale", std::to_string(options.scale)};
        for (const std::string& path : options.open) arguments.insert(arguments.end(), {"--open", path});
        return exportByWindow(arguments);
    }
    const core::Dataset data = core::loadDataset(document.data);
    const int64_t batch = document.train.batch > 0 ? document.train.batch : int64_t(data.train.size());
    if (options.format == "pytorch")
        return core::files::writeFile(
            out, core::pytorchOf(document, core::BlockLibrary::builtIn(), data.signature(batch)));
    core::picture::DrawOptions drawing;
    drawing.sizes = core::picture::sizesFrom(options.sizes);
    drawing.costs = options.costs == "on";
    drawing.open = {options.open.begin(), options.open.end()};
    const auto picture =
        core::picture::draw(document, core::BlockLibrary::builtIn(), data.signature(batch), drawing);
    const core::picture::Paper paper{.theme = options.theme, .scale = double(options.scale)};
    core::files::writeFile(out, options.format == "tikz"
                                    ? core::picture::writeTikz(picture, paper)
                                    : core::picture::writeSvg(picture, paper, &document));
}

} // namespace

void addExport(CLI::App& app)
{
    const auto options = std::make_shared<ExportOptions>();
    auto* command = app.add_subcommand("export", "The diagram as a picture or as text");
    command->add_option("file", options->file, "document or preset")->required();
    command->add_option("--to", options->format, "format")
        ->check(CLI::IsMember({"svg", "tikz", "pdf", "png", "term", "pytorch"}));
    command->add_option("-o,--out", options->out, "file to write; default: the name of the document");
    command->add_option("--theme", options->theme, "print, light, dark, ...");
    command->add_option("--sizes", options->sizes, "on: formulas; numeric; off")
        ->check(CLI::IsMember({"on", "numeric", "off"}));
    command->add_option("--costs", options->costs, "costs below the columns")
        ->check(CLI::IsMember({"on", "off"}));
    command->add_option("--open", options->open,
                        "a block to be opened: attention, encoder/mlp; may be repeated");
    command->add_option("--scale", options->scale, "size of a pixel picture")->check(CLI::Range(1, 4));
    command->callback([options] { exportDiagram(*options); });
}

} // namespace axo
