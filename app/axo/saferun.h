// A run on a machine that may fail: then cpu goes on from what was kept last, and stderr says so.
#pragma once

#include "core/trainers/run.h"

#include <chrono>

namespace axo
{

class SafeRun
{
public:
    /// Begins from `start` if there is one. A backend that this machine lacks is a failure like those later
    /// on; one that does not exist is an Error.
    SafeRun(const std::string& backend, core::Document, std::shared_ptr<const core::Dataset>,
            std::optional<core::Checkpoint> start);

    core::Run& run() { return *m_run; }
    std::string backend() const { return m_backend->info().name; }

    /// Remembers the run as it is if the last time is long ago; did it?
    bool keepIfDue();
    /// Does the work; if the machine fails on the way, `restored` and then the work once more, on cpu.
    void guarded(const std::function<void()>& work, const std::function<void()>& restored);

private:
    void make(const std::string& backend);

    core::Document m_document;
    std::shared_ptr<const core::Dataset> m_data;
    std::unique_ptr<core::Backend> m_backend;
    std::unique_ptr<core::Run> m_run;
    std::optional<core::Checkpoint> m_kept;
    std::chrono::steady_clock::time_point m_keptAt;
};

} // namespace axo
