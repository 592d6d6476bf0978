// Waiting for what a session on its own thread comes to.
#pragma once

#include "core/trainers/session.h"

#include <QtTest>

#include <functional>

namespace shared
{

/// The first snapshot for which the condition holds; null after 20 s.
inline std::shared_ptr<const core::Snapshot>
waitFor(const core::Session& session, const std::function<bool(const core::Snapshot&)>& condition)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 20'000) {
        if (auto snapshot = session.snapshot(); condition(*snapshot)) return snapshot;
        QThread::msleep(1);
    }
    return nullptr;
}

} // namespace shared
