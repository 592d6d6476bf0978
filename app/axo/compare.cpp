// axo compare: an instrument of two networks between them, or any other at each, with the difference.
#include "app/axo/measure.h"

#include <filesystem>

namespace axo
{

void addCompare(CLI::App& app)
{
    struct Options {
        Subject first;
        std::string other;
        std::optional<uint64_t> seed;
        std::optional<int64_t> steps, moment, example;
        core::Changes changes;
        bool unchanged = false;
        Question question;

        bool second() const
        {
            return !other.empty() || seed || steps || moment || example || !changes.empty() || unchanged;
        }
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "compare",
        "Reads an instrument at two networks: other parameters, another time, other seeds, changed");
    command->add_option("document", options->first.document, "a file (.axo), a preset, or a run's folder");
    options->first.addOptions(*command);
    command->add_option("--with", options->other, "checkpoint of the second network, or a run's folder");
    command->add_option("--with-moment", options->moment, "or another moment of the run's folder")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--with-seed", options->seed, "or the same document with another seed");
    command->add_option("--with-steps", options->steps, "or after another number of steps")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--with-example", options->example, "or from another example on");
    command->add_option("--with-edit", options->changes.values,
                        "or with a wire changed, as --edit says it, which is of both");
    command->add_option("--with-backward", options->changes.gradients,
                        "or with gradients that pass a block by another rule");
    command->add_flag("--with-unchanged", options->unchanged,
                      "or without any change: not those of the document, nor --edit and --backward");
    options->question.addOptions(*command);
    command->callback([options] {
        options->question.record();
        if (!options->second())
            throw core::Error{
                "compare", "there is no second network",
                "add --with CHECKPOINT or FOLDER, --with-seed SEED, --with-steps N, --with-moment N, "
                "--with-example N, --with-edit CHANGE, --with-backward RULE or --with-unchanged"};
        Observed first = observe(options->first);
        Subject other = options->first;
        if (std::filesystem::is_directory(options->other)) {
            other.document = options->other;
            other.checkpoint.clear();
            other.moment.reset();
        } else if (!options->other.empty()) {
            other.checkpoint = options->other;
        }
        if (options->moment) other.moment = options->moment;
        if (options->seed) other.seed = options->seed;
        if (options->steps) other.steps = *options->steps;
        if (options->unchanged) {
            other.unchanged = true;
            other.changes = {};
        }
        for (const auto& [from, to] : {std::pair{&options->changes.values, &other.changes.values},
                                       {&options->changes.gradients, &other.changes.gradients}})
            to->insert(to->end(), from->begin(), from->end());
        Observed second = observe(other);
        core::Observation there = options->question.observation(second);
        if (options->example) there.example = *options->example;
        options->question.answer(options->question.observation(first), there);
    });
}

} // namespace axo
