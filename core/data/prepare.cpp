#include "core/data/shuffle.h"
#include "core/data/source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace core::data
{

namespace
{

int64_t share(int64_t count, double part) { return int64_t(std::llround(double(count) * part)); }

void splitExamples(Dataset& set, const DataChoice& choice, double testShare, int64_t officialTest)
{
    const int64_t count = set.examples();
    std::vector<int64_t> order(static_cast<size_t>(count - officialTest));
    std::iota(order.begin(), order.end(), 0);
    Random random{choice.splitSeed};
    shuffle(order, random);
    const int64_t test = officialTest ? 0 : share(count, testShare);
    const int64_t validation = share(int64_t(order.size()) - test, choice.validation);
    const auto testEnd = order.begin() + test, validationEnd = testEnd + validation;
    set.test.assign(order.begin(), testEnd);
    set.validation.assign(testEnd, validationEnd);
    set.train.assign(validationEnd, order.end());
    for (int64_t i = count - officialTest; i < count; ++i) set.test.push_back(i);
    if (set.train.empty())
        throw Error{"data " + set.name, std::to_string(count) + " examples leave none to train on",
                    "lower the shares of validation and test"};
}

/// Elements of one example, and how many numbers a normalisation of it has.
struct Layout {
    int64_t elements;
    int64_t channels;
};

Layout layoutOf(const Array& array, const std::string& kind)
{
    const auto& axes = array.type.axes;
    const int64_t elements = axes.front().size ? array.count() / axes.front().size : 0;
    if (axes.size() <= 2) return {elements, elements};
    return {elements, kind == "standard" ? axes.back().size : 1};
}

/// Folds a row into lanes, element i into lane i % width: many short chains of additions instead of one.
template<class Value, class Step> void fold(std::vector<Value>& lanes, std::span<const float> row, Step step)
{
    for (size_t begin = 0; begin < row.size(); begin += lanes.size()) {
        const size_t end = std::min(lanes.size(), row.size() - begin);
        for (size_t k = 0; k < end; ++k) lanes[k] = step(lanes[k], row[begin + k], k);
    }
}

/// unit: the smallest becomes 0 and the largest 1. standard: mean 0 and deviation 1 (of the population).
Normalisation measure(const Array& array, const std::string& kind, std::span<const int64_t> train)
{
    const auto [elements, channels] = layoutOf(array, kind);
    const size_t n = size_t(channels), width = n * std::max<size_t>(1, 64 / n); // lane k is of channel k % n
    Normalisation result{kind, std::vector<float>(n), std::vector<float>(n)};
    const auto rowOf = [&, size = size_t(elements)](int64_t index) {
        return std::span(array.reals()).subspan(size_t(index) * size, size);
    };
    if (kind == "unit") {
        std::vector<float> low(width, std::numeric_limits<float>::infinity()), high(width, -low[0]);
        for (const int64_t index : train) {
            fold(low, rowOf(index), [](float least, float v, size_t) { return v < least ? v : least; });
            fold(high, rowOf(index), [](float most, float v, size_t) { return v > most ? v : most; });
        }
        for (size_t k = n; k < width; ++k) {
            low[k % n] = std::min(low[k % n], low[k]);
            high[k % n] = std::max(high[k % n], high[k]);
        }
        for (size_t k = 0; k < n; ++k) result.shift[k] = low[k], result.scale[k] = high[k] - low[k];
    } else {
        const double count = double(train.size()) * double(elements / channels);
        const auto meanOf = [&](auto step) {
            std::vector<double> lanes(width);
            for (const int64_t index : train) fold(lanes, rowOf(index), step);
            for (size_t k = n; k < width; ++k) lanes[k % n] += lanes[k];
            for (size_t k = 0; k < width; ++k) lanes[k] = k < n ? lanes[k] / count : lanes[k % n];
            return lanes;
        };
        const auto mean = meanOf([](double sum, float v, size_t) { return sum + v; });
        const auto square =
            meanOf([&](double sum, float v, size_t k) { return sum + (v - mean[k]) * (v - mean[k]); });
        for (size_t k = 0; k < n; ++k)
            result.shift[k] = float(mean[k]), result.scale[k] = float(std::sqrt(square[k]));
    }
    for (float& scale : result.scale)
        if (!(scale > 0) || !std::isfinite(scale)) scale = 1; // a constant feature stays constant
    return result;
}

void normalise(Array& array, Normalisation& normalisation, const std::string& kind,
               std::span<const int64_t> train)
{
    const int64_t examples = array.type.axes.front().size;
    normalisation = measure(array, kind, train);
    const size_t elements = array.reals().size() / size_t(examples);
    for (int64_t i = 0; i < examples; ++i)
        normalisation.apply({array.reals().data() + size_t(i) * elements, elements});
}

bool finite(std::span<const float> values)
{
    bool bad = false;
    for (const float value : values) {
        uint32_t bits;
        std::memcpy(&bits, &value, 4);
        bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return !bad;
}

void requireFinite(const Array& array, const Dataset& set, const std::string& what)
{
    const auto& values = array.reals();
    if (finite(values)) return;
    const size_t bad =
        size_t(std::find_if_not(values.begin(), values.end(), [](float v) { return std::isfinite(v); }) -
               values.begin());
    const size_t elements = values.size() / size_t(array.type.axes.front().size), column = bad % elements;
    std::string where = set.name + ", example " + std::to_string(bad / elements) + ", " + what;
    if (elements > 1) where.append(" ").append(std::to_string(column));
    if (&array == &set.x && column < set.featureNames.size())
        where.append(" (").append(set.featureNames[column]).append(")");
    throw Error{where, std::isnan(values[bad]) ? "not a number (NaN)" : "infinite",
                "mend or remove this example"};
}

void fillMissing(Dataset& set)
{
    const size_t columns = set.x.reals().size() / size_t(set.examples());
    auto& values = set.x.reals();
    for (size_t column = 0; column < columns; ++column) {
        double sum = 0;
        int64_t known = 0;
        for (const int64_t row : set.train) {
            const float value = values[size_t(row) * columns + column];
            if (!std::isnan(value)) sum += value, ++known;
        }
        const float mean = known ? float(sum / double(known)) : 0;
        for (size_t i = column; i < values.size(); i += columns)
            if (std::isnan(values[i])) values[i] = mean;
    }
}

/// Parts follow each other in the text; a block and its shifted targets never leave their part.
void splitText(Dataset& set, const DataChoice& choice, double testShare, int64_t stride)
{
    const int64_t count = set.x.count();
    const int64_t test = share(count, testShare), validation = share(count - test, choice.validation);
    const auto starts = [&](int64_t begin, int64_t end, int64_t step, const char* part) {
        std::vector<int64_t> result;
        for (int64_t i = begin; i + set.blockLength < end; i += step) result.push_back(i);
        if (result.empty() && end > begin)
            throw Error{"data " + set.name,
                        std::string(part) + " part of " + std::to_string(end - begin) +
                            " tokens is shorter than one block of " + std::to_string(set.blockLength) +
                            " and its targets",
                        "use a longer text, a smaller blockLength, or other shares"};
        return result;
    };
    set.train = starts(0, count - test - validation, stride, "the training");
    set.validation = starts(count - test - validation, count - test, set.blockLength, "the validation");
    set.test = starts(count - test, count, set.blockLength, "the test");
    if (set.train.empty())
        throw Error{"data " + set.name, "no text is left to train on", "lower the other shares"};
    Random random{choice.splitSeed};
    shuffle(set.train, random);
}

} // namespace

Dataset prepare(Examples examples, const DataChoice& choice, double testShare)
{
    Dataset set = std::move(examples.set);
    if (!(choice.validation >= 0 && choice.validation < 1))
        throw Error{"data " + set.name, "the share of validation must be at least 0 and below 1", ""};
    if (choice.normalise != "none" && choice.normalise != "unit" && choice.normalise != "standard")
        throw Error{"data " + set.name, "no normalisation is called \"" + choice.normalise + "\"",
                    "one of: none, unit, standard"};
    if (set.task == Task::NextToken) {
        splitText(set, choice, testShare, examples.stride);
        return set;
    }
    if (set.x.count() == 0) throw Error{"data " + set.name, "there are no examples or no features", ""};
    splitExamples(set, choice, testShare, examples.officialTest);
    if (examples.fillMissing) fillMissing(set);
    const bool tokens = set.x.type.element == Element::Integer;
    if (!tokens) requireFinite(set.x, set, "feature");
    const bool real = set.y.type.element == Element::Real;
    if (real) requireFinite(set.y, set, "target");
    if (choice.normalise != "none") {
        if (!tokens) normalise(set.x, set.normalisation, choice.normalise, set.train);
        if (real && !set.signs()) normalise(set.y, set.targetNormalisation, choice.normalise, set.train);
    }
    return set;
}

} // namespace core::data
