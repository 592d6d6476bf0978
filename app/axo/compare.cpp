// axo compare: an instrument that looks at two networks, or one that looks at each.
#include "app/axo/measure.h"

#include "core/instruments/network.h"

namespace axo
{

void addCompare(CLI::App& app)
{
    struct Options {
        Subject first;
        std::string second;
        std::optional<uint64_t> seed;
        int64_t steps = -1;
        Question question;
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "compare", "Reads an instrument between two networks: other parameters, another time, other seeds");
    command->add_option("document", options->first.document, "a file (.axo) or a preset");
    options->first.addOptions(*command);
    command->add_option("--with", options->second, "checkpoint of the second network");
    command->add_option("--with-seed", options->seed, "or the same document with another seed");
    command->add_option("--with-steps", options->steps, "or after another number of steps");
    options->question.addOptions(*command);
    command->callback([options] {
        options->question.record();
        if (options->second.empty() && !options->seed && options->steps < 0)
            throw core::Error{"compare", "there is no second network",
                              "add --with CHECKPOINT, --with-seed SEED or --with-steps N"};
        Observed first = observe(options->first);
        Subject other = options->first;
        if (!options->second.empty()) other.checkpoint = options->second;
        if (options->seed) other.seed = options->seed;
        if (options->steps >= 0) other.steps = options->steps;
        Observed second = observe(other);
        core::Observation o = options->question.observation(first);
        o.otherNetwork = &second.run->network();
        o.other = second.run->moment();
        options->question.answer(o);
    });
}

} // namespace axo
