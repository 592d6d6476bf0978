#include "core/instruments/derivatives.h"
#include "core/trainers/parts.h"

#include <algorithm>
#include <cmath>

namespace core
{

namespace
{

/// Uses of probes beside the three splits, which are their own.
constexpr int anyChunk = 3;
constexpr size_t probesKept = 24;

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
    const Program made = evaluationProgram(evaluating, signature, Outputs::LossAndOutput);
    Probe fresh;
    fresh.key = key;
    fresh.executable = compile(made);
    fresh.x = InputPort(*fresh.executable, "x");
    fresh.y = InputPort(*fresh.executable, "y");
    InputPort(*fresh.executable, "seed").set(int32_t(document.train.seed));
    InputPort(*fresh.executable, "step").set(int32_t(0));
    fresh.loss = ResultPort(*fresh.executable, "loss");
    fresh.output = ResultPort(*fresh.executable, "output");
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

Score Run::evaluate(Split split, int64_t atMost, const std::function<void()>& between)
{
    Parts& r = *m;
    const std::vector<int64_t>& all = split == Split::Train        ? r.data->train
                                      : split == Split::Validation ? r.data->validation
                                                                   : r.data->test;
    const std::span<const int64_t> examples(all.data(),
                                            atMost > 0 ? std::min(all.size(), size_t(atMost)) : all.size());
    if (examples.empty()) return {NAN, NAN, 0};

    r.settle();
    const size_t most = size_t(r.evaluationBatch());
    Tally tally(*r.data);
    double loss = 0;
    std::vector<std::vector<std::byte>> targets; // of the chunks that are on their way
    for (size_t begin = 0; begin < examples.size();) {
        const size_t size = std::min(most, examples.size() - begin);
        const int64_t count = int64_t(size);
        if (between) between();
        Probe& probe = r.probe({count, examples.size() <= most ? int(split) : anyChunk, {}});
        const size_t chunks =
            std::min(size_t(probe.executable->mostRunsAhead()), (examples.size() - begin) / size);
        const bool ahead = chunks > 1 && probe.output.used();
        targets.resize(std::max(targets.size(), chunks));
        for (size_t i = 0; i < chunks; ++i, begin += size) {
            r.load(probe, examples.subspan(begin, size));
            probe.executable->run();
            if (!ahead) continue;
            const auto* target = static_cast<const std::byte*>(probe.y.elements());
            targets[i].assign(target, target + probe.y.type().count() * 4);
        }
        for (size_t i = 0; i < chunks; ++i) {
            const int runsAgo = int(chunks - 1 - i);
            loss += double(*probe.loss.reals(runsAgo)) * double(count);
            if (!probe.output.used()) continue;
            const Type& y = probe.y.type();
            const void* target = ahead ? targets[i].data() : probe.y.elements();
            const float* output = probe.output.reals(runsAgo);
            if (y.element == Element::Integer) {
                tally.addLabels(output, static_cast<const int32_t*>(target), y.count(),
                                probe.output.type().count() / y.count());
            } else if (probe.output.type().count() == y.count()) {
                tally.addTargets(output, static_cast<const float*>(target), count, y.count() / count);
            }
        }
    }
    return {loss / double(examples.size()), tally.accuracy(), int64_t(examples.size())};
}

Network& Run::network()
{
    if (!m->network) m->network = std::make_unique<Network>(m->document, m->library, m->data, *m->backend);
    return *m->network;
}

std::map<std::string, Array> Run::observe(const std::vector<std::string>& wires,
                                          std::span<const int64_t> examples)
{
    if (wires.empty() || examples.empty()) return {};
    return instruments::valuesOf(network(), moment(), wires, examples);
}

Array Run::predict(const Array& x) { return network().predict(moment(), x); }

} // namespace core
