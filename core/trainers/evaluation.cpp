#include "core/trainers/parts.h"

#include <algorithm>
#include <cmath>

namespace core
{

namespace
{

/// Uses of probes beside the three splits, which are their own.
constexpr int anyChunk = 3, outputOnly = 4, observing = 5;
constexpr size_t probesKept = 24;

bool logits(const Elaboration& elaboration)
{
    return std::any_of(elaboration.program.results.begin(), elaboration.program.results.end(),
                       [](const Result& result) { return result.name == "logits"; });
}

/// Counts right answers, or squared errors where there is no right and wrong.
class Tally
{
public:
    explicit Tally(const Dataset& data)
        : m_signs(data.signs())
    {
    }

    void addLabels(const float* output, const int32_t* labels, int64_t count, int64_t classes)
    {
        for (int64_t i = 0; i < count; ++i, output += classes) {
            int64_t best = 0;
            for (int64_t k = 1; k < classes; ++k) {
                if (output[k] > output[best]) best = k;
            }
            m_right += classes > 1 ? best == labels[i] : std::abs(*output - float(labels[i])) < 0.5f;
        }
        m_counted += count;
    }

    void addTargets(const float* output, const float* targets, int64_t examples, int64_t features)
    {
        if (m_signs) {
            int64_t right = 0;
            for (int64_t i = 0; i < examples * features; ++i) right += output[i] * targets[i] > 0;
            m_right += right;
        } else {
            m_sums.resize(size_t(features));
            for (int64_t i = 0; i < examples * features; ++i) {
                const double error = double(output[i]) - targets[i], target = targets[i];
                m_sums[size_t(i % features)] += target;
                m_squares += target * target;
                m_errors += error * error;
            }
        }
        m_examples += examples;
        m_counted += examples * features;
    }

