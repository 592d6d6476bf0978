// Sizes of parameters, gradients and updates.
#include "core/instruments/classifier.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/flat.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/magnitude.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/wires.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

namespace
{

/// ||now - before|| a step, over ||now||.
double updateRatio(const Array& now, const Array& before, int64_t steps)
{
    double squares = 0;
    for (size_t i = 0; i < now.reals().size(); ++i) {
        const double moved = double(now.reals()[i]) - double(before.reals()[i]);
        squares += moved * moved;
    }
    return std::sqrt(squares) / double(steps) / lengthOf(now);
}

Reading readNorms(const Observation& o)
{
    const Settings settings(parameterNorms, o);
    const auto examples = trainingExamples(o.network.data(), settings.whole("examples"));
    const LossGradient slope = lossGradient(o.network, o.now, examples);
    const auto earlier = std::find_if(o.history.rbegin(), o.history.rend(),
                                      [&](const Moment& moment) { return moment.step < o.now.step; });
    TableReading reading;
    reading.columns = {"parameter", "numbers", "norm", "gradient", "gradient / norm", "update / norm"};
    for (const std::string& name : trainedParameters(o.network)) {
        const Array& now = o.now.values->at(name);
        const double length = lengthOf(now), steep = lengthOf(slope.gradient.at(name));
        std::string update = "-";
        if (earlier != o.history.rend()) {
            const auto before = earlier->values->find(name);
            if (before != earlier->values->end() && before->second.type == now.type)
                update = number(updateRatio(now, before->second, o.now.step - earlier->step));
        }
        reading.rows.push_back({name, std::to_string(now.count()), number(length), number(steep),
                                length > 0 ? number(steep / length) : "-", update});
    }
    return reading;
}

Reading readDepth(const Observation& o)
{
    const Settings settings(gradientDepth, o);
    const auto [wires, values, gradients, examples] = bothWays(o, settings.whole("examples"));
    SeriesReading reading;
    reading.xLabel = "depth";
    reading.yLabel = "root mean square";
    reading.xNames = wires;
    reading.logY = true;
    reading.lines = {{"gradient", {}, {}}, {"value", {}, {}}};
    for (size_t depth = 0; depth < wires.size(); ++depth) {
        // Of an example's own loss: the mean over the batch divides each by their number.
        const double own = rootMeanSquare(gradients.at(wires[depth])) * double(examples);
        const double value = rootMeanSquare(values.at(wires[depth]));
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(depth));
        reading.lines[0].y.push_back(own > 0 ? own : NAN);
        reading.lines[1].y.push_back(value > 0 ? value : NAN);
    }
    return reading;
}

Reading readTime(const Observation& o)
{
    const Settings settings(gradientTime, o);
    const auto examples = trainingExamples(o.network.data(), settings.whole("examples"));
    SeriesReading reading;
    reading.xLabel = "step";
    reading.yLabel = "norm";
    reading.logY = true;
    reading.lines = {{"gradient", {}, {}}, {"parameters", {}, {}}};
    const Flat flat(o.network);
    for (const Moment& moment : momentsOf(o, o.history.size())) {
        const LossGradient slope = lossGradient(o.network, moment, examples);
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(moment.step));
        reading.lines[0].y.push_back(numeric::norm(flat.pack(slope.gradient)));
        reading.lines[1].y.push_back(numeric::norm(flat.pack(*moment.values)));
    }
    return reading;
}

Reading readHistogram(const Observation& o)
{
    const Settings settings(gradientHistogram, o);
    const auto examples = trainingExamples(o.network.data(), settings.whole("examples"));
    const LossGradient slope = lossGradient(o.network, o.now, examples);
    parameterNamed(o, o.at);
    const auto found = slope.gradient.find(o.at);
    if (found == slope.gradient.end())
        throw Error{"parameter " + o.at, "has no gradient: the loss does not depend on it",
                    "choose one that is trained"};
    return histogramOf(found->second.reals(), int(settings.whole("bins")), o.at);
}

bool isTrained(const Dataset& data, const Elaboration& made, const std::string& at)
{
    const ValueId value = made.program.find("parameter", at);
    if (value < 0 || !learns(data, made, at)) return false;
    for (const Result& result : made.program.results)
        if (result.name == "loss") return dependsOn(made.program, result.value, value);
    return false;
}

} // namespace

const Instrument parameterNorms = {
    "parameter_norms",
    "Sizes of parameters",
    "Length of each parameter and of its gradient, and how far a step moves it for "
    "its size.",
    Instrument::Needs::Nothing,
    readNorms,
    learns,
    "||w||, ||g||, ||dw|| / ||w||",
    lossSettings()};

const Instrument gradientDepth = {
    "gradient_depth",
    "Gradient by depth",
    "Root mean square of values and of the gradient of the loss, wire after wire: "
    "whether gradients vanish or explode.",
    Instrument::Needs::Wires,
    readDepth,
    hasGradients,
    "Glorot, Bengio 2010",
    lossSettings()};

const Instrument gradientTime = {"gradient_time",
                                 "Gradient in time",
                                 "Length of the gradient and of the parameters at the moments that are kept.",
                                 Instrument::Needs::Nothing,
                                 readTime,
                                 learns,
                                 "||g||, ||w||",
                                 lossSettings(),
                                 Instrument::Cost::Heavy};

const Instrument gradientHistogram = {"gradient_histogram",
                                      "Gradient histogram",
                                      "How often which value occurs in the gradient of a parameter.",
                                      Instrument::Needs::Parameter,
                                      readHistogram,
                                      isTrained,
                                      "",
                                      lossSettings({wholeSetting("bins", 48, 2, 1000, "of the histogram")})};

} // namespace core::instruments
