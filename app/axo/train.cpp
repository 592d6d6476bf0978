// axo train: a document, trained; progress by lines, the result last.
#include "app/axo/train.h"
#include "app/axo/record.h"
#include "app/axo/saferun.h"

#include "core/files/files.h"
#include "core/trainers/runfolder.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>

namespace axo
{

namespace
{

using Clock = std::chrono::steady_clock;

struct TrainOptions {
    std::string document, data, backend = "cpu", rate, report, save, resume, exportInitial, record, events,
                                folder;
    std::optional<int64_t> steps, epochs, batch;
    std::optional<uint64_t> seed;
    bool json = false;
};

constexpr double reportEvery = 0.5;          // seconds between lines
constexpr int64_t evaluatedAtMost = 10'000;  // training examples in the final figures
constexpr int64_t evaluatedOnTheWay = 2'000; // examples of a progress line

std::atomic<bool> interrupted = false;
extern "C" void interrupt(int) { interrupted = true; }

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Another set brings its own settings: those of the document stay where the set knows them.
void chooseData(core::DataChoice& choice, const std::string& name)
{
    choice.name = name;
    for (const auto& declaration : core::dataDeclarations()) {
        if (declaration.name != name) continue;
        std::erase_if(choice.settings, [&](const auto& setting) {
            return std::none_of(declaration.parameters.begin(), declaration.parameters.end(),
                                [&](const auto& known) { return known.name == setting.first; });
        });
    }
}

core::Document documentOf(const TrainOptions& options)
{
    core::Document document;
    if (!options.resume.empty() && options.document.empty()) {
        core::Errors problems;
        document =
            core::parseDocument(core::loadCheckpoint(options.resume).document, options.resume, problems);
        if (!problems.empty()) throw problems;
    } else if (options.document.empty()) {
        throw core::Error{"train", "neither a document nor a checkpoint is given", "axo list presets"};
    } else {
        document = openDocument(options.document);
    }
    if (!options.data.empty()) chooseData(document.data, options.data);
    if (!options.rate.empty()) document.train.rate = options.rate;
    if (options.epochs) document.train.epochs = *options.epochs;
    if (options.batch) document.train.batch = *options.batch;
    if (options.seed) document.train.seed = *options.seed;
    return document;
}

void exportParameters(const core::Run& run, const std::string& path)
{
    core::files::Safetensors file;
    for (const std::string& name : run.parameterNames()) file.tensors[name] = run.parameter(name);
    core::files::writeFile(path, core::files::writeSafetensors(file));
}

/// Trains until `steps`, an interrupt, or a loss that is not finite; keeps the books. A recording is of one
/// machine: it does not go on where that fails.
class Training
{
public:
    Training(SafeRun& run, int64_t steps, bool json, Record* recording)
        : m_safe(run)
        , m_steps(steps)
        , m_json(json)
        , m_recording(recording)
    {
    }

    void go()
    {
        if (m_recording) return train();
        m_safe.guarded([this] { train(); }, [this] { m_books = m_kept; });
    }

    /// For whatever else the run is needed once it is trained.
    void guarded(const std::function<void()>& work)
    {
        m_safe.guarded(work, [this] {
            m_books = m_kept;
            train();
        });
    }

    /// Keeps milestones from now on, as a session does.
    void keepMilestones()
    {
        m_document = std::make_shared<const core::Document>(run().document());
        keepMilestone();
    }
    core::PastRun pastRun(const core::Score& train, const core::Score& validation, const core::Score& test)
    {
        m_timeline.add(milestone());
        return {1,
                m_document->title,
                {},
                m_document,
                m_safe.backend(),
                m_books.record.loss,
                m_books.record.accuracy,
                train,
                validation,
                test,
                run().steps(),
                run().epoch(),
                m_timeline};
    }

    TrainingRecord& record() { return m_books.record; }
    double trainingSeconds() const { return m_training; }

private:
    struct Books {
        TrainingRecord record;
        double sum = 0, lastLoss = NAN;
        int64_t count = 0, lineAt = -1;
    };

    core::Run& run() { return m_safe.run(); }

    core::Milestone milestone()
    {
        return {m_document, std::make_shared<const core::Checkpoint>(run().values())};
    }

    void keepMilestone()
    {
        if (!m_timeline.due(run().steps())) return;
        m_timeline.add(milestone());
        core::fitIntoMemory({&m_timeline}, core::memoryForMilestones());
    }

    void train()
    {
        while (run().steps() < m_steps && !interrupted) {
            const auto begin = Clock::now();
            if (!stepsForAWhile()) break;
            m_training += since(begin);
            if (since(m_lastLine) >= reportEvery) line();
            if (m_document) keepMilestone();
            if (m_safe.keepIfDue()) m_kept = m_books;
        }
        if (m_books.lineAt != run().steps()) line();
    }

