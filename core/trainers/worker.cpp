#include "core/trainers/worker.h"

#include <algorithm>
#include <cmath>
#include <limits>

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace core
{

namespace
{

constexpr double trainFor = 0.004, lookAtClockEvery = 0.0005, publishEvery = 1.0 / 60;
constexpr double submitEvery = 0.01;                           // where steps go to a device together
constexpr double evaluateEvery = 0.05, evaluateAllEvery = 0.5; // and at the end of every epoch
constexpr double evaluationShare = 0.05, cheapEvaluationShare = 0.2, cheapEvaluation = 0.002;
constexpr int64_t evaluatedAtMost = 1000;
constexpr double restAtMost = 0.05;
constexpr double keepSafeEvery = 10;
constexpr const char* fallback = "cpu"; ///< the backend that runs everywhere

/// The window comes first: threads that the engine starts inherit this.
void yieldToTheWindow()
{
#ifdef __linux__
    setpriority(PRIO_PROCESS, id_t(syscall(SYS_gettid)), 10);
#endif
}

/// Differences that no program depends on.
bool sameWork(Document a, Document b)
{
    for (Document* document : {&a, &b}) {
        document->title.clear();
        document->notes.clear();
        document->unknown.clear();
        for (Block& block : document->diagram.blocks) {
            block.pin.reset();
            block.unknown.clear();
        }
    }
    return a == b;
}

} // namespace

Session::Worker::Worker(std::string backendName, MakeBackend make)
    : m_make(std::move(make))
    , m_backendName(std::move(backendName))
    , m_thread([this] { loop(); })
{
}

Session::Worker::~Worker()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
        m_pending = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Session::Worker::post(std::function<void(Worker&)> action, Command::Kind kind)
{
    {
        const std::lock_guard lock(m_mutex);
        if (kind == Command::Kind::Edit && !m_commands.empty() && m_commands.back().kind == kind) {
            m_commands.pop_back();
        }
        m_commands.push_back({kind, std::move(action)});
        m_pending = true;
    }
    m_wake.notify_one();
}

void Session::Worker::loop()
{
    observer.setHistory([this] { return moments(); });
    yieldToTheWindow();
    guarded([this] {
        m_library = std::make_unique<BlockLibrary>(BlockLibrary::builtIn());
        m_backend = m_make(m_backendName);
    });
    publish();
    while (runCommands()) {
        if (m_state == SessionState::Running) work();
    }
    m_replay.forget();
    m_run.reset();
}

void Session::Worker::work()
{
    bool changed = true;
    try {
        train();
        changed = evaluateIfDue() || m_run->steps() != m_next.step;
        if (m_state == SessionState::Finished) evaluate(0, Splits::All);
        keepSafe();
        keepMilestone();
        if (m_state == SessionState::Running && !(m_next.pace > 0) && observer.isDue(*m_run))
            m_begun = m_run->beginAhead(stepsAtOnce());
    } catch (const MachineFailure& failure) {
        guarded([&] { goOnWithCpu(failure); });
    } catch (const Error& error) {
        m_next.failure = error;
        m_state = SessionState::Paused;
    }
    if (m_state != SessionState::Running) {
        keepMilestoneNow();
        refresh();
        return;
    }
    changed |= look();
    if (m_next.pace > 0) {
        if (changed) publish();
        rest();
    } else if (Seconds(Clock::now() - m_lastPublished).count() >= publishEvery) {
        publish();
    }
}

int64_t Session::Worker::stepsLeft() const
{
    const double epochs = double(m_run->document().train.epochs) - m_run->epoch();
    return std::llround(epochs * double(m_run->stepsPerEpoch()));
}

int64_t Session::Worker::stepsLeftInEpoch() const
{
    const double epoch = m_run->epoch();
    return std::llround((std::floor(epoch) + 1 - epoch) * double(m_run->stepsPerEpoch()));
}

int64_t Session::Worker::stepsAtOnce() const
{
    int64_t steps = m_chunk;
    if (m_limited) steps = std::min(steps, stepsLeft());
    if (steps > 0 && m_chunk < m_run->stepsPerEpoch()) steps = std::min(steps, stepsLeftInEpoch());
    return steps;
}

int64_t Session::Worker::stepsDue()
{
    if (!(m_next.pace > 0)) return std::numeric_limits<int64_t>::max();
    const auto now = Clock::now();
    m_owed += m_next.pace * Seconds(now - m_owedAt).count();
    // What a busy machine could not do in time is not made up for by a burst.
    m_owed = std::min(m_owed, std::max(1.0, m_next.pace * restAtMost));
    m_owedAt = now;
    return int64_t(m_owed);
}

void Session::Worker::rest()
{
    const double sincePublished = Seconds(Clock::now() - m_lastPublished).count();
    const double next = std::max((1 - m_owed) / m_next.pace, publishEvery - sincePublished);
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, Seconds(std::min(next, restAtMost)), [this] { return m_pending.load(); });
}

