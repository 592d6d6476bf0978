// Compiling that nobody waits for any more. A thread says who may call its work off; elaboration and the
// passes over programs ask between their steps. Bound to the thread, because it concerns all that happens in
// a call and nothing of what it returns.
#pragma once

#include <functional>

namespace core
{

/// Thrown by what was called off; not an Error, because nothing is wrong.
struct Interrupted {
};

/// While it lives, checkInterruption() on this thread asks `wanted`, and those around it. Cheap to ask: it is
/// asked for every instruction.
class Interruptible
{
public:
    explicit Interruptible(std::function<bool()> wanted);
    ~Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;

private:
    friend void checkInterruption();
    std::function<bool()> m_wanted;
    const Interruptible* m_around;
};

/// Throws Interrupted if this thread's work was called off.
void checkInterruption();

} // namespace core
