#include "core/trainers/runfolder.h"

#include "core/files/events.h"
#include "core/files/files.h"
#include "core/instruments/csv.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>

namespace core
{

namespace
{

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* format = "axonometry run 1";

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string number(double value)
{
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string csvOf(const History& history)
{
    std::string csv = "step,epoch,train,validation\n";
    for (const HistoryPoint& point : history.points()) {
        csv += std::to_string(point.step) + "," + number(point.epoch);
        for (const float value : {point.train, point.validation})
            csv += "," + (std::isnan(value) ? std::string() : number(double(value)));
        csv += "\n";
    }
    return csv;
}

History historyOf(const std::string& path)
{
    const std::string text = files::readFile(path);
    History history;
    size_t line = text.find('\n');
    for (int row = 2; line != std::string::npos && line + 1 < text.size(); ++row) {
        const size_t end = std::min(text.find('\n', line + 1), text.size());
        double fields[4] = {NAN, NAN, NAN, NAN};
        size_t begin = line + 1;
        for (double& field : fields) {
            const size_t stop = std::min(text.find(',', begin), end);
            std::from_chars(text.data() + begin, text.data() + stop, field);
            begin = std::min(stop + 1, end);
        }
        if (!std::isfinite(fields[0]) || !std::isfinite(fields[1]))
            throw Error{path, "line " + std::to_string(row) + " is not of numbers",
                        "step,epoch,train,validation"};
        history.add({int64_t(fields[0]), fields[1], float(fields[2]), float(fields[3])});
        line = end;
    }
    return history;
}

std::string fileNameOf(const std::string& key)
{
    std::string name;
    for (const char c : key) name += std::isalnum(uint8_t(c)) || c == '.' || c == '-' ? c : '_';
    return name;
}

Json scoreJson(const Score& score)
{
    const auto finite = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
    return {{"loss", finite(score.loss)}, {"accuracy", finite(score.accuracy)}, {"examples", score.examples}};
}

Score scoreOf(const Json& json)
{
    const auto real = [&](const char* key) {
        return json.at(key).is_null() ? NAN : json.at(key).get<double>();
    };
    return {real("loss"), real("accuracy"), json.at("examples").get<int64_t>()};
}

void makeFolder(const fs::path& folder)
{
    std::error_code failed;
    const bool known = fs::exists(folder / "run.json", failed);
    if (!known && fs::exists(folder, failed) && !fs::is_empty(folder, failed))
        throw Error{folder.string(), "has other things in it", "choose a new folder"};
    if (known) {
        for (const char* old : {"run.json", "milestones", "readings"}) fs::remove_all(folder / old, failed);
        for (const auto& file : fs::directory_iterator(folder, failed)) {
            if (file.path().filename().string().starts_with("events.out.tfevents."))
                fs::remove(file.path(), failed);
        }
    }
    for (const char* inner : {"milestones", "readings"}) {
        fs::create_directories(folder / inner, failed);
        if (failed)
            throw Error{folder.string(), "cannot be made: " + failed.message(), "choose another folder"};
    }
}

Json runJson(const PastRun& run)
{
    Json milestones = Json::array();
    for (const Milestone& milestone : run.timeline.milestones()) milestones.push_back(milestone.step());
    return {{"format", format},
            {"name", run.name},
            {"notes", run.notes},
            {"data", run.document->data.name},
            {"seed", run.document->train.seed},
            {"backend", run.backend},
            {"step", run.step},
            {"epoch", run.epoch},
            {"train", scoreJson(run.train)},
            {"validation", scoreJson(run.validation)},
            {"test", scoreJson(run.test)},
            {"milestones", milestones}};
}

std::shared_ptr<const Document> documentOf(const std::string& text, const std::string& source)
{
    Errors problems;
    auto document = std::make_shared<const Document>(parseDocument(text, source, problems));
    if (!problems.empty()) throw problems.front();
    return document;
}

std::string milestonePath(const std::string& folder, int64_t step)
{
    return folder + "/milestones/" + std::to_string(step) + ".safetensors";
}

} // namespace

std::string writeEvents(const History& loss, const History& accuracy, const WatchedReadings& watched,
                        const std::string& folder)
{
    const double at = now();
    files::Events events(at);
    for (const auto& [name, history] : {std::pair{"loss", &loss}, {"accuracy", &accuracy}}) {
        for (const HistoryPoint& point : history->points()) {
            if (!std::isnan(point.train))
                events.addScalar(std::string(name) + "/train", point.step, at, double(point.train));
            if (!std::isnan(point.validation))
                events.addScalar(std::string(name) + "/validation", point.step, at, double(point.validation));
        }
    }
    for (const auto& [key, trail] : watched.trails) {
        for (const Trail::Point& point : trail->points) {
            if (const auto* scalar = std::get_if<ScalarReading>(point.reading.get()))
                events.addScalar(key, point.step, at, scalar->value);
            if (const auto* histogram = std::get_if<HistogramReading>(point.reading.get()))
                events.addHistogram(key, point.step, at, histogram->edges, histogram->counts);
        }
    }
    const std::string path = folder + "/" + files::eventFileName(at);
    files::writeFile(path, events.bytes());
    return path;
}

void saveRunFolder(const PastRun& run, const WatchedReadings& watched, const std::string& folder)
{
    makeFolder(folder);
    saveDocument(*run.document, folder + "/document.axo");
    files::writeFile(folder + "/loss.csv", csvOf(run.loss));
    files::writeFile(folder + "/accuracy.csv", csvOf(run.accuracy));
    for (const auto& [key, reading] : watched.latest)
        files::writeFile(folder + "/readings/" + fileNameOf(key) + ".csv", csvOf(*reading));
    writeEvents(run.loss, run.accuracy, watched, folder);
    for (const Milestone& milestone : run.timeline.milestones()) {
        Checkpoint checkpoint = *milestone.values;
        if (*milestone.document != *run.document) checkpoint.document = writeDocument(*milestone.document);
        saveCheckpoint(checkpoint, milestonePath(folder, milestone.step()));
    }
    files::writeFile(folder + "/run.json",
                     runJson(run).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

PastRun openRunFolder(const std::string& folder)
{
    const std::string path = folder + "/run.json";
    const Json json = Json::parse(files::readFile(path), nullptr, false);
    if (!json.is_object() || json.value("format", "") != format)
        throw Error{path, "is not a run of this program", "choose a folder that a run was saved to"};
    PastRun run;
    std::vector<int64_t> steps;
    try {
        run.name = json.at("name").get<std::string>();
        run.notes = json.at("notes").get<std::string>();
        run.backend = json.at("backend").get<std::string>();
        run.step = json.at("step").get<int64_t>();
        run.epoch = json.at("epoch").get<double>();
        run.train = scoreOf(json.at("train"));
        run.validation = scoreOf(json.at("validation"));
        run.test = scoreOf(json.at("test"));
        steps = json.at("milestones").get<std::vector<int64_t>>();
    } catch (const Json::exception& problem) {
        throw Error{path, problem.what(), "the file was changed or is damaged"};
    }
    const std::string document = folder + "/document.axo";
    run.document = documentOf(files::readFile(document), document);
    run.loss = historyOf(folder + "/loss.csv");
    run.accuracy = historyOf(folder + "/accuracy.csv");
    std::shared_ptr<const Document> current;
    std::string text;
    for (const int64_t step : steps) {
        const std::string file = milestonePath(folder, step);
        auto values = std::make_shared<Checkpoint>(loadCheckpoint(file));
        if (values->document.empty()) {
            current = run.document;
        } else if (!current || values->document != text) {
            current = documentOf(values->document, file);
        }
        text = std::exchange(values->document, {});
        run.timeline.add({current, std::move(values)});
    }
    return run;
}

} // namespace core