bool Session::Worker::runCommands()
{
    if (m_state == SessionState::Running && !m_pending.load(std::memory_order_acquire)) return true;
    std::vector<Command> commands;
    {
        std::unique_lock lock(m_mutex);
        if (m_state != SessionState::Running) m_wake.wait(lock, [this] { return m_pending.load(); });
        commands.swap(m_commands);
        m_pending = false;
        if (m_quit) return false;
    }
    for (Command& command : commands) command.action(*this);
    if (m_state == SessionState::Running) {
        if (observer.pastDue()) look(); // somebody waits for it
        publish();
    } else {
        refresh();
    }
    return true;
}

Run& Session::Worker::running()
{
    if (!m_run) throw Error{"run", "there is none yet", "open a document"};
    return *m_run;
}

void Session::Worker::guarded(const std::function<void()>& change, const char* building)
{
    const SessionState before = m_state;
    if (building) {
        m_state = SessionState::Building;
        publish();
        m_state = before;
    }
    try {
        m_next.failure = m_degraded;
        try {
            change();
        } catch (const MachineFailure& failure) {
            goOnWithCpu(failure);
            change();
        }
    } catch (const Error& error) {
        m_next.failure = error;
    } catch (const std::bad_alloc&) {
        m_next.failure = Error{"run", "does not fit into memory", "use a smaller batch or a smaller network"};
    }
}

void Session::Worker::keepSafe()
{
    if (!m_run || m_backend->info().name == fallback) return m_safe.reset();
    const auto now = Clock::now();
    if (m_safe && Seconds(now - m_safe->when).count() < keepSafeEvery) return;
    m_safe = Safe{m_run->checkpoint(), m_loss, m_accuracy, now};
}

void Session::Worker::goOnWithCpu(const MachineFailure& failure)
{
    if (m_backend && m_backend->info().name == fallback) throw Error(failure);
    auto backend = m_make(fallback);
    std::unique_ptr<Run> run;
    if (m_run) {
        run = std::make_unique<Run>(*m_next.document, *m_library, m_next.data, *backend);
        if (m_safe) {
            run->restore(m_safe->values);
            m_loss = m_safe->loss;
            m_accuracy = m_safe->accuracy;
        }
    }
    const int64_t step = run ? run->steps() : 0;
    if (run) adopt(std::move(run), *m_next.document);
    m_timeline.cutAfter(step);
    m_replay.forget();
    m_backend = std::move(backend);
    m_backendName = fallback;
    m_safe.reset();
    m_degraded =
        Error{failure.where, failure.what + ": " + fallback + " goes on from step " + std::to_string(step),
              failure.hint};
    m_next.failure = m_degraded;
}

void Session::Worker::adopt(std::unique_ptr<Run> run, Document document)
{
    m_run = std::move(run);
    m_next.document = m_document = std::make_shared<const Document>(std::move(document));
    ++m_next.generation;
    m_safe.reset();
    m_evaluated = {};
    m_evaluationCost = 0;
    m_chunk = 1;
    m_countedStep = m_run->steps();
    m_countedTime = Clock::now();
    observer.invalidate();
}

void Session::Worker::restart()
{
    m_loss = {};
    m_accuracy = {};
    m_next.train = m_next.validation = m_next.test = {};
    m_next.readings.clear();
    m_limited = true;
    m_owed = 1;
    m_owedAt = Clock::now();
    m_evaluated = {};
    m_countedStep = m_run->steps();
    m_countedTime = Clock::now();
    observer.restart();
    beginRun();
}

void Session::Worker::open(const Document& document, bool playing)
{
    guarded(
        [&] {
            if (!m_backend) m_backend = m_make(m_backendName);
            auto data = std::make_shared<const Dataset>(loadDataset(document.data));
            auto run = std::make_unique<Run>(document, *m_library, data, *m_backend);
            joinPast();
            adopt(std::move(run), document);
            m_next.data = std::move(data);
            restart();
            m_state = playing ? SessionState::Running : SessionState::Paused;
        },
        "open");
}

void Session::Worker::edit(const Document& document)
{
    if (!m_run) return open(document, false);
    guarded(
        [&] {
            if (m_next.document && sameWork(*m_next.document, document)) {
                m_next.document = std::make_shared<const Document>(document);
                ++m_next.generation;
                return;
            }
            auto run = std::make_unique<Run>(document, *m_run, *m_backend);
            if (!(document.data == m_next.document->data)) {
                m_next.data = std::make_shared<const Dataset>(run->data());
            }
            if (document.train.epochs != m_next.document->train.epochs) m_limited = true;
            adopt(std::move(run), document);
            if (m_state == SessionState::Finished) m_state = SessionState::Paused;
        },
        "edit");
}

