#include "app/axo/saferun.h"

#include <iostream>

namespace axo
{

namespace
{

constexpr const char* fallback = "cpu";
constexpr std::chrono::seconds keepEvery(10);

} // namespace

SafeRun::SafeRun(const std::string& backend, core::Document document,
                 std::shared_ptr<const core::Dataset> data, std::optional<core::Checkpoint> start)
    : m_document(std::move(document))
    , m_data(std::move(data))
    , m_kept(std::move(start))
    , m_keptAt(std::chrono::steady_clock::now())
{
    guarded(
        [&] {
            if (!m_run) make(backend);
        },
        [] {});
}

void SafeRun::make(const std::string& backend)
{
    m_run.reset(); // before what it runs on
    m_backend = core::makeBackend(backend);
    m_run = std::make_unique<core::Run>(m_document, core::BlockLibrary::builtIn(), m_data, *m_backend);
    if (m_kept) m_run->restore(*m_kept);
}

bool SafeRun::keepIfDue()
{
    const auto now = std::chrono::steady_clock::now();
    if (backend() == fallback || now - m_keptAt < keepEvery) return false;
    m_kept = m_run->checkpoint();
    m_keptAt = now;
    return true;
}

void SafeRun::guarded(const std::function<void()>& work, const std::function<void()>& restored)
{
    try {
        return work();
    } catch (const core::MachineFailure& failure) {
        make(fallback);
        std::cerr << "axo: " << failure.text() << "; " << fallback << " goes on from step " << m_run->steps()
                  << std::endl;
    }
    restored();
    work();
}

} // namespace axo