    bool stepsForAWhile()
    {
        const auto begin = Clock::now();
        do {
            for (int i = 0; i < 16 && run().steps() < m_steps && !interrupted; ++i) {
                if (!m_recording && run().stepsTogether() > 1) {
                    if (!stepsTogether()) return false;
                    continue;
                }
                const double rate = run().rate();
                const float loss = run().step();
                if (m_recording) m_recording->add(run(), rate, loss);
                if (!std::isfinite(loss)) return false;
                m_books.record.loss.addTrain(run().steps(), run().epoch(), loss);
                m_books.sum += double(loss);
                ++m_books.count;
            }
        } while (since(begin) < 0.05 && run().steps() < m_steps && !interrupted);
        return true;
    }

    /// False where a loss is not finite.
    bool stepsTogether()
    {
        const int64_t first = run().steps(), count = std::min(run().stepsTogether(), m_steps - first);
        const double epoch = run().epoch(), each = 1 / double(run().stepsPerEpoch());
        int64_t taken = 0;
        for (const float loss : run().advance(count)) {
            if (!std::isfinite(loss)) return false;
            ++taken;
            m_books.record.loss.addTrain(first + taken, epoch + double(taken) * each, loss);
            m_books.sum += double(loss);
            ++m_books.count;
        }
        return true;
    }

    void line()
    {
        if (m_books.count > 0) m_books.lastLoss = m_books.sum / double(m_books.count);
        m_books.sum = 0;
        m_books.count = 0;
        const core::Score train = run().evaluate(core::Run::Split::Train, evaluatedOnTheWay / 4);
        const core::Score score = run().evaluate(core::Run::Split::Validation, evaluatedOnTheWay);
        const double epoch = run().epoch();
        if (score.examples) m_books.record.loss.addValidation(run().steps(), epoch, float(score.loss));
        m_books.record.accuracy.add({run().steps(), epoch, float(train.accuracy), float(score.accuracy)});
        if (m_json) {
            printJson({{"step", run().steps()},
                       {"epoch", epoch},
                       {"loss", finiteOrNull(m_books.lastLoss)},
                       {"validation_loss", finiteOrNull(score.loss)},
                       {"validation_accuracy", finiteOrNull(score.accuracy)}});
        } else {
            std::printf("epoch %8.2f  step %9lld  loss %9.5f", epoch, static_cast<long long>(run().steps()),
                        m_books.lastLoss);
            if (score.examples) std::printf("  validation %9.5f  %6.2f %%", score.loss, 100 * score.accuracy);
            std::printf("\n");
            std::fflush(stdout);
        }
        m_lastLine = Clock::now();
        m_books.lineAt = run().steps();
    }

