// The side of a session's thread that has to do with what goes wrong.
#include "core/trainers/worker.h"

#include <new>

namespace core
{

constexpr double keepSafeEvery = 10;
constexpr const char* fallback = "cpu"; ///< the backend that runs everywhere

void Session::Worker::guarded(const std::function<void()>& change, const char* building)
{
    const SessionState before = m_state;
    if (building) {
        m_state = SessionState::Building;
        publish();
        m_state = before;
    }
    try {
        m_next.failure = m_missing ? m_missing : m_degraded;
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
    m_backend = std::move(backend);
    m_backendName = fallback;
    m_safe.reset();
    m_degraded =
        Error{failure.where, failure.what + ": " + fallback + " goes on from step " + std::to_string(step),
              failure.hint};
    m_next.failure = m_degraded;
}

} // namespace core
