// axo bench: medians over many short samples, never means, and the counts that do not depend on the weather.
#include "app/axo/bench.h"

#include "core/files/files.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

namespace axo
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr double sampleSeconds = 0.002, caseSeconds = 1.5, warmUpSeconds = 0.3;
constexpr double longestCase = 20; // times as long where that takes so few samples
constexpr size_t fewestSamples = 15;

double seconds(const std::function<void()>& work, int64_t times)
{
    const auto begin = Clock::now();
    for (int64_t i = 0; i < times; ++i) work();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Counts, and with `Timed::Yes` what they take: medians, and how often the device was asked for it.
enum class Timed : uint8_t { Yes, No };
Json measure(const Case& row, core::Backend& backend, Timed timed)
{
    Prepared prepared = row.prepare(backend);
    Json result{{"name", row.name}, {"backend", backend.info().name}};
    if (timed == Timed::Yes) {
        int64_t times = 1, done = 1;
        double spent = seconds(prepared.work, 1); // the first steps are looked at more closely
        const int64_t submits = prepared.submits ? prepared.submits() : 0;
        for (double warm = spent; warm < warmUpSeconds; warm += spent) {
            done += times;
            spent = seconds(prepared.work, times);
            if (spent < sampleSeconds) times *= 2;
        }
        std::vector<double> samples;
        for (double total = 0;
             total < caseSeconds || (samples.size() < fewestSamples && total < longestCase * caseSeconds);) {
            done += times;
            spent = seconds(prepared.work, times);
            total += spent;
            samples.push_back(1e6 * spent / double(times * prepared.unit));
        }
        std::sort(samples.begin(), samples.end());
        const auto at = [&](double share) { return samples[size_t(share * double(samples.size() - 1))]; };
        result.update({{"median_us", at(0.5)},
                       {"p10_us", at(0.1)},
                       {"p90_us", at(0.9)},
                       {"steps_per_second", 1e6 / at(0.5)},
                       {"samples", samples.size()}});
        if (prepared.submits)
            result["submits_per_step"] =
                double(prepared.submits() - submits) / double((done - 1) * prepared.unit);
    }
    result.update(prepared.counts);
    if (timed == Timed::Yes && result.contains("flops"))
        result["gflops"] = result["flops"].get<double>() / result["median_us"].get<double>() * 1e-3;
    if (result.contains("dispatches_goal"))
        result["holds"] = result["dispatches"] <= result["dispatches_goal"] &&
                          result.value("submits_per_step", 0.0) <= result["submits_goal"].get<double>();
    return result;
}

/// A machine that fails at one case, for want of memory say, is known better for it: the others go on.
Json measureOrSay(const Case& row, core::Backend& backend, Timed timed)
{
    try {
        return measure(row, backend, timed);
    } catch (const core::MachineFailure& failure) {
        std::fprintf(stderr, "axo: %s: %s\n", row.name.c_str(), failure.text().c_str());
        return {{"name", row.name}, {"backend", backend.info().name}, {"failure", failure.text()}};
    }
}

/// Everything that another person needs to know of the machine that was measured.
void submit(const std::string& path, const core::Backend& backend, const Json& cases)
{
    const Json report{{"version", AXO_VERSION},
                      {"compiler", __VERSION__},
                      {"threads", std::thread::hardware_concurrency()},
                      {"backend", backend.info().name},
                      {"device", backend.info().device},
                      {"vulkan_devices", vulkanEntries()},
                      {"cases", cases}};
    core::files::writeFile(path, report.dump(2) + "\n");
    std::fprintf(stderr, "%s holds %zu %s; send it with the name of the machine.\n", path.c_str(),
                 cases.size(), cases.size() == 1 ? "case" : "cases");
}

struct BenchOptions {
    std::string filter, backend = "cpu", submit;
    bool json = false, counts = false;
};

void printCase(const Json& result)
{
    std::printf("%-22s", result["name"].get<std::string>().c_str());
    if (result.contains("median_us"))
        std::printf(" %12.2f us  (%.2f .. %.2f)  %12.0f /s", result["median_us"].get<double>(),
                    result["p10_us"].get<double>(), result["p90_us"].get<double>(),
                    result["steps_per_second"].get<double>());
    if (result.contains("gflops")) std::printf("  %7.1f GFLOP/s", result["gflops"].get<double>());
    if (result.contains("holds"))
        std::printf("  %3d dispatches, goal %d, at least %d", result["dispatches"].get<int>(),
                    result["dispatches_goal"].get<int>(), result["dispatches_bound"].get<int>());
    std::printf("  %s\n", result.value("data", "") == "random" ? "random data" : "");
    std::fflush(stdout);
}

void bench(const BenchOptions& options)
{
    const auto backend = core::makeBackend(options.backend);
    std::string names;
    Json cases = Json::array();
    for (const Case& row : benchCases()) {
        names += (names.empty() ? "" : ", ") + row.name;
        if (row.name.find(options.filter) == std::string::npos) continue;
        const Timed timed = options.counts ? Timed::No : Timed::Yes;
        const Json result =
            options.submit.empty() ? measure(row, *backend, timed) : measureOrSay(row, *backend, timed);
        cases.push_back(result);
        if (result.contains("failure")) continue;
        options.json ? printJson(result) : printCase(result);
    }
    if (cases.empty())
        throw core::Error{"bench", "no case matches \"" + options.filter + "\"", "cases: " + names};
    if (!options.submit.empty()) submit(options.submit, *backend, cases);
}

} // namespace

void addBench(CLI::App& app)
{
    const auto options = std::make_shared<BenchOptions>();
    auto* command = app.add_subcommand("bench", "Times steps of known networks");
    command->add_option("--filter", options->filter, "only cases whose name contains this");
    command->add_option("--backend", options->backend, "cpu, cpu:THREADS, reference, vulkan, vulkan:DEVICE");
    command->add_option("--submit", options->submit, "a file for all of it and the machine's data");
    command->add_flag("--counts", options->counts, "only what is counted, nothing is timed");
    command->add_flag("--json", options->json, "one JSON object a case");
    command->callback([options] { bench(*options); });
}

} // namespace axo
