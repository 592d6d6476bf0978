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
constexpr double submitEvery = 0.01; // where steps go to a device together
constexpr double restAtMost = 0.05;

/// The window comes first: threads that the engine starts inherit this.
void yieldToTheWindow()
{
#ifdef __linux__
    setpriority(PRIO_PROCESS, id_t(syscall(SYS_gettid)), 10);
#endif
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
        using Kind = Command::Kind;
        const bool replaces = kind == Kind::Edit || kind == Kind::Watch;
        if (replaces && !m_commands.empty() && m_commands.back().kind == kind) {
            m_documents -= m_commands.back().bringsDocument();
            m_commands.pop_back();
        }
        m_commands.push_back({kind, std::move(action)});
        m_documents += m_commands.back().bringsDocument();
        m_pending = true;
    }
    m_wake.notify_one();
}

void Session::Worker::loop()
{
    yieldToTheWindow();
    m_observer = std::make_unique<Observer>([this] {
        {
            const std::lock_guard lock(m_mutex);
            m_looked = true;
        }
        m_wake.notify_one();
    });
    guarded([this] {
        m_library = std::make_shared<const BlockLibrary>(BlockLibrary::builtIn());
        m_backend = m_make(m_backendName);
    });
    publish();
    const Interruptible leaving([this] { return m_quit.load(); });
    try {
        while (runCommands()) {
            if (m_state == SessionState::Running) work();
        }
    } catch (const Interrupted&) {
    }
    m_observer.reset();
    m_run.reset();
}

void Session::Worker::work()
{
    bool changed = true;
    auto news = Observer::News::None;
    try {
        train();
        changed = evaluateUnlessCalled() || m_run->steps() != m_next.step;
        if (m_state == SessionState::Finished) evaluate(0, Splits::All);
        keepSafe();
        keepMilestone();
        if (m_state == SessionState::Running && !(m_next.pace > 0) && m_observer->wants())
            m_begun = m_run->beginAhead(stepsAtOnce());
        news = look();
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
    const bool awaited = news == Observer::News::OfThePast;
    if (m_next.pace > 0) {
        if (changed || news != Observer::News::None) publish();
        rest();
    } else if (awaited || Seconds(Clock::now() - m_lastPublished).count() >= publishEvery) {
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
    m_wake.wait_for(lock, Seconds(std::min(next, restAtMost)), [this] { return m_pending || m_looked; });
}

bool Session::Worker::runCommands()
{
    if (m_state == SessionState::Running && !m_pending.load(std::memory_order_acquire)) return true;
    std::vector<Command> commands;
    {
        std::unique_lock lock(m_mutex);
        if (m_state != SessionState::Running) m_wake.wait(lock, [this] { return m_pending || m_looked; });
        commands.swap(m_commands);
        m_pending = false;
        if (m_quit) return false;
    }
    for (Command& command : commands) {
        if (m_quit) return false;
        m_documents -= command.bringsDocument();
        command.action(*this);
    }
    if (m_state == SessionState::Running || commands.empty())
        publish();
    else
        refresh();
    return true;
}

void Session::Worker::attend()
{
    std::optional<Command> watch;
    if (m_pending.load(std::memory_order_relaxed)) {
        const std::lock_guard lock(m_mutex);
        if (!m_commands.empty() && m_commands.front().kind == Command::Kind::Watch) {
            watch = std::move(m_commands.front());
            m_commands.erase(m_commands.begin());
            m_pending = m_quit || !m_commands.empty();
        }
    }
    if (watch) watch->action(*this);
    if (!m_looked.load(std::memory_order_relaxed)) return;
    if (m_observer->collect(m_next.readings) == Observer::News::OfThePast) publish();
}

Run& Session::Worker::running()
{
    if (!m_run) throw m_missing ? *m_missing : Error{"run", "there is none yet", "open a document"};
    return *m_run;
}

bool Session::Worker::outdated() const { return m_documents > 0; }

void Session::Worker::close()
{
    joinPast();
    m_run.reset();
    m_state = SessionState::Empty;
    m_document = m_next.document = nullptr;
    m_next.marks = nullptr;
    m_next.run = 0;
    m_next.name.clear();
    m_next.step = 0;
    m_next.epoch = m_next.rate = m_next.stepsPerSecond = 0;
    m_next.train = m_next.validation = m_next.test = {};
    m_loss = {};
    m_accuracy = {};
    m_timeline = {};
    m_safe.reset();
    m_observer->restart(m_next.readings);
}

void Session::Worker::adopt(std::unique_ptr<Run> run, Document document)
{
    m_run = std::move(run);
    if (std::exchange(m_missing, {})) m_next.failure = m_degraded;
    m_awaited.reset();
    if (m_awaitedRate) m_run->setRate(std::exchange(m_awaitedRate, {}));
    m_next.document = m_document = std::make_shared<const Document>(std::move(document));
    ++m_next.generation;
    m_safe.reset();
    m_evaluated = {};
    m_evaluationCost = 0;
    m_chunk = 1;
    m_countedStep = m_run->steps();
    m_countedTime = Clock::now();
    m_observer->invalidate();
}

void Session::Worker::restart()
{
    m_loss = {};
    m_accuracy = {};
    m_next.train = m_next.validation = m_next.test = {};
    m_limited = true;
    m_owed = 1;
    m_owedAt = Clock::now();
    m_evaluated = {};
    m_countedStep = m_run->steps();
    m_countedTime = Clock::now();
    m_observer->restart(m_next.readings);
    beginRun();
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
             !m_pending.load(std::memory_order_relaxed) && !m_looked.load(std::memory_order_relaxed) &&
             !(m_run->epoch() >= m_evaluatedEpoch + 1 && evaluationFits()));
    if (m_next.pace > 0) m_owed -= double(m_run->steps() - first);
}

void Session::Worker::refresh()
{
    if (m_run) {
        try {
            evaluateUnlessCalled();
            if (m_observer->watchesRun()) show(Lookout::When::AtOnce);
        } catch (const Error& error) {
            m_next.failure = error;
        }
    }
    publish();
}

void Session::Worker::publish()
{
    const auto now = Clock::now();
    m_looked = false;
    m_observer->collect(m_next.readings);
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
    m_next.trails = m_observer->trails();
    m_next.observationShare = m_state == SessionState::Running ? m_observer->share() : 0;
    m_next.backend = m_backendName;
    snapshots.write(std::make_shared<const Snapshot>(m_next));
    m_lastPublished = now;
    if (published) published();
}

} // namespace core
