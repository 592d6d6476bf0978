// One pool of parked threads for all kernels of a backend.
#pragma once

#include <cstdint>
#include <memory>

namespace core::cpu
{

/// fn(context, task, worker): worker < threads() names private scratch. Tasks must not depend on who runs
/// them.
using Task = void (*)(void* context, int task, int worker);

/// Threads spin a few microseconds after work, then park. One caller at a time; parallel() neither allocates
/// nor returns before all tasks are done. A single task, or a pool of one, never leaves the calling thread.
class ThreadPool
{
public:
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const;
    void parallel(int tasks, Task fn, void* context);

private:
    struct Shared;
    std::unique_ptr<Shared> m;
};

} // namespace core::cpu
