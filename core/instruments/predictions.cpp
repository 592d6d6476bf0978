#include "core/instruments/common.h"
#include "core/instruments/list.h"
#include "core/instruments/plane.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

constexpr int64_t shown = 25, mostColumns = 6, shownInPlane = 500;
constexpr size_t mostListed = 32; ///< labels of one example that are written out

std::string className(const Dataset& data, int64_t label)
{
    const auto& names = data.task == Task::NextToken ? data.vocabulary : data.classNames;
    return label >= 0 && label < int64_t(names.size()) ? names[size_t(label)] : std::to_string(label);
}

struct Answer {
    std::string truth, prediction;
    bool judged = false, right = false;
    double confidence = -1;
    bool counted = false; ///< too many labels to list: how many there are, what share is right
};

/// Labels of one example that are many: right if all are; as sure as of the least sure.
Answer answerOfAll(const Dataset& data, std::span<const float> output, std::span<const int32_t> truth)
{
    Answer answer{"", "", true, true, 1};
    const size_t classes = output.size() / truth.size();
    size_t right = 0;
    for (size_t i = 0; i < truth.size(); ++i) {
        const auto row = output.subspan(i * classes, classes);
        const auto best = std::max_element(row.begin(), row.end()) - row.begin();
        right += best == truth[i];
        answer.confidence = std::min(answer.confidence, double(row[size_t(best)]));
        answer.truth += (i ? " " : "") + className(data, truth[i]);
        answer.prediction += (i ? " " : "") + className(data, best);
    }
    answer.right = right == truth.size();
    if (truth.size() <= mostListed) return answer;
    answer.truth = std::to_string(truth.size()).append(" labels");
    answer.prediction = percent(double(right) / double(truth.size()));
    answer.counted = true;
    return answer;
}

/// What the network says of one example, from its row of outputs.
Answer answerOf(const Dataset& data, std::span<const float> output, const Array& targets, size_t example)
{
    if (targets.type.element == Element::Integer) {
        const size_t per = size_t(targets.count() / targets.type.axes.front().size);
        const size_t classes = output.size() / per;
        if (per > 1 && data.task != Task::NextToken)
            return answerOfAll(data, output, std::span(targets.integers()).subspan(example * per, per));
        const auto last = output.last(classes); // of a text: what comes after its end
        const auto best = std::max_element(last.begin(), last.end()) - last.begin();
        const int32_t truth = targets.integers()[(example + 1) * per - 1];
        return {className(data, truth), className(data, best), true, best == truth,
                double(last[size_t(best)])};
    }
    const float truth = targets.reals()[example * output.size()];
    if (data.signs()) {
        const bool up = output[0] > 0;
        return {className(data, truth > 0), className(data, up), true, up == (truth > 0), -1};
    }
    std::vector<float> a(targets.reals().begin() + ptrdiff_t(example * output.size()),
                         targets.reals().begin() + ptrdiff_t((example + 1) * output.size()));
    std::vector<float> b(output.begin(), output.end());
    data.targetNormalisation.undo(a);
    data.targetNormalisation.undo(b);
    return {number(double(a[0])), number(double(b[0])), false, false, -1};
}

/// Truth as the colour, what the network takes for something else marked; numbers as the network says them.
Reading readPlane(const Observation& o)
{
    const Dataset& data = o.network.data();
    const std::vector<int64_t> examples = shownExamples(data, o.example, shownInPlane);
    const Array y = targetsOf(data, examples), output = o.network.predict(o.now, examples);
    const size_t width = size_t(output.count()) / examples.size();
    PointsReading reading;
    addPoints(reading, data, examples, boxAround(data, examples));
    for (size_t i = 0; i < examples.size(); ++i) {
        const std::span<const float> row = std::span(output.reals()).subspan(i * width, width);
        const Answer answer = answerOf(data, row, y, i);
        if (answer.judged) {
            reading.wrong.push_back(!answer.right);
        } else {
            reading.value[i] = row[0];
        }
    }
    return reading;
}

Reading read(const Observation& o)
{
    const Dataset& data = o.network.data();
    if (inPlane(data)) return readPlane(o);
    const std::vector<int64_t> examples = shownExamples(data, o.example, shown);
    Array x = inputsOf(data, examples);
    const Array y = targetsOf(data, examples), output = o.network.predict(o.now, examples);
    const size_t width = size_t(output.count()) / examples.size(),
                 features = size_t(x.count()) / examples.size();
    const auto answer = [&](size_t i) {
        return answerOf(data, std::span(output.reals()).subspan(i * width, width), y, i);
    };
    if (x.type.element == Element::Real) {
        for (size_t i = 0; i < examples.size(); ++i)
            data.normalisation.undo(std::span(x.reals()).subspan(i * features, features));
        if (const ImageAxes image = imageAxes(x.type)) {
            ImageReading reading = tilesOf(x, image, shown);
            for (size_t i = 0; i < reading.tiles.size(); ++i) {
                const Answer a = answer(i);
                ImageReading::Tile& tile = reading.tiles[i];
                tile.caption = a.right || a.counted ? a.prediction : a.prediction + " (" + a.truth + ")";
                tile.mark = !a.judged ? 0 : a.right ? 1 : -1;
                tile.confidence = a.confidence;
            }
            return reading;
        }
    }
    TableReading table;
    const bool tokens = x.type.element == Element::Integer;
    const std::string space = data.task == Task::NextToken ? "" : " ";
    const size_t columns = tokens ? 1 : std::min<size_t>(features, mostColumns);
    if (tokens) {
        table.columns.push_back("text");
    } else {
        for (size_t k = 0; k < columns; ++k) {
            table.columns.push_back(k < data.featureNames.size()
                                        ? data.featureNames[k]
                                        : std::string("x").append(std::to_string(k)));
        }
    }
    table.columns.insert(table.columns.end(), {"truth", "prediction", "confidence"});
    for (size_t i = 0; i < examples.size(); ++i) {
        std::vector<std::string> row;
        if (tokens) {
            std::string text;
            for (size_t k = 0; k < features; ++k)
                text += (k ? space : "") + className(data, x.integers()[i * features + k]);
            row.push_back(std::move(text));
        } else {
            for (size_t k = 0; k < columns; ++k) row.push_back(number(double(x.reals()[i * features + k])));
        }
        const Answer a = answer(i);
        row.insert(row.end(), {a.truth, a.prediction, a.confidence < 0 ? "" : percent(a.confidence)});
        table.rows.push_back(std::move(row));
    }
    return table;
}

bool applies(const Dataset&, const Elaboration& elaboration, const std::string&)
{
    return answers(elaboration);
}

} // namespace

const Instrument predictions = {
    "predictions",
    "Predictions",
    "Examples that the network was not trained on: what it says, how sure it is, and what is right.",
    Instrument::Needs::Nothing,
    read,
    applies};

} // namespace core::instruments
