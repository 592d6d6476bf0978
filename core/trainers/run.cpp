#include "core/trainers/parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace core
{

namespace
{

constexpr int64_t gradientCheckSteps = 256; ///< 0.4 % of the time

int64_t batchOf(const Document& document, const Dataset& data)
{
    const int64_t examples = int64_t(data.train.size());
    if (examples == 0)
        throw Error{"data " + data.name, "has no training examples", "lower the validation share"};
    if (document.train.batch < 0) {
        throw Error{"training", "batch is " + std::to_string(document.train.batch),
                    "0 means the whole training set"};
    }
    return document.train.batch == 0 ? examples : std::min(document.train.batch, examples);
}

std::shared_ptr<const Dataset> notNull(std::shared_ptr<const Dataset> data)
{
    if (!data) throw Error{"data", "is missing", "choose a data set"};
    return data;
}

} // namespace

Run::Parts::Parts(Document d, std::shared_ptr<const BlockLibrary> l, std::shared_ptr<const Dataset> s,
                  Backend& b)
    : document(std::move(d))
    , library(std::move(l))
    , data(notNull(std::move(s)))
    , backend(&b)
    , memory(b.memory())
    , elaboration(elaborated(batchOf(document, *data), Phase::Training))
    , program(trainingProgram(elaboration, document.train))
    , training(compile(program))
    , batch(batchOf(document, *data))
    , order(data->train, batch, document.train.seed)
    , schedule(document.train.rate, document.train.epochs)
    , wholeSet(batch == int64_t(data->train.size()))
{
    bindTraining();
}

Elaboration Run::Parts::elaborated(int64_t size, Phase phase) const
{
    return elaborateForTraining(document.diagram, *library, data->signature(size), phase);
}

std::unique_ptr<Executable> Run::Parts::compile(const Program& p)
{
    return backend->compile(p, memory, document.train.seed);
}

void Run::Parts::bindTraining()
{
    x = InputPort(*training, "x");
    y = InputPort(*training, "y");
    seed = InputPort(*training, "seed");
    stepInput = InputPort(*training, "step");
    t = InputPort(*training, "t");
    rateInput = InputPort(*training, "rate");
    loss = ResultPort(*training, "loss");
    seed.set(int32_t(document.train.seed ^ (document.train.seed >> 32)));
    if (wholeSet) fill(data->train, x, y);
}

void Run::Parts::fill(std::span<const int64_t> examples, InputPort& to, InputPort& target)
{
    const auto elementsOf = [&](InputPort& port, const Type& perBatch) -> void* {
        if (port.used()) return port.elements();
        const size_t bytes = size_t(perBatch.count()) * 4;
        if (scratch.size() < bytes) scratch.resize(bytes);
        return scratch.data();
    };
    void* const xs = to.used() ? to.elements() : nullptr;
    void* const ys = target.used() ? target.elements() : nullptr;
    if (xs && ys) {
        fillBatch(*data, examples, xs, ys);
    } else {
        const DataSignature signature = data->signature(int64_t(examples.size()));
        fillBatch(*data, examples, elementsOf(to, signature.x), elementsOf(target, signature.y));
    }
    to.commit();
    target.commit();
}

Run::Run(Document document, const BlockLibrary& library, std::shared_ptr<const Dataset> data,
         Backend& backend)
    : m(std::make_unique<Parts>(std::move(document), std::make_shared<const BlockLibrary>(library),
                                std::move(data), backend))
{
}

Run::Run(Document document, const Run& previous, Backend& backend)
{
    previous.m->settle();
    const Parts& old = *previous.m;
    auto data = document.data == old.document.data
                    ? old.data
                    : std::make_shared<const Dataset>(loadDataset(document.data));
    m = std::make_unique<Parts>(std::move(document), old.library, std::move(data), backend);
    std::vector<std::string> names = old.memory->names();
    std::erase_if(names, [&](const std::string& name) {
        return !m->memory->has(name) || m->memory->type(name) != old.memory->type(name);
    });
    m->load(old.memory->capture(names)->take());
    m->step = old.step;
    m->rateOverride = old.rateOverride;
    m->order.seek(old.order.epoch(), std::min(old.order.batchInEpoch(), m->order.batchesPerEpoch() - 1));
}

Run::~Run() = default;
Run::Run(Run&&) noexcept = default;

int64_t Run::Parts::stepsUntilCheck() const
{
    if (document.train.clip != 0) return std::numeric_limits<int64_t>::max();
    return (gradientCheckSteps - step % gradientCheckSteps) % gradientCheckSteps;
}

void Run::load()
{
    Parts& r = *m;
    if (r.wholeSet) {
        r.order.skip();
    } else {
        r.latest = r.order.next();
        r.fill(r.latest, r.x, r.y);
    }
    if (!r.schedule.constant() || std::isnan(r.uploadedRate)) {
        const float rate = float(this->rate());
        if (rate != r.uploadedRate) r.rateInput.set(r.uploadedRate = rate);
    }
    r.stepInput.set(int32_t(r.step));
    r.t.set(float(r.step + 1));
}

float Run::step()
{
    Parts& r = *m;
    r.settle();
    const int64_t epoch = r.order.epoch(), batchInEpoch = r.order.batchInEpoch();
    load();
    if (r.stepsUntilCheck() == 0 && r.findNonFiniteGradient()) {
        r.failure = r.findNonFinite(); // which may be an earlier wire
        r.order.seek(epoch, batchInEpoch);
        return NAN;
    }
    r.training->run();

    const float loss = *r.loss.reals();
    if (std::isfinite(loss)) [[likely]] {
        if (r.failure) r.failure.reset();
        ++r.step;
    } else {
        r.failure = r.findNonFinite();
        r.order.seek(epoch, batchInEpoch);
    }
    return loss;
}

int64_t Run::stepsTogether() const { return m->training->mostRunsAhead(); }

std::span<const float> Run::advance(int64_t count)
{
    Parts& r = *m;
    r.losses.clear();
    const int64_t together = stepsTogether();
    const int slot = r.training->result("loss");
    while (int64_t(r.losses.size()) < count) {
        const int64_t wanted = count - int64_t(r.losses.size());
        const bool begun = r.ahead.steps > 0 && r.ahead.steps <= wanted;
        if (!begun) r.settle();
        const int64_t n =
            begun ? r.ahead.steps : std::min({wanted, together, std::max<int64_t>(1, r.stepsUntilCheck())});
        const int64_t first = r.step, epoch = begun ? r.ahead.epoch : r.order.epoch(),
                      batchInEpoch = begun ? r.ahead.batch : r.order.batchInEpoch();
        const size_t before = r.losses.size();
        if (begun || n > 1) {
            if (begun) {
                r.step += n;
                r.ahead = {};
            } else {
                r.memory->mark();
                for (int64_t i = 0; i < n; ++i, ++r.step) {
                    load();
                    r.training->run();
                }
            }
            r.losses.resize(before + size_t(n));
            for (int64_t i = 0; i < n; ++i)
                r.training->downloadEarlier(slot, int(n - 1 - i), &r.losses[before + size_t(i)]);
            if (std::all_of(r.losses.begin() + ptrdiff_t(before), r.losses.end(),
                            [](float loss) { return std::isfinite(loss); })) {
                r.failure.reset();
                continue;
            }
            r.memory->rewind();
            r.losses.resize(before);
            r.step = first;
            r.order.seek(epoch, batchInEpoch);
        }
        for (int64_t i = 0; i < n; ++i) {
            r.losses.push_back(step());
            if (!std::isfinite(r.losses.back())) return r.losses;
        }
    }
    return r.losses;
}

const std::optional<Error>& Run::failure() const { return m->failure; }
int64_t Run::steps() const { return m->step; }
int64_t Run::stepsPerEpoch() const { return m->order.batchesPerEpoch(); }

double Run::epoch() const
{
    const Parts& r = *m;
    const bool begun = r.ahead.steps > 0;
    return double(begun ? r.ahead.epoch : r.order.epoch()) +
           double(begun ? r.ahead.batch : r.order.batchInEpoch()) / double(r.order.batchesPerEpoch());
}

void Run::setRate(std::optional<double> rate)
{
    m->settle();
    m->rateOverride = rate;
    m->uploadedRate = NAN;
}

double Run::rate() const
{
    return m->rateOverride ? *m->rateOverride : double(m->schedule.at(m->step, m->order.batchesPerEpoch()));
}

Array Run::parameter(const std::string& name) const
{
    if (!m->memory->has(name)) {
        throw Error{"parameter " + name, "is not in the network that runs", "choose one of its parameters"};
    }
    m->settle();
    return m->memory->read(name);
}

std::vector<std::string> Run::parameterNames() const { return parameterNamesOf(m->program); }

int64_t Run::parameterCount() const
{
    int64_t count = 0;
    for (const std::string& name : parameterNames()) count += m->memory->type(name).count();
    return count;
}

Cost Run::cost() const { return m->training->cost(); }

std::span<const int64_t> Run::latestBatch() const
{
    m->settle();
    return m->wholeSet ? m->data->train : m->latest;
}

const Document& Run::document() const { return m->document; }
const Dataset& Run::data() const { return *m->data; }
const Elaboration& Run::elaboration() const { return m->elaboration; }

} // namespace core
