#include "core/instruments/classifier.h"
#include "core/instruments/common.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

namespace core::instruments
{

namespace
{

Reading read(const Observation& o)
{
    const Settings settings(classShares, o);
    const Dataset& data = o.network.data();
    if (!hasLabels(data))
        throw Error{"data " + data.name, "has no class for each example", "choose a classification task"};
    const auto examples = shownExamples(data, o.example, settings.whole("examples"));
    expectExamples(int64_t(examples.size()), 1, "a share");
    SeriesReading reading;
    reading.xLabel = "step";
    reading.yLabel = "share of answers";
    reading.form = SeriesReading::Form::Areas;
    for (const std::string& name : data.classNames) reading.lines.push_back({name, {}, {}});
    if (reading.lines.size() < 2) reading.lines = {{"negative", {}, {}}, {"positive", {}, {}}};
    Observation then = o;
    for (const Moment& moment : momentsOf(o, size_t(settings.whole("moments")))) {
        then.now = moment;
        std::vector<double> shares(reading.lines.size());
        for (const int answer : decisionsOf(then, examples))
            if (size_t(answer) < shares.size()) shares[size_t(answer)] += 1 / double(examples.size());
        for (size_t i = 0; i < shares.size(); ++i) {
            reading.lines[i].x.push_back(double(moment.step));
            reading.lines[i].y.push_back(shares[i]);
        }
    }
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string&)
{
    return hasLabels(data) && answers(made);
}

} // namespace

const Instrument classShares = {
    "class_shares",
    "Answers in time",
    "Which classes the network answers with, as shares of the examples, at the moments that are kept.",
    Instrument::Needs::Nothing,
    read,
    applies,
    "",
    {wholeSetting("examples", 200, 1, 8192, "how many are asked"),
     wholeSetting("moments", 32, 2, 256, "at most so many, evenly")},
    Instrument::Cost::Heavy};

} // namespace core::instruments
