// What a network costs: counted, and timed.
#include "core/diagram/costs.h"
#include "core/instruments/classifier.h"
#include "core/instruments/common.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/settings.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace core::instruments
{

namespace
{

/// A count to its last digit, a mean as other numbers are written.
std::string counted(double value)
{
    return value == std::floor(value) && value < 1e15 ? std::to_string(int64_t(value)) : number(value);
}

Reading readCosts(const Observation& o)
{
    const Settings settings(costs, o);
    const int64_t batch = settings.whole("examples");
    const Elaboration& made = o.network.elaboration(batch);
    TableReading reading;
    reading.columns = {"block", "parameters", "FLOPs an example", "bytes an example"};
    const auto row = [&](const std::string& name, const BlockCost& cost) {
        reading.rows.push_back({name, counted(cost.parameters), counted(cost.flops / double(batch)),
                                counted(cost.bytes / double(batch))});
    };
    for (const Block& block : o.network.document().diagram.blocks)
        if (const auto found = made.costs.find(block.id); found != made.costs.end())
            row(block.id, found->second);
    row("all", totalCost(made));
    return reading;
}

double secondsOf(auto work)
{
    using Clock = std::chrono::steady_clock;
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) {
        const auto begin = Clock::now();
        work();
        times.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    std::nth_element(times.begin(), times.begin() + 2, times.end());
    return times[2];
}

Reading readThroughput(const Observation& o)
{
    const Settings settings(throughput, o);
    SeriesReading reading;
    reading.xLabel = "batch";
    reading.yLabel = "examples a second";
    reading.logX = reading.logY = true;
    reading.lines = {{"loss", {}, {}}, {"loss and gradient", {}, {}}};
    for (int64_t batch = 1; batch <= settings.whole("examples"); batch *= 4) {
        const auto examples = trainingExamples(o.network.data(), batch);
        if (int64_t(examples.size()) < batch) break;
        lossOf(o.network, o.now, examples); // compiles
        lossGradient(o.network, o.now, examples);
        const double loss = secondsOf([&] { lossOf(o.network, o.now, examples); }),
                     both = secondsOf([&] { lossGradient(o.network, o.now, examples); });
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(batch));
        reading.lines[0].y.push_back(double(batch) / loss);
        reading.lines[1].y.push_back(double(batch) / both);
    }
    return reading;
}

bool always(const Dataset&, const Elaboration&, const std::string&) { return true; }

} // namespace

const Instrument costs = {
    "costs",
    "Costs",
    "Parameters, arithmetic and memory of each block for one example, forwards.",
    Instrument::Needs::Nothing,
    readCosts,
    always,
    "2 M N K for a contraction, 1 an element and call for a formula",
    {wholeSetting("examples", 64, 1, 4096, "size of the batch that shares what is counted")}};

const Instrument throughput = {
    "throughput",
    "Throughput",
    "Examples a second by the size of the batch, timed on this machine as busy as it is.",
    Instrument::Needs::Nothing,
    readThroughput,
    learns,
    "median of five",
    {wholeSetting("examples", 256, 1, 16384, "largest batch")},
    Instrument::Cost::Heavy};

} // namespace core::instruments
