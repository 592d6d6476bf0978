#include "core/backend/cpu/threadpool.h"

#include <atomic>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace core::cpu
{

namespace
{

void relax()
{
#if defined(__x86_64__)
    _mm_pause();
#endif
}

// A few microseconds: kernels of one step follow each other within that, a pause of training does not.
constexpr int spins = 200;

} // namespace

struct ThreadPool::Shared {
    struct alignas(64) Job {
        std::atomic<uint32_t> serial{0};
        std::atomic<int> active{0}; // workers inside the job
        std::atomic<int> next{0};   // first task nobody has taken
        std::atomic<bool> open{false};
        bool stop = false;
        int tasks = 0;
        Task fn = nullptr;
        void* context = nullptr;
    } job;
    std::vector<std::thread> threads;

    void work(int worker)
    {
        for (int task = job.next.fetch_add(1); task < job.tasks; task = job.next.fetch_add(1))
            job.fn(job.context, task, worker);
    }

    void loop(int worker)
    {
        uint32_t seen = 0;
        for (;;) {
            uint32_t now = job.serial.load(std::memory_order_acquire);
            for (int i = 0; now == seen && i < spins; ++i) {
                relax();
                now = job.serial.load(std::memory_order_acquire);
            }
            while (now == seen) {
                job.serial.wait(seen, std::memory_order_acquire);
                now = job.serial.load(std::memory_order_acquire);
            }
            seen = now;
            // Entering is announced before `open` is read, so the caller either sees us or we see the job
            // closed.
            job.active.fetch_add(1);
            if (job.open.load()) {
                if (job.stop) {
                    job.active.fetch_sub(1);
                    return;
                }
                work(worker);
            }
            job.active.fetch_sub(1);
        }
    }

    void publish(int tasks, Task fn, void* context)
    {
        job.tasks = tasks;
        job.fn = fn;
        job.context = context;
        job.next.store(0);
        job.open.store(true);
        job.serial.fetch_add(1, std::memory_order_release);
        job.serial.notify_all();
    }
};

ThreadPool::ThreadPool(int threads)
    : m(std::make_unique<Shared>())
{
    for (int worker = 1; worker < threads; ++worker)
        m->threads.emplace_back([shared = m.get(), worker] { shared->loop(worker); });
}

ThreadPool::~ThreadPool()
{
    m->job.stop = true;
    m->publish(0, nullptr, nullptr);
    for (std::thread& thread : m->threads) thread.join();
}

int ThreadPool::threads() const { return int(m->threads.size()) + 1; }

void ThreadPool::parallel(int tasks, Task fn, void* context)
{
    if (tasks <= 1 || m->threads.empty()) {
        for (int task = 0; task < tasks; ++task) fn(context, task, 0);
        return;
    }
    m->publish(tasks, fn, context);
    m->work(0);
    m->job.open.store(false);
    while (m->job.active.load() != 0) relax();
}

} // namespace core::cpu
