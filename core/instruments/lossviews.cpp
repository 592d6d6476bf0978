// The loss around a network and on the way to another one.
#include "core/instruments/classifier.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/landscape.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/matching.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

#include <cmath>

namespace core::instruments
{

namespace
{

struct Place {
    Flat flat;
    std::vector<int64_t> examples;
    std::vector<double> here;

    Place(const Observation& o, const Settings& settings)
        : flat(o.network)
        , examples(trainingExamples(o.network.data(), settings.whole("examples")))
        , here(flat.pack(*o.now.values))
    {
        expectExamples(int64_t(examples.size()), 1, "a loss");
    }
    LossAt loss(const Observation& o) const
    {
        return [&o, this](std::span<const double> at) {
            return lossOf(o.network, flat.moment(o.now, at), examples);
        };
    }
};

double extent(const Settings& settings) { return settings.number("extent"); }

Reading readSlice(const Observation& o)
{
    const Settings settings(lossSlice, o);
    const Place place(o, settings);
    const std::vector<double> ts = evenly(-extent(settings), extent(settings), settings.whole("points"));
    SeriesReading reading;
    reading.xLabel = "distance, in lengths of the filters";
    reading.yLabel = "loss";
    for (int64_t i = 0; i < settings.whole("directions"); ++i) {
        const auto direction = filterNormalised(place.flat, place.here, uint64_t(settings.whole("seed") + i));
        reading.lines.push_back(
            {"direction " + std::to_string(i + 1), ts, lossAlong(place.loss(o), place.here, direction, ts)});
    }
    return reading;
}

Reading readPlane(const Observation& o)
{
    const Settings settings(lossPlane, o);
    const Place place(o, settings);
    const std::vector<double> ts = evenly(-extent(settings), extent(settings), settings.whole("points"));
    const uint64_t seed = uint64_t(settings.whole("seed"));
    const auto across = filterNormalised(place.flat, place.here, seed),
               up = filterNormalised(place.flat, place.here, seed + 1);
    MatrixReading reading;
    reading.rows = reading.columns = int(ts.size());
    reading.columnLabel = "direction 1";
    reading.rowLabel = "direction 2";
    for (const double t : ts) reading.columnNames.push_back(number(t));
    for (size_t row = 0; row < ts.size(); ++row) {
        const double t = ts[ts.size() - 1 - row];
        reading.rowNames.push_back(number(t));
        std::vector<double> from = place.here;
        for (size_t i = 0; i < from.size(); ++i) from[i] += t * up[i];
        for (const double loss : lossAlong(place.loss(o), from, across, ts))
            reading.values.push_back(float(loss));
    }
    return reading;
}

Moment otherOf(const Observation& o) { return o.other.values ? o.other : o.network.initial(); }

Reading readBetween(const Observation& o)
{
    const Settings settings(connectivity, o);
    const Place place(o, settings);
    const Moment other = otherOf(o);
    for (const Flat::Part& part : place.flat.parts()) {
        const auto found = other.values->find(part.name);
        if (found == other.values->end() || found->second.type != part.type)
            throw Error{"parameter " + part.name, "is not in the other network, or of another size",
                        "compare two runs of one diagram"};
    }
    const std::vector<double> there = place.flat.pack(*other.values),
                              ts = evenly(0, 1, settings.whole("points"));
    // First, for it may be refused.
    const Arrays matched =
        settings.on("matched")
            ? Matching(o.network.elaboration()).align(*o.now.values, *other.values, 0).values
            : Arrays();
    const LossAt loss = place.loss(o);
    SeriesReading reading;
    reading.xLabel = "t";
    reading.yLabel = "loss";
    const auto add = [&](const std::string& name, std::vector<double> losses) {
        reading.lines.push_back({name + ", barrier " + number(barrier(losses)), ts, std::move(losses)});
    };
    add("straight", lossBetween(loss, place.here, there, ts));
    if (settings.on("matched"))
        add("units matched", lossBetween(loss, place.here, place.flat.pack(matched), ts));
    if (const int64_t steps = settings.whole("bend_steps"); steps > 0) {
        const auto gradient = [&](std::span<const double> at) {
            const Moment moment = place.flat.moment(o.now, at);
            return place.flat.pack(lossGradient(o.network, moment, place.examples).gradient);
        };
        const std::vector<double> bend =
            findBend(gradient, place.here, there, int(steps), settings.number("bend_rate"), 0);
        std::vector<double> losses;
        for (const double t : ts) losses.push_back(loss(bezierPoint(place.here, bend, there, t)));
        add("Bezier curve", std::move(losses));
    }
    return reading;
}

} // namespace

const Instrument lossSlice = {"loss_slice",
                              "Loss slice",
                              "The loss along random directions through the parameters, each filter moved by "
                              "its own length.",
                              Instrument::Needs::Nothing,
                              readSlice,
                              learns,
                              "Li et al. 2018, section 4",
                              lossSettings({wholeSetting("points", 51, 3, 1001, "on each line"),
                                            wholeSetting("directions", 2, 1, 16, "how many"),
                                            numberSetting("extent", 1, 1e-6, 1e3, "how far to each side"),
                                            wholeSetting("seed", 1, 0, 1 << 30, "of the directions")}),
                              Instrument::Cost::Heavy};

const Instrument lossPlane = {"loss_plane",
                              "Loss landscape",
                              "The loss over a plane of two random directions, each filter moved by its own "
                              "length.",
                              Instrument::Needs::Nothing,
                              readPlane,
                              learns,
                              "Li et al. 2018, section 4",
                              lossSettings({wholeSetting("points", 21, 3, 201, "on each side"),
                                            numberSetting("extent", 1, 1e-6, 1e3, "how far to each side"),
                                            wholeSetting("seed", 1, 0, 1 << 30, "of the directions")}),
                              Instrument::Cost::Heavy};

const Instrument connectivity = {
    "mode_connectivity",
    "Way between networks",
    "The loss on the straight way to another run or time, the same with its units brought into this one's "
    "order, and along a Bezier curve that looks for a way around.",
    Instrument::Needs::Nothing,
    readBetween,
    learns,
    "Frankle et al. 2020; matching: Ainsworth et al. 2022; curve: Garipov et al. 2018",
    lossSettings({wholeSetting("points", 25, 3, 501, "on each way"),
                  switchSetting("matched", true, "also with matched units"),
                  wholeSetting("bend_steps", 0, 0, 100000, "gradient steps to find a curve; 0: none"),
                  numberSetting("bend_rate", 0.01, 1e-8, 10, "rate of these steps")}),
    Instrument::Cost::Heavy,
    Instrument::Sees::Everything,
    Instrument::Of::Two};

} // namespace core::instruments
