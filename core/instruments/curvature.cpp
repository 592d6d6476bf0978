#include "core/instruments/curvature.h"

#include "core/instruments/classifier.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace core::instruments
{

numeric::Operator hessianOf(Network& network, const Moment& moment, const Flat& flat,
                            std::vector<int64_t> examples)
{
    return [&network, moment, &flat, examples = std::move(examples)](std::span<const double> x) {
        return flat.pack(hessianTimes(network, moment, examples, flat.unpack(x)));
    };
}

Density densityOf(const numeric::Lanczos& found, int points, double broadening)
{
    const auto [least, most] = std::minmax_element(found.values.begin(), found.values.end());
    const double low = *least, high = *most;
    const double range = std::max(high - low, 1e-9 * std::max(std::abs(low), std::abs(high))) + 1e-30;
    const double width = broadening * range, from = low - 4 * width, to = high + 4 * width;
    Density result;
    for (int i = 0; i < points; ++i) {
        const double at = from + (to - from) * i / (points - 1);
        double density = 0;
        for (size_t k = 0; k < found.values.size(); ++k) {
            const double z = (at - found.values[k]) / width;
            density += found.weights[k] * std::exp(-z * z / 2) / (width * std::sqrt(2 * std::numbers::pi));
        }
        result.at.push_back(at);
        result.density.push_back(density);
    }
    return result;
}

namespace
{

Reading readTop(const Observation& o)
{
    const Settings settings(hessian, o);
    const Flat flat(o.network);
    const auto examples = trainingExamples(o.network.data(), settings.whole("examples"));
    const auto found = numeric::extremeEigenvalues(
        hessianOf(o.network, o.now, flat, examples), numeric::normalVector(flat.size(), 1),
        int(settings.whole("iterations")), settings.number("tolerance"));
    TableReading reading;
    reading.columns = {"", "value"};
    reading.rows = {{"largest magnitude", number(found.magnitude, 6)},
                    {"algebraic maximum", number(found.maximum, 6)},
                    {"stable below the rate", found.maximum > 0 ? number(2 / found.maximum, 6) : "any"},
                    {"iterations", std::to_string(found.iterations)},
                    {"converged", found.converged ? "yes" : "no"}};
    return reading;
}

Reading readDensity(const Observation& o)
{
    const Settings settings(hessianDensity, o);
    const Flat flat(o.network);
    const auto examples = trainingExamples(o.network.data(), settings.whole("examples"));
    const numeric::Operator times = hessianOf(o.network, o.now, flat, examples);
    const int64_t starts = settings.whole("starts");
    numeric::Lanczos all;
    for (int64_t start = 0; start < starts; ++start) {
        const auto one = numeric::lanczos(times, numeric::normalVector(flat.size(), uint64_t(start + 1)),
                                          int(settings.whole("steps")));
        all.values.insert(all.values.end(), one.values.begin(), one.values.end());
        for (const double weight : one.weights) all.weights.push_back(weight / double(starts));
    }
    const Density found = densityOf(all);
    SeriesReading reading;
    reading.xLabel = "eigenvalue";
    reading.yLabel = "density";
    reading.logY = true;
    SeriesReading::Line line{"Hessian", found.at, found.density};
    for (double& value : line.y)
        if (value < 1e-12) value = NAN;
    reading.lines.push_back(std::move(line));
    return reading;
}

} // namespace

const Instrument hessian = {
    "hessian",
    "Curvature",
    "Top eigenvalue of the Hessian of the loss: the largest magnitude and the algebraic maximum.",
    Instrument::Needs::Nothing,
    readTop,
    learns,
    "power iteration on products with the Hessian, Pearlmutter 1994",
    {lossExamples(), wholeSetting("iterations", 100, 1, 10000, "at most"),
     numberSetting("tolerance", 1e-3, 1e-8, 1, "relative change at which it ends")},
    Instrument::Cost::Heavy};

const Instrument hessianDensity = {
    "hessian_density",
    "Spectrum of curvature",
    "Density of the eigenvalues of the Hessian of the loss, by the Lanczos method.",
    Instrument::Needs::Nothing,
    readDensity,
    learns,
    "Ghorbani et al. 2019",
    {lossExamples(), wholeSetting("steps", 100, 2, 1000, "of each Lanczos run, fully reorthogonalised"),
     wholeSetting("starts", 1, 1, 100, "random start vectors that are averaged over")},
    Instrument::Cost::Heavy};

} // namespace core::instruments