    double accuracy() const
    {
        if (m_sums.empty()) return double(m_right) / double(m_counted);
        double spread = m_squares;
        for (const double sum : m_sums) spread -= sum * sum / double(m_examples);
        return spread > 0 ? 1 - m_errors / spread : NAN;
    }

private:
    bool m_signs;
    int64_t m_right = 0, m_counted = 0, m_examples = 0;
    double m_squares = 0, m_errors = 0;
    std::vector<double> m_sums;
};

void softmaxRows(std::span<float> values, size_t classes)
{
    for (size_t begin = 0; begin + classes <= values.size(); begin += classes) {
        const std::span<float> row = values.subspan(begin, classes);
        const float most = *std::max_element(row.begin(), row.end());
        float sum = 0;
        for (float& value : row) sum += value = std::exp(value - most);
        for (float& value : row) value /= sum;
    }
}

} // namespace

int64_t Run::Parts::evaluationBatch() const
{
    // Large enough to amortise a call, small enough that the values between layers stay in cache or near it.
    const int64_t width = data->signature(1).x.count() * (data->task == Task::NextToken ? 128 : 1);
    return std::clamp<int64_t>(400'000 / std::max<int64_t>(width, 1), 32, 500);
}

Probe& Run::Parts::probe(const Probe::Key& key)
{
    for (auto it = probes.begin(); it != probes.end(); ++it) {
        if (it->key == key) {
            if (it != probes.begin()) probes.splice(probes.begin(), probes, it);
            return *it;
        }
    }
    const Elaboration evaluating = elaborated(key.batch, Phase::Evaluation);
    const DataSignature signature = data->signature(key.batch);
    const Program made =
        key.use == observing
            ? observationProgram(evaluating, key.wires)
            : evaluationProgram(evaluating, signature,
                                key.use == outputOnly ? Outputs::OutputOnly : Outputs::LossAndOutput);
    Probe fresh;
    fresh.key = key;
    fresh.executable = compile(made);
    fresh.x = InputPort(*fresh.executable, "x");
    fresh.y = InputPort(*fresh.executable, "y");
    InputPort(*fresh.executable, "seed").set(int32_t(document.train.seed));
    InputPort(*fresh.executable, "step").set(int32_t(0));
    fresh.loss = ResultPort(*fresh.executable, "loss");
    fresh.output = ResultPort(*fresh.executable, "output");
    for (const std::string& wire : key.wires) fresh.observed.emplace_back(*fresh.executable, wire);
    probes.push_front(std::move(fresh));
    if (probes.size() > probesKept) probes.pop_back();
    return probes.front();
}

void Run::Parts::load(Probe& probe, std::span<const int64_t> examples)
{
    if (std::equal(probe.loaded.begin(), probe.loaded.end(), examples.begin(), examples.end())) return;
    fill(examples, probe.x, probe.y);
    probe.loaded.assign(examples.begin(), examples.end());
}

Score Run::evaluate(Split split, int64_t atMost)
{
    Parts& r = *m;
    const std::vector<int64_t>& all = split == Split::Train        ? r.data->train
                                      : split == Split::Validation ? r.data->validation
                                                                   : r.data->test;
    const std::span<const int64_t> examples(all.data(),
                                            atMost > 0 ? std::min(all.size(), size_t(atMost)) : all.size());
    if (examples.empty()) return {NAN, NAN, 0};

    const size_t most = size_t(r.evaluationBatch());
    Tally tally(*r.data);
    double loss = 0;
    for (size_t begin = 0; begin < examples.size(); begin += most) {
        const auto chunk = examples.subspan(begin, std::min(most, examples.size() - begin));
        const int64_t count = int64_t(chunk.size());
        Probe& probe = r.probe({count, examples.size() <= most ? int(split) : anyChunk, {}});
        r.load(probe, chunk);
        probe.executable->run();
        loss += double(*probe.loss.reals()) * double(count);
        if (!probe.output.used()) continue;
        const Type& y = probe.y.type();
        const float* output = probe.output.reals();
        if (y.element == Element::Integer) {
            tally.addLabels(output, static_cast<const int32_t*>(probe.y.elements()), y.count(),
                            probe.output.type().count() / y.count());
        } else if (probe.output.type().count() == y.count()) {
            tally.addTargets(output, static_cast<const float*>(probe.y.elements()), count, y.count() / count);
        }
    }
    return {loss / double(examples.size()), tally.accuracy(), int64_t(examples.size())};
}

std::map<std::string, Array> Run::observe(const std::vector<std::string>& wires,
                                          std::span<const int64_t> examples)
{
    std::map<std::string, Array> values;
    if (wires.empty() || examples.empty()) return values;
    Probe& probe = m->probe({int64_t(examples.size()), observing, wires});
    m->load(probe, examples);
    probe.executable->run();
    for (size_t i = 0; i < wires.size(); ++i) values[wires[i]] = probe.observed[i].array();
    return values;
}

Array Run::predict(const Array& x)
{
    Parts& r = *m;
    const int64_t rows = x.type.axes.empty() ? 0 : x.type.axes.front().size;
    const Type one = r.data->signature(1).x;
    if (x.type.element != one.element || x.count() != rows * one.count()) {
        throw Error{"prediction", "inputs are " + x.type.text() + ", the network takes " + one.text(), ""};
    }
    const int64_t batch = std::min(rows, r.evaluationBatch());
    if (batch == 0) throw Error{"prediction", "there are no inputs", ""};
    Probe& probe = r.probe({batch, outputOnly, {}});
    probe.loaded.clear();
    if (!probe.output.used()) {
        throw Error{"prediction", "the diagram has no output that the loss compares", "add a loss block"};
    }
    Type type = probe.output.type();
    const size_t width = size_t(type.count() / batch);
    std::vector<float> values(size_t(rows) * width);
    for (int64_t begin = 0; begin < rows; begin += batch) {
        const int64_t count = std::min(batch, rows - begin);
        if (probe.x.used()) {
            // A last chunk that is not full keeps older rows behind it; their outputs are not read.
            std::visit(
                [&](const auto& from) {
                    std::memcpy(probe.x.elements(), from.data() + begin * one.count(),
                                size_t(count * one.count()) * 4);
                },
                x.data);
            probe.x.commit();
        }
        probe.executable->run();
        std::memcpy(values.data() + size_t(begin) * width, probe.output.reals(), size_t(count) * width * 4);
    }
    if (r.data->task != Task::Regression && logits(r.elaboration)) {
        softmaxRows(values, size_t(type.axes.back().size));
    }
    type.axes.front().size = rows;
    return Array::real(std::move(type.axes), std::move(values));
}

} // namespace core
