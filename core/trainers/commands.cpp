// The side of a session's thread that does what it is told.
#include "core/trainers/worker.h"

#include <cmath>

namespace core
{

/// Differences that no program depends on.
static bool sameWork(Document a, Document b)
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

/// The run of another document is of no use to this one, whether this one can run or not.
void Session::Worker::open(const Document& document, bool playing, std::optional<double> rate)
{
    m_awaited = playing;
    m_awaitedRate = rate;
    bool calledOff = false;
    guarded(
        [&] {
            close();
            m_missing.reset();
            m_next.failure = m_degraded;
            const Interruptible superseded([this] { return outdated(); });
            try {
                if (!m_backend) m_backend = m_make(m_backendName);
                auto data = std::make_shared<const Dataset>(loadDataset(document.data));
                m_next.data = data; // its shapes are known even if nothing can run
                auto run = std::make_unique<Run>(document, *m_library, std::move(data), *m_backend);
                adopt(std::move(run), document);
                restart();
                m_state = playing ? SessionState::Running : SessionState::Paused;
            } catch (const MachineFailure&) {
                throw; // another backend may do
            } catch (const Error& error) {
                m_missing = error;
                throw;
            } catch (const Interrupted&) {
                calledOff = true; // the document that waits is opened instead
            }
        },
        "open");
    if (!calledOff) m_awaited.reset();
}

void Session::Worker::edit(const Document& document)
{
    if (!m_run) return open(document, m_awaited.value_or(false), m_awaitedRate);
    guarded(
        [&] {
            const Interruptible superseded([this] { return outdated(); });
            if (m_next.document && sameWork(*m_next.document, document)) {
                m_next.document = std::make_shared<const Document>(document);
                ++m_next.generation;
                return;
            }
            std::unique_ptr<Run> run;
            try {
                run = std::make_unique<Run>(document, *m_run, *m_backend);
            } catch (const Interrupted&) {
                return;
            }
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
    if (m_awaited) m_awaited = true;
    if (m_awaited) return;
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
    if (m_awaited) m_awaited = false;
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
        if (m_awaited)
            m_awaitedRate = rate;
        else
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

} // namespace core