void Session::Worker::play()
{
    guarded([&] {
        running();
        if (stepsLeft() <= 0) m_limited = false;
        m_state = SessionState::Running;
        m_owed = 1;
        m_owedAt = Clock::now();
        m_countedStep = m_run->steps();
        m_countedTime = Clock::now();
    });
}

void Session::Worker::pause()
{
    if (m_state != SessionState::Running) return;
    m_state = SessionState::Paused;
    m_evaluated = {};
}

void Session::Worker::stepOnce()
{
    guarded([&] {
        running();
        m_state = SessionState::Paused;
        take(1);
        keepMilestone();
        m_evaluated = {};
    });
}

void Session::Worker::reset()
{
    guarded([&] {
        running();
        joinPast();
        m_run->reset();
        restart();
        if (m_state != SessionState::Running) m_state = SessionState::Paused;
    });
}

void Session::Worker::setRate(std::optional<double> rate)
{
    guarded([&] {
        if (rate && !(std::isfinite(*rate) && *rate >= 0)) {
            throw Error{"learning rate", "is not a number of at least 0", "something like 0.001 to 0.1"};
        }
        running().setRate(rate);
    });
}

void Session::Worker::setPace(double stepsPerSecond)
{
    guarded([&] {
        if (!(std::isfinite(stepsPerSecond) && stepsPerSecond >= 0)) {
            throw Error{"pace", "is not a number of at least 0", "0 is as fast as possible"};
        }
        m_next.pace = stepsPerSecond;
        m_owed = 0;
        m_owedAt = Clock::now();
    });
}

void Session::Worker::setBackend(const std::string& name)
{
    guarded(
        [&] {
            try {
                auto backend = m_make(name);
                if (m_run) {
                    auto run = std::make_unique<Run>(*m_next.document, *m_run, *backend);
                    adopt(std::move(run), *m_next.document);
                }
                m_replay.forget();
                m_backend = std::move(backend);
                m_backendName = name;
            } catch (const MachineFailure& failure) {
                throw Error(failure); // what ran so far goes on
            }
            m_degraded.reset();
            m_next.failure.reset();
        },
        "backend");
    m_safe.reset();
}

void Session::Worker::save(const std::string& path)
{
    guarded([&] {
        Checkpoint checkpoint = running().checkpoint();
        checkpoint.document = writeDocument(*m_next.document);
        saveCheckpoint(checkpoint, path);
    });
}

void Session::Worker::restore(const std::string& path)
{
    guarded(
        [&] {
            const Checkpoint checkpoint = loadCheckpoint(path);
            Errors problems;
            const Document document = parseDocument(checkpoint.document, path, problems);
            if (!problems.empty()) throw problems.front();
            if (!m_backend) m_backend = m_make(m_backendName);
            const bool sameData = m_run && m_next.document->data == document.data;
            auto data = sameData ? m_next.data : std::make_shared<const Dataset>(loadDataset(document.data));
            auto run = std::make_unique<Run>(document, *m_library, data, *m_backend);
            run->restore(checkpoint);
            joinPast();
            adopt(std::move(run), document);
            m_next.data = std::move(data);
            restart();
            m_state = SessionState::Paused;
        },
        "restore");
}

void Session::Worker::take(int64_t steps)
{
    const int64_t together = m_run->stepsTogether();
    while (steps > 0) {
        const double epoch = m_run->epoch(), step = 1 / double(m_run->stepsPerEpoch());
        const int64_t first = m_run->steps();
        float one = 0;
        std::span<const float> losses(&one, 1);
        if (together == 1)
            one = m_run->step();
        else
            losses = m_run->advance(std::min(steps, together));
        for (size_t i = 0; i < losses.size() && std::isfinite(losses[i]); ++i)
            m_loss.addTrain(first + int64_t(i) + 1, epoch + double(i) * step, losses[i]);
        if (!std::isfinite(losses.back())) {
            m_next.failure = m_run->failure();
            m_state = SessionState::Paused;
            return;
        }
        steps -= int64_t(losses.size());
        if (m_pending.load(std::memory_order_relaxed)) return;
    }
}

