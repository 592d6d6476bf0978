// axo measure: one reading of one instrument.
#include "app/axo/measure.h"

#include "core/files/files.h"
#include "core/instruments/common.h"
#include "core/instruments/csv.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/difference.h"
#include "core/instruments/network.h"
#include "core/instruments/wires.h"
#include "core/trainers/runfolder.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>

namespace axo
{

namespace
{

constexpr int64_t momentsKept = 20;

core::Setting settingOf(const core::ParameterDeclaration& declared, const std::string& text)
{
    using Kind = core::ParameterDeclaration::Kind;
    if (declared.kind == Kind::Number || declared.kind == Kind::Integer) {
        double value = 0;
        const auto end = text.data() + text.size();
        if (std::from_chars(text.data(), end, value).ptr != end || text.empty())
            throw core::Error{"--set " + declared.name, "\"" + text + "\" is not a number", declared.help};
        return {core::Setting::Kind::Number, value, {}, false};
    }
    if (declared.kind == Kind::Switch) {
        const bool on = text == "on" || text == "yes" || text == "true" || text == "1";
        if (!on && text != "off" && text != "no" && text != "false" && text != "0")
            throw core::Error{"--set " + declared.name, "\"" + text + "\" is neither on nor off", ""};
        return {core::Setting::Kind::Switch, 0, {}, on};
    }
    return {core::Setting::Kind::Text, 0, text, false};
}

/// The arrays that a reading is made of, for other programs: parameters, training and shown examples, wires.
void exportArrays(Observed& seen, const std::string& path, int64_t examples)
{
    core::files::Safetensors file;
    const core::Dataset& data = seen.run->data();
    for (const std::string& name : seen.run->parameterNames())
        file.tensors["parameter/" + name] = seen.run->parameter(name);
    const auto shown = core::instruments::shownExamples(data, 0, examples);
    const std::vector<int64_t> training(
        data.train.begin(),
        data.train.begin() + std::min<ptrdiff_t>(ptrdiff_t(examples), ptrdiff_t(data.train.size())));
    for (const auto& [name, list] : {std::pair("shown", shown), std::pair("training", training)}) {
        file.tensors[std::string("x/") + name] = core::instruments::inputsOf(data, list);
        file.tensors[std::string("y/") + name] = core::instruments::targetsOf(data, list);
    }
    const auto wires = core::instruments::wiresOf(seen.run->network().elaboration(), "");
    for (auto& [name, array] :
         core::instruments::valuesOf(seen.run->network(), seen.run->moment(), wires, shown))
        file.tensors["wire/" + name] = std::move(array);
    file.metadata["document"] = core::writeDocument(seen.run->document());
    core::files::writeFile(path, core::files::writeSafetensors(file));
}

} // namespace

void Subject::addOptions(CLI::App& command)
{
    command.add_option("--checkpoint", checkpoint, "begin with this checkpoint");
    command.add_option("--moment", moment, "of a run's folder: the moment nearest to this step")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--data", data, "a named set or a path instead of the document's");
    command.add_option("--backend", backend, "cpu, cpu:THREADS, reference, vulkan, vulkan:DEVICE");
    command.add_option("--seed", seed, "of parameters and order");
    command.add_option("--steps", steps, "optimiser steps before looking")->check(CLI::NonNegativeNumber);
    command.add_option(
        "--edit", changes.values,
        "look at the network with a wire changed: 'hidden.y = 0', 'hidden.y > out *= 0.5', "
        "'+= 1', '+= 0.1 noise', '= mean', '= resample', '= initial', '= step 200', '~ 0.3 mean'");
    command.add_option("--backward", changes.gradients,
                       "gradients pass a block by another rule: 'relu1 through', ratio, half, none");
    command.add_flag("--unchanged", unchanged, "without the changes that the document is looked at with");
}

Observed observe(const Subject& subject)
{
    Observed seen;
    core::Document document;
    std::optional<core::Checkpoint> checkpoint;
    if (!subject.checkpoint.empty()) checkpoint = core::loadCheckpoint(subject.checkpoint);
    if (std::filesystem::is_directory(subject.document)) {
        const core::PastRun run = core::openRunFolder(subject.document);
        const core::Milestone* there = run.timeline.nearest(subject.moment.value_or(run.step));
        if (!there) throw core::Error{subject.document, "holds no moment of its run", "save the run again"};
        document = *there->document;
        if (!checkpoint) checkpoint = *there->values;
        for (const core::Milestone& one : run.timeline.milestones())
            if (one.document == there->document && one.step() < checkpoint->step)
                seen.history.push_back({one.step(), {one.values, &one.values->values}});
    } else if (!subject.document.empty()) {
        document = openDocument(subject.document);
    } else if (checkpoint) {
        core::Errors problems;
        document = core::parseDocument(checkpoint->document, subject.checkpoint, problems);
        if (!problems.empty()) throw problems;
    } else {
        throw core::Error{"measure", "neither a document nor a checkpoint is given", "axo list presets"};
    }
    if (!subject.data.empty()) document.data.name = subject.data;
    if (subject.seed) document.train.seed = *subject.seed;
    seen.backend = core::makeBackend(subject.backend);
    const auto data = std::make_shared<const core::Dataset>(core::loadDataset(document.data));
    seen.run = std::make_unique<core::Run>(document, core::BlockLibrary::builtIn(), data, *seen.backend);
    if (checkpoint) seen.run->restore(*checkpoint);
    const int64_t first = seen.run->steps(), apart = std::max<int64_t>(1, subject.steps / momentsKept);
    while (seen.run->steps() < first + subject.steps) {
        if ((seen.run->steps() - first) % apart == 0) seen.history.push_back(seen.run->moment());
        seen.run->step();
        if (seen.run->failure()) throw *seen.run->failure();
    }
    core::Changes all = subject.unchanged ? core::Changes() : core::changesOf(document);
    for (const auto& [from, to] :
         {std::pair{&subject.changes.values, &all.values}, {&subject.changes.gradients, &all.gradients}})
        to->insert(to->end(), from->begin(), from->end());
    if (!all.empty()) seen.run->network().edit(core::editsOf(all), seen.history);
    return seen;
}

void Question::addOptions(CLI::App& command)
{
    command.add_option("--instrument", instrument, "a name of `axo list instruments`")->required();
    command.add_option("--at", at,
                       "a wire (block.port), a parameter, or wires: names and patterns, by commas");
    command.add_option("--set", settings, "name=value, a parameter of the instrument");
    command.add_option("--example", example, "the first example that is looked at");
    command.add_flag("--json", json, "one JSON object");
    command.add_flag("--time", timed, "with --json: how long a reading takes, once all is compiled");
}

const core::Instrument& Question::record() const
{
    if (const core::Instrument* found = core::findInstrument(instrument)) return *found;
    std::vector<std::string> names;
    for (const core::Instrument& one : core::allInstruments()) names.emplace_back(one.name);
    throw core::Error{"instrument " + instrument, "does not exist",
                      core::instruments::nearestNames(instrument, names)};
}

core::Observation Question::observation(Observed& seen) const
{
    const core::Instrument& what = record();
    core::Observation o{seen.run->network(), seen.run->moment(), at, example};
    for (const std::string& text : settings) {
        const size_t split = text.find('=');
        const std::string name = text.substr(0, split);
        const auto declared = std::find_if(what.parameters.begin(), what.parameters.end(),
                                           [&](const auto& one) { return one.name == name; });
        std::string known;
        for (const auto& one : what.parameters) known += (known.empty() ? "" : ", ") + one.name;
        if (split == std::string::npos || declared == what.parameters.end())
            throw core::Error{"--set " + text, "is no parameter of " + instrument,
                              known.empty() ? "it has none" : "there are " + known};
        o.settings[name] = settingOf(*declared, text.substr(split + 1));
    }
    o.history = seen.history;
    return o;
}

void Question::answer(const core::Observation& first, const core::Observation& second) const
{
    if (record().of == core::Instrument::Of::Two) {
        core::Observation both = first;
        both.otherNetwork = &second.network;
        both.other = second.now;
        return answer(both);
    }
    const core::Reading a = record().read(first), b = record().read(second);
    const std::optional<core::Reading> difference = core::differenceOf(a, b);
    if (json) {
        const auto part = [](const core::Observation& o, const core::Reading& reading) {
            Json object{{"step", o.now.step}, {"example", o.example}};
            object.update(jsonOf(reading));
            return object;
        };
        printJson({{"result",
                    {{"instrument", instrument},
                     {"at", at},
                     {"first", part(first, a)},
                     {"second", part(second, b)},
                     {"difference", difference ? jsonOf(*difference) : Json()}}}});
        return;
    }
    std::cout << "first\n" << core::csvOf(a) << "\nsecond\n" << core::csvOf(b);
    if (difference) std::cout << "\ndifference\n" << core::csvOf(*difference);
}

void Question::answer(const core::Observation& o) const
{
    const core::Reading reading = record().read(o);
    if (!json) {
        std::cout << core::csvOf(reading);
        return;
    }
    Json result{{"instrument", instrument}, {"at", at}, {"step", o.now.step}};
    result.update(jsonOf(reading));
    if (timed) {
        using Clock = std::chrono::steady_clock;
        std::vector<double> seconds;
        const auto end = Clock::now() + std::chrono::seconds(1);
        while (seconds.size() < 3 || (Clock::now() < end && seconds.size() < 50)) {
            const auto begin = Clock::now();
            record().read(o);
            seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
        }
        std::sort(seconds.begin(), seconds.end());
        result["seconds"] = seconds[seconds.size() / 2];
    }
    printJson({{"result", result}});
}

void addMeasure(CLI::App& app)
{
    struct Options {
        Subject subject;
        Question question;
        std::string arrays;
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("measure", "Reads an instrument at a network, trained or not");
    command->add_option("document", options->subject.document, "a file (.axo), a preset, or a run's folder");
    options->subject.addOptions(*command);
    options->question.addOptions(*command);
    command->add_option("--export", options->arrays,
                        "parameters, examples and wires that readings are made of (safetensors)");
    command->callback([options] {
        options->question.record();
        Observed seen = observe(options->subject);
        const core::Observation o = options->question.observation(seen);
        if (!options->arrays.empty()) {
            const auto set = o.settings.find("examples");
            exportArrays(seen, options->arrays, set == o.settings.end() ? 128 : int64_t(set->second.number));
        }
        options->question.answer(o);
    });
}

} // namespace axo
