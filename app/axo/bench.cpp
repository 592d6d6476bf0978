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
constexpr size_t fewestSamples = 15;

double seconds(const std::function<void()>& work, int64_t times)
{
    const auto begin = Clock::now();
    for (int64_t i = 0; i < times; ++i) work();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Json measure(const Case& row, core::Backend& backend)
{
    Prepared prepared = row.prepare(backend);
    int64_t times = 1;
    double spent = seconds(prepared.work, 1);
    for (double warm = spent; warm < warmUpSeconds; warm += spent) {
        spent = seconds(prepared.work, times);
        if (spent < sampleSeconds) times *= 2;
    }
    std::vector<double> samples;
    for (double total = 0; total < caseSeconds || samples.size() < fewestSamples;) {
        spent = seconds(prepared.work, times);
        total += spent;
        samples.push_back(1e6 * spent / double(times * prepared.unit));
    }
    std::sort(samples.begin(), samples.end());
    const auto at = [&](double share) { return samples[size_t(share * double(samples.size() - 1))]; };
    Json result{{"name", row.name},         {"backend", backend.info().name},
                {"median_us", at(0.5)},     {"p10_us", at(0.1)},
                {"p90_us", at(0.9)},        {"steps_per_second", 1e6 / at(0.5)},
                {"samples", samples.size()}};
    result.update(prepared.counts);
    if (result.contains("flops")) result["gflops"] = result["flops"].get<double>() / at(0.5) * 1e-3;
    return result;
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
    std::fprintf(stderr, "%s holds %zu cases; send it with the name of the machine.\n", path.c_str(),
                 cases.size());
}

void bench(const std::string& filter, const std::string& backendName, bool json, const std::string& report)
{
    const auto backend = core::makeBackend(backendName);
    std::string names;
    Json cases = Json::array();
    for (const Case& row : benchCases()) {
        names += (names.empty() ? "" : ", ") + row.name;
        if (row.name.find(filter) == std::string::npos) continue;
        const Json result = measure(row, *backend);
        cases.push_back(result);
        if (json) {
            printJson(result);
            continue;
        }
        std::printf("%-22s %12.2f us  (%.2f .. %.2f)  %12.0f /s", row.name.c_str(),
                    result["median_us"].get<double>(), result["p10_us"].get<double>(),
                    result["p90_us"].get<double>(), result["steps_per_second"].get<double>());
        if (result.contains("gflops")) std::printf("  %7.1f GFLOP/s", result["gflops"].get<double>());
        std::printf("  %s\n", result.value("data", "") == "random" ? "random data" : "");
        std::fflush(stdout);
    }
    if (cases.empty()) throw core::Error{"bench", "no case matches \"" + filter + "\"", "cases: " + names};
    if (!report.empty()) submit(report, *backend, cases);
}

} // namespace

void addBench(CLI::App& app)
{
    struct Options {
        std::string filter, backend = "cpu", submit;
        bool json = false;
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("bench", "Times steps of known networks");
    command->add_option("--filter", options->filter, "only cases whose name contains this");
    command->add_option("--backend", options->backend, "cpu, cpu:THREADS, reference, vulkan, vulkan:DEVICE");
    command->add_option("--submit", options->submit, "a file for all of it and the machine's data");
    command->add_flag("--json", options->json, "one JSON object a case");
    command->callback(
        [options] { bench(options->filter, options->backend, options->json, options->submit); });
}

} // namespace axo