void Session::Worker::train()
{
    const auto begin = Clock::now();
    const int64_t due = stepsDue(), first = m_run->steps();
    double elapsed = 0;
    do {
        const int64_t atOnce = stepsAtOnce();
        if (atOnce <= 0) {
            m_state = SessionState::Finished;
            return;
        }
        const int64_t steps = std::min(atOnce, due - (m_run->steps() - first));
        if (steps <= 0) break;
        take(steps);
        const double now = Seconds(Clock::now() - begin).count();
        if (std::exchange(m_begun, 0) == 0) { // else their time began before
            const double rate = double(steps) / std::max(now - elapsed, 1e-7);
            const double every = m_run->stepsTogether() > 1 ? submitEvery : lookAtClockEvery;
            m_chunk = std::clamp<int64_t>(int64_t(rate * every), 1, 1 << 14);
        }
        elapsed = now;
    } while (elapsed < trainFor && m_state == SessionState::Running &&
             !m_pending.load(std::memory_order_relaxed) &&
             !(m_run->epoch() >= m_evaluatedEpoch + 1 && evaluationFits()));
    if (m_next.pace > 0) m_owed -= double(m_run->steps() - first);
}

void Session::Worker::evaluate(int64_t atMost, Splits splits)
{
    const auto begin = Clock::now();
    const bool all = atMost == 0;
    const bool validated = !m_run->data().validation.empty();
    m_next.train = m_run->evaluate(Run::Split::Train, all ? evaluatedAtMost : atMost / 4);
    if (validated) m_next.validation = m_run->evaluate(Run::Split::Validation, atMost);
    if (!validated || splits == Splits::All) m_next.test = m_run->evaluate(Run::Split::Test, atMost);
    const Score& shown = validated ? m_next.validation : m_next.test;
    if (shown.examples) m_loss.addValidation(m_run->steps(), m_run->epoch(), float(shown.loss));
    m_accuracy.add({m_run->steps(), m_run->epoch(), float(m_next.train.accuracy),
                    shown.examples ? float(shown.accuracy) : NAN});
    m_evaluated = Clock::now();
    if (splits == Splits::All) m_evaluatedAll = m_evaluated;
    m_evaluatedEpoch = std::floor(m_run->epoch());
    m_evaluatedStep = m_run->steps();
    // As with readings, the first evaluation pays for compiling. One that was interrupted by another program
    // must not keep the next ones away.
    const double cost = Seconds(m_evaluated - begin).count();
    m_evaluationCost = m_evaluationCost == 0  ? -cost
                       : m_evaluationCost < 0 ? std::min(cost, -m_evaluationCost)
                                              : std::min(cost, 1.3 * m_evaluationCost);
}

bool Session::Worker::evaluationFits() const
{
    const double share = m_evaluationCost < cheapEvaluation ? cheapEvaluationShare : evaluationShare;
    return Seconds(Clock::now() - m_evaluated).count() * share >= m_evaluationCost * (1 - share);
}

bool Session::Worker::evaluateIfDue()
{
    const bool stale = m_evaluated == Clock::time_point{};
    if (!stale && m_evaluatedStep == m_run->steps()) return false;
    const double since = Seconds(Clock::now() - m_evaluated).count();
    const bool epochEnded = m_run->epoch() >= m_evaluatedEpoch + 1;
    if (!stale && (!(epochEnded || since >= evaluateEvery) || !evaluationFits())) return false;
    const bool all = stale || Seconds(Clock::now() - m_evaluatedAll).count() >= evaluateAllEvery;
    evaluate(evaluatedAtMost, all ? Splits::All : Splits::Shown);
    return true;
}

void Session::Worker::refresh()
{
    if (m_run) {
        try {
            evaluateIfDue();
        } catch (const Error& error) {
            m_next.failure = error;
        }
        observer.invalidate();
        look();
    }
    publish();
}

void Session::Worker::publish()
{
    const auto now = Clock::now();
    if (m_run) {
        m_next.step = m_run->steps();
        m_next.epoch = m_run->epoch();
        m_next.rate = m_run->rate();
        const double seconds = Seconds(now - m_countedTime).count();
        if (m_state != SessionState::Running) {
            m_next.stepsPerSecond = 0;
        } else if (m_next.step > m_countedStep &&
                   (seconds > 0.25 || (m_next.stepsPerSecond == 0 && m_next.pace == 0))) {
            m_next.stepsPerSecond = double(m_next.step - m_countedStep) / std::max(seconds, 1e-6);
            m_countedStep = m_next.step;
            m_countedTime = now;
        }
    }
    ++m_next.serial;
    m_next.state = m_state;
    m_next.loss = m_loss.points();
    m_next.accuracy = m_accuracy.points();
    m_next.trails = observer.trails();
    m_next.observationShare = m_state == SessionState::Running ? observer.share() : 0;
    m_next.backend = m_backend ? m_backend->info().name : m_backendName;
    snapshots.write(std::make_shared<const Snapshot>(m_next));
    m_lastPublished = now;
    if (published) published();
}

} // namespace core
