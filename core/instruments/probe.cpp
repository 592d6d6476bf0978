#include "core/instruments/probe.h"

#include "core/instruments/classifier.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/language/random.h"
#include "core/numeric/linear.h"
#include "core/numeric/logistic.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

/// Scores [row, class] of all rows by maps fitted to the first ones.
Matrix scores(const Matrix& x, const Matrix& targets, double ridge)
{
    const int64_t n = targets.rows;
    Matrix fitted(n, x.columns);
    std::copy_n(x.values.begin(), n * x.columns, fitted.values.begin());
    const bool wide = x.columns > n;
    Matrix system = wide ? numeric::gram(fitted) : numeric::innerGram(fitted);
    const double weight = ridge * numeric::trace(system) / double(n) + 1e-300;
    for (int64_t i = 0; i < system.rows; ++i) system(i, i) += weight;
    if (wide)
        return numeric::product(numeric::product(x, numeric::transposed(fitted)),
                                numeric::solve(system, targets));
    return numeric::product(x, numeric::solve(system, numeric::transposedProduct(fitted, targets)));
}

double heldOutShare(const Matrix& said, const std::vector<int>& labels, int64_t fitted)
{
    int64_t right = 0;
    for (int64_t i = fitted; i < said.rows; ++i) {
        const auto row = said.row(i);
        right += std::max_element(row.begin(), row.end()) - row.begin() == labels[size_t(i)];
    }
    return double(right) / double(said.rows - fitted);
}

std::vector<int> shuffledLabels(const std::vector<int>& labels, int64_t count, uint64_t seed)
{
    std::vector<int> shuffled(labels.begin(), labels.begin() + count);
    for (size_t i = shuffled.size(); i > 1; --i) {
        const auto bits = language::philox({uint32_t(seed), uint32_t(seed >> 32)}, {uint32_t(i), 0, 0, 1});
        std::swap(shuffled[i - 1], shuffled[size_t(bits[0]) % i]);
    }
    return shuffled;
}

/// The penalty is a share of the features' mean squared length, as that of ridge regression is.
ProbeResult logisticProbe(const Matrix& x, const std::vector<int>& labels, const std::vector<int>& shuffled,
                          int classes, double penalty)
{
    const int64_t fitted = int64_t(shuffled.size());
    double squares = 0;
    for (int64_t i = 0; i < fitted; ++i) squares += numeric::dot(x.row(i), x.row(i));
    const double weight = penalty * squares / double(fitted) / double(x.columns) + 1e-9;
    const auto share = [&](const std::vector<int>& known) {
        return heldOutShare(scoresOf(numeric::logisticRegression(x, known, classes, weight), x), labels,
                            fitted);
    };
    return {share({labels.begin(), labels.begin() + fitted}), share(shuffled)};
}

} // namespace

ProbeResult linearProbe(const Matrix& features, const std::vector<int>& labels, int classes, int64_t fitted,
                        double ridge, ProbeForm form, uint64_t seed)
{
    expectExamples(fitted, 2, "a linear probe's fit");
    expectExamples(features.rows - fitted, 1, "a linear probe's held-out part");
    // Means of the fitted part only: the held-out part must not be looked at.
    std::vector<double> means(size_t(features.columns), 0);
    for (int64_t i = 0; i < fitted; ++i)
        for (int64_t k = 0; k < features.columns; ++k) means[size_t(k)] += features(i, k) / double(fitted);
    Matrix x = features;
    for (int64_t i = 0; i < x.rows; ++i)
        for (int64_t k = 0; k < x.columns; ++k) x(i, k) -= means[size_t(k)];

    const std::vector<int> shuffled = shuffledLabels(labels, fitted, seed);
    if (form == ProbeForm::Logistic) return logisticProbe(x, labels, shuffled, classes, ridge);
    Matrix targets(fitted, 2 * classes);
    for (int64_t i = 0; i < fitted; ++i) {
        targets(i, labels[size_t(i)]) = 1;
        targets(i, classes + shuffled[size_t(i)]) = 1;
    }
    // Class frequencies are the constant part, which centred features leave to it.
    std::vector<double> frequencies = numeric::columnMeans(targets);
    for (int64_t i = 0; i < fitted; ++i)
        for (int64_t c = 0; c < 2 * classes; ++c) targets(i, c) -= frequencies[size_t(c)];
    const Matrix all = scores(x, targets, ridge);
    const auto half = [&](int64_t first) {
        Matrix part(all.rows, classes);
        for (int64_t i = 0; i < all.rows; ++i)
            for (int64_t c = 0; c < classes; ++c)
                part(i, c) = all(i, first + c) + frequencies[size_t(first + c)];
        return heldOutShare(part, labels, fitted);
    };
    return {half(0), half(classes)};
}

namespace
{

Reading read(const Observation& o)
{
    const Settings settings(probe, o);
    const Dataset& data = o.network.data();
    const int64_t wanted = settings.whole("examples");
    const Representations all = representationsOf(o, wanted, 4);
    const std::vector<int> labels = labelsOf(data, all.examples);
    const int classes = std::max(2, int(data.classNames.size()));
    const int64_t n = int64_t(labels.size()), fitted = std::max<int64_t>(2, int64_t(double(n) * 0.75));
    SeriesReading reading;
    reading.xLabel = "depth";
    reading.yLabel = "right on held-out examples";
    reading.xNames = all.wires;
    reading.lines = {{"probe", {}, {}}, {"shuffled labels", {}, {}}};
    for (size_t depth = 0; depth < all.x.size(); ++depth) {
        const ProbeResult result =
            linearProbe(all.x[depth], labels, classes, fitted, settings.number("ridge"),
                        settings.choice("form") == "logistic" ? ProbeForm::Logistic : ProbeForm::Ridge);
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(depth));
        reading.lines[0].y.push_back(result.heldOut);
        reading.lines[1].y.push_back(result.shuffled);
    }
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string& at)
{
    return hasLabels(data) && hasWires(data, made, at);
}

} // namespace

const Instrument probe = {
    "linear_probe",
    "Linear probe",
    "Share of classes that ridge or logistic regression reads off each wire, on examples it was not fitted "
    "to, "
    "and what it reads off for shuffled labels.",
    Instrument::Needs::Wires,
    read,
    applies,
    "Alain, Bengio 2016; control: Hewitt, Liang 2019",
    {choiceSetting("form", {"ridge", "logistic"}, "what is fitted: least squares, or cross-entropy"),
     wholeSetting("examples", 512, 4, 8192, "examples, three quarters of them to fit"),
     numberSetting("ridge", 0.01, 0, 1e6, "weight of the penalty, in mean squared lengths")}};

} // namespace core::instruments
