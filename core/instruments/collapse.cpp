#include "core/instruments/collapse.h"

#include "core/instruments/classifier.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/numeric/linear.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

namespace
{

struct Means {
    Matrix ofClass; ///< less the mean over all examples, [class, d]
    std::vector<double> all;
};

Means meansOf(const Matrix& features, const std::vector<int>& labels, int classes)
{
    Means means{Matrix(classes, features.columns), numeric::columnMeans(features)};
    std::vector<int64_t> counts(size_t(classes), 0);
    for (int64_t i = 0; i < features.rows; ++i) {
        const int label = labels[size_t(i)];
        ++counts[size_t(label)];
        for (int64_t k = 0; k < features.columns; ++k) means.ofClass(label, k) += features(i, k);
    }
    for (int c = 0; c < classes; ++c) {
        if (counts[size_t(c)] == 0)
            throw Error{"neural collapse",
                        "class " + std::to_string(c) + " has no example in the observation batch",
                        "raise the setting examples to at least " + std::to_string(4 * classes)};
        for (int64_t k = 0; k < features.columns; ++k)
            means.ofClass(c, k) = means.ofClass(c, k) / double(counts[size_t(c)]) - means.all[size_t(k)];
    }
    return means;
}

/// tr(Sw pinv(Sb)) in the at most C-1 directions in which the means differ; no d x d matrix is made.
double variability(const Matrix& features, const std::vector<int>& labels, const Means& means)
{
    const Matrix& m = means.ofClass;
    const numeric::Eigen parts = numeric::eigen(numeric::gram(m));
    Matrix rest = features;
    for (int64_t i = 0; i < rest.rows; ++i)
        for (int64_t k = 0; k < rest.columns; ++k)
            rest(i, k) -= means.all[size_t(k)] + m(labels[size_t(i)], k);
    const Matrix along = numeric::product(numeric::product(rest, numeric::transposed(m)), parts.vectors);
    double sum = 0;
    for (int64_t k = 1; k < m.rows; ++k) {
        const double l = parts.values[size_t(k)];
        if (l <= 1e-12 * parts.values.back()) continue;
        double squares = 0;
        for (int64_t i = 0; i < along.rows; ++i) squares += along(i, k) * along(i, k);
        sum += squares / (l * l) / double(rest.rows);
    }
    return sum * double(m.rows);
}

} // namespace

NeuralCollapse neuralCollapse(const Matrix& features, const std::vector<int>& labels, int classes,
                              const Matrix& classifier, const std::vector<int>& decisions)
{
    const Means means = meansOf(features, labels, classes);
    const Matrix& m = means.ofClass;
    NeuralCollapse result;
    result.variability = variability(features, labels, means);
    result.variabilityByClass = result.variability / classes;

    std::vector<double> lengths;
    double mean = 0, spread = 0;
    for (int c = 0; c < classes; ++c) {
        lengths.push_back(numeric::norm(m.row(c)));
        mean += lengths.back() / classes;
    }
    if (!(mean > 0)) throw Error{"neural collapse", "all class means are equal", "train a little first"};
    for (const double length : lengths) spread += (length - mean) * (length - mean) / classes;
    result.norms = std::sqrt(spread) / mean;
    for (int a = 0; a < classes; ++a)
        for (int b = 0; b < classes; ++b) {
            if (a == b) continue;
            const double product = lengths[size_t(a)] * lengths[size_t(b)];
            const double cosine = product > 0 ? numeric::dot(m.row(a), m.row(b)) / product : 0;
            result.angles += std::abs(cosine + 1.0 / (classes - 1)) / (classes * (classes - 1));
        }

    result.duality = result.disagreement = NAN;
    if (!classifier.values.empty()) {
        const double w = numeric::frobenius(classifier), all = numeric::frobenius(m);
        result.duality = 0;
        for (size_t i = 0; i < m.values.size(); ++i) {
            const double difference = classifier.values[i] / w - m.values[i] / all;
            result.duality += difference * difference;
        }
    }
    if (!decisions.empty()) {
        int64_t differing = 0;
        for (int64_t i = 0; i < features.rows; ++i) {
            int nearest = 0;
            double least = INFINITY;
            for (int c = 0; c < classes; ++c) {
                double distance = 0;
                for (int64_t k = 0; k < features.columns; ++k) {
                    const double d = features(i, k) - means.all[size_t(k)] - m(c, k);
                    distance += d * d;
                }
                if (distance < least) least = distance, nearest = c;
            }
            differing += nearest != decisions[size_t(i)];
        }
        result.disagreement = double(differing) / double(features.rows);
    }
    return result;
}

namespace
{

Reading read(const Observation& o)
{
    const Settings settings(collapse, o);
    const Dataset& data = o.network.data();
    const auto examples = settings.choice("part") == "training"
                              ? trainingExamples(data, settings.whole("examples"))
                              : shownExamples(data, o.example, settings.whole("examples"));
    const std::vector<int> labels = labelsOf(data, examples);
    const int classes = int(data.classNames.size());
    const auto last = lastLinear(o.network.elaboration(int64_t(examples.size())));
    const std::string wire = !o.at.empty() ? o.at : last ? last->features : std::string();
    if (wire.empty())
        throw Error{"neural collapse", "the logits do not come from a linear map of one wire",
                    "choose the wire of the last representation"};
    Observation there = o;
    there.at = wire;
    const Matrix features = representationOf(there, examples);
    const bool before = last && last->features == wire;
    const NeuralCollapse n = neuralCollapse(
        features, labels, classes, before ? classifierOf(*last, o.now) : Matrix(), decisionsOf(o, examples));
    TableReading reading;
    reading.columns = {"", "value", "measure"};
    reading.rows = {{"NC1", number(n.variability, 6), "variability within classes, tr(Sw pinv(Sb))"},
                    {"NC1 / C", number(n.variabilityByClass, 6), "the same over the number of classes"},
                    {"NC2", number(n.norms, 6), "spread of the lengths of class means"},
                    {"NC2", number(n.angles, 6), "distance of their angles from a simplex"},
                    {"NC3", number(n.duality, 6), "distance of the classifier from the means"},
                    {"NC4", number(n.disagreement, 6), "disagreement with the nearest class mean"}};
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string& at)
{
    if (!hasLabels(data) || data.classNames.size() < 2) return false;
    return at.empty() ? lastLinear(made).has_value() : carriesExamples(made, at);
}

} // namespace

const Instrument collapse = {
    "neural_collapse",
    "Neural collapse",
    "NC1 to NC4 of the last representation: classes shrink to points, the points form a simplex, the "
    "classifier follows them, and decides by the nearest.",
    Instrument::Needs::Wires,
    read,
    applies,
    "Papyan, Han, Donoho 2020",
    {wholeSetting("examples", 512, 2, 100000, "examples that are looked at"),
     choiceSetting("part", {"training", "shown"}, "training examples, or those that pictures show")}};

} // namespace core::instruments