    SafeRun& m_safe;
    std::shared_ptr<const core::Document> m_document; ///< null: no milestones are kept
    core::Timeline m_timeline;
    int64_t m_steps;
    bool m_json;
    Record* m_recording; ///< null: none is asked for
    Books m_books, m_kept;
    double m_training = 0;
    Clock::time_point m_lastLine = Clock::now();
};

Json resultOf(core::Run& run, const Training& training, int64_t stepsBefore, double seconds,
              const std::string& backend)
{
    const core::Score train = run.evaluate(core::Run::Split::Train, evaluatedAtMost);
    const core::Score validation = run.evaluate(core::Run::Split::Validation);
    const core::Score test = run.evaluate(core::Run::Split::Test);
    const int64_t taken = run.steps() - stepsBefore;
    return {{"steps", run.steps()},
            {"epochs", run.epoch()},
            {"seconds", seconds},
            {"steps_per_second", taken ? Json(double(taken) / training.trainingSeconds()) : Json(nullptr)},
            {"loss", finiteOrNull(train.loss)},
            {"accuracy", finiteOrNull(train.accuracy)},
            {"validation_loss", finiteOrNull(validation.loss)},
            {"validation_accuracy", finiteOrNull(validation.accuracy)},
            {"test_loss", finiteOrNull(test.loss)},
            {"test_accuracy", finiteOrNull(test.accuracy)},
            {"backend", backend},
            {"seed", run.document().train.seed},
            {"parameters", run.parameterCount()}};
}

void printResult(const Json& result)
{
    const auto share = [&](const char* key) {
        char text[32];
        if (result[key].is_null()) return std::string("-");
        std::snprintf(text, sizeof text, "%.2f %%", 100 * result[key].get<double>());
        return std::string(text);
    };
    const auto value = [&](const char* key) {
        char text[32];
        if (result[key].is_null()) return std::string("-");
        std::snprintf(text, sizeof text, "%.5g", result[key].get<double>());
        return std::string(text);
    };
    std::printf("\n            loss        accuracy\n");
    for (const char* part : {"", "validation_", "test_"}) {
        const std::string name(part);
        std::printf("%-11s %-11s %s\n", name.empty() ? "training" : name.substr(0, name.size() - 1).c_str(),
                    value((name + "loss").c_str()).c_str(), share((name + "accuracy").c_str()).c_str());
    }
    std::printf("\n%lld steps, %s epochs, %s s, %s steps/s, %lld parameters, %s\n",
                static_cast<long long>(result["steps"].get<int64_t>()), value("epochs").c_str(),
                value("seconds").c_str(), value("steps_per_second").c_str(),
                static_cast<long long>(result["parameters"].get<int64_t>()),
                result["backend"].get<std::string>().c_str());
}

void train(const TrainOptions& options)
{
    const auto begin = Clock::now();
    const core::Document document = documentOf(options);
    const auto data = std::make_shared<const core::Dataset>(core::loadDataset(document.data));
    std::optional<core::Checkpoint> start;
    if (!options.resume.empty()) start = core::loadCheckpoint(options.resume);
    SafeRun safe(options.backend, document, data, start);
    if (!options.exportInitial.empty()) exportParameters(safe.run(), options.exportInitial);

    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    const int64_t before = safe.run().steps();
    const int64_t target =
        options.steps ? before + *options.steps : document.train.epochs * safe.run().stepsPerEpoch();
    std::optional<Record> recording;
    if (!options.record.empty()) {
        if (target - before > Record::mostSteps) {
            throw core::Error{"--record",
                              "keeps every batch, so it takes at most " + std::to_string(Record::mostSteps) +
                                  " steps",
                              "add --steps 20"};
        }
        recording.emplace(safe.run());
    }
    Training training(safe, target, options.json, recording ? &*recording : nullptr);
    if (!options.folder.empty()) training.keepMilestones();
    training.go();
    if (recording) recording->write(options.record);

    TrainingRecord& record = training.record();
    training.guarded(
        [&] { record.result = resultOf(safe.run(), training, before, since(begin), safe.backend()); });
    core::Run& run = safe.run();
    if (!options.save.empty()) core::saveCheckpoint(run.checkpoint(), options.save);
    if (!options.report.empty()) writeReport(options.report, run, record);
    if (!options.events.empty()) {
        std::error_code failed;
        std::filesystem::create_directories(options.events, failed);
        core::writeEvents(record.loss, record.accuracy, {}, options.events);
    }
    if (!options.folder.empty()) {
        const auto score = [&](core::Run::Split split) { return run.evaluate(split, evaluatedAtMost); };
        core::saveRunFolder(training.pastRun(score(core::Run::Split::Train),
                                             score(core::Run::Split::Validation),
                                             score(core::Run::Split::Test)),
                            {}, options.folder);
    }
    if (options.json) {
        printJson({{"result", record.result}});
    } else {
        printResult(record.result);
    }
    if (run.failure()) throw *run.failure();
}

} // namespace

void addTrain(CLI::App& app)
{
    const auto options = std::make_shared<TrainOptions>();
    auto* command = app.add_subcommand("train", "Trains a document or a preset");
    command->add_option("document", options->document, "a file (.axo) or a preset");
    command->add_option("--data", options->data, "a named set or a path instead of the document's");
    auto* steps =
        command->add_option("--steps", options->steps, "optimiser steps")->check(CLI::NonNegativeNumber);
    command->add_option("--epochs", options->epochs, "passes over the training set")
        ->check(CLI::NonNegativeNumber)
        ->excludes(steps);
    command->add_option("--backend", options->backend, "cpu, cpu:THREADS, reference, vulkan, vulkan:DEVICE");
    command->add_option("--seed", options->seed, "of parameters, order and dropout");
    command->add_option("--batch", options->batch, "examples a step; 0: the whole training set")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--rate", options->rate, "formula of step, epoch, steps, epochs");
    command->add_option("--report", options->report, "a folder for a report with pictures");
    command->add_option("--events", options->events, "a folder for the curves as TensorBoard reads them");
    command->add_option("--run", options->folder,
                        "a folder for all of the run: document, milestones, curves; the window opens it");
    command->add_option("--save", options->save, "checkpoint at the end (safetensors)");
    command->add_option("--resume", options->resume, "checkpoint to go on from");
    command->add_option("--export-initial", options->exportInitial,
                        "parameters before the first step (safetensors)");
    command->add_option("--record", options->record,
                        "parameters, batches, rates and losses of every step (safetensors)");
    command->add_flag("--json", options->json, "one JSON object a line, the result last");
    command->callback([options] { train(*options); });
}

} // namespace axo
