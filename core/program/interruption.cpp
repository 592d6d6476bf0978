#include "core/program/interruption.h"

#include <utility>

namespace core
{

namespace
{

thread_local const Interruptible* innermost = nullptr;

} // namespace

Interruptible::Interruptible(std::function<bool()> wanted)
    : m_wanted(std::move(wanted))
    , m_around(std::exchange(innermost, this))
{
}

Interruptible::~Interruptible() { innermost = m_around; }

void checkInterruption()
{
    for (const Interruptible* asked = innermost; asked; asked = asked->m_around)
        if (asked->m_wanted()) throw Interrupted{};
}

} // namespace core
