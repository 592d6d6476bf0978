#include "core/instruments/calibration.h"

#include "core/instruments/classifier.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

Calibration calibrationOf(std::span<const double> confidence, const std::vector<bool>& right, int bins)
{
    std::vector<double> sums(size_t(bins), 0), hits(size_t(bins), 0), counts(size_t(bins), 0);
    for (size_t i = 0; i < confidence.size(); ++i) {
        // Bins are open below and closed above, as in the definition.
        const int above = int(std::ceil(confidence[i] * bins)) - 1;
        const size_t bin = size_t(std::clamp(above, 0, bins - 1));
        sums[bin] += confidence[i];
        hits[bin] += right[i];
        ++counts[bin];
    }
    Calibration result;
    for (size_t bin = 0; bin < size_t(bins); ++bin) {
        if (counts[bin] == 0) continue;
        result.confidence.push_back(sums[bin] / counts[bin]);
        result.accuracy.push_back(hits[bin] / counts[bin]);
        result.share.push_back(counts[bin] / double(confidence.size()));
        result.expectedError +=
            result.share.back() * std::abs(result.accuracy.back() - result.confidence.back());
    }
    return result;
}

namespace
{

Reading read(const Observation& o)
{
    const Settings settings(calibration, o);
    const Dataset& data = o.network.data();
    const auto examples = shownExamples(data, o.example, settings.whole("examples"));
    if (data.signs() || data.classNames.size() < 2)
        throw Error{"calibration", "the network gives no probability for each class",
                    "choose a classification task with a cross-entropy loss"};
    const std::vector<int> labels = labelsOf(data, examples);
    const Array output = o.network.predict(o.now, examples);
    const size_t width = size_t(output.count()) / examples.size();
    if (width < data.classNames.size())
        throw Error{"calibration", "the network gives no score for each class",
                    "end it with a cross-entropy loss"};
    std::vector<double> confidence;
    std::vector<bool> right;
    for (size_t i = 0; i < examples.size(); ++i) {
        const float* row = output.reals().data() + i * width;
        const auto best = std::max_element(row, row + width);
        confidence.push_back(double(*best));
        right.push_back(best - row == labels[i]);
    }
    const Calibration found = calibrationOf(confidence, right, int(settings.whole("bins")));
    SeriesReading reading;
    reading.xLabel = "confidence";
    reading.yLabel = "accuracy";
    reading.lines = {{"ECE " + number(found.expectedError), found.confidence, found.accuracy},
                     {"calibrated", {0, 1}, {0, 1}, true}};
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string&)
{
    const auto& results = made.program.results;
    return hasLabels(data) && !data.signs() && data.classNames.size() >= 2 &&
           std::any_of(results.begin(), results.end(),
                       [](const Result& result) { return result.name == "logits"; });
}

} // namespace

const Instrument calibration = {
    "calibration",
    "Calibration",
    "How often the network is right when it is so sure: below the diagonal it is too sure of itself.",
    Instrument::Needs::Nothing,
    read,
    applies,
    "ECE: Guo et al. 2017",
    {wholeSetting("examples", 1000, 1, 100000, "examples that it was not trained on"),
     wholeSetting("bins", 15, 2, 100, "of equal width")}};

} // namespace core::instruments
