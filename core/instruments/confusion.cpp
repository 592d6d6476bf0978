#include "core/instruments/common.h"
#include "core/instruments/list.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

constexpr int64_t mostExamples = 1000;

Reading read(const Observation& o)
{
    const Dataset& data = o.network.data();
    const bool labels = data.task == Task::Classification;
    if (!labels && !data.signs()) {
        throw Error{"confusion matrix", "the data has no classes",
                    "choose a classification task, or look at predictions"};
    }
    const std::vector<int64_t> examples = shownExamples(data, 0, mostExamples);
    const Array y = targetsOf(data, examples), output = o.network.predict(o.now, examples);
    const size_t answers = labels ? size_t(y.count()) : examples.size();
    const size_t width = size_t(output.count()) / answers;
    if (labels && width < data.classNames.size()) {
        throw Error{"confusion matrix", "the network gives no score for each class",
                    "end it with a cross-entropy loss"};
    }

    MatrixReading reading;
    reading.rows = reading.columns = int(data.classNames.size());
    reading.rowNames = reading.columnNames = data.classNames;
    reading.rowLabel = "truth";
    reading.columnLabel = "prediction";
    reading.values.assign(data.classNames.size() * data.classNames.size(), 0);
    for (size_t i = 0; i < answers; ++i) {
        const float* row = output.reals().data() + i * width;
        const int64_t truth = labels ? y.integers()[i] : y.reals()[i] > 0;
        const int64_t said = labels ? std::max_element(row, row + data.classNames.size()) - row : row[0] > 0;
        ++reading.values[size_t(truth * reading.columns + said)];
    }
    return reading;
}

bool applies(const Dataset& data, const Elaboration& elaboration, const std::string&)
{
    return (data.task == Task::Classification || data.signs()) && answers(elaboration);
}

} // namespace

const Instrument confusion = {
    "confusion",
    "Confusion matrix",
    "How often which class is taken for which, over examples that the network was not trained on.",
    Instrument::Needs::Nothing,
    read,
    applies};

} // namespace core::instruments
