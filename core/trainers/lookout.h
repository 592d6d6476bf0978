// A thread that looks: instruments read a run, or moments of the past, from copies of their numbers while
// training goes on.
#pragma once

#include "core/instruments/network.h"
#include "core/trainers/turn.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace core
{

/// That this thread has taken: what other programs do meanwhile does not count.
double processorSeconds();

/// Looks on one core of the processor, whatever trains: nothing here waits for the run, nor the run for it.
/// All functions may be called from one other thread.
class Lookout
{
public:
    using Clock = Turn::Clock;
    struct Look {
        uint64_t ticket = 0;
        Seen seen;
        std::optional<uint64_t> era; ///< of the sight; none: of the past
    };
    enum class Manners : uint8_t { AsTheCaller, Modest }; ///< Modest: everything else goes first

    /// `arrived` is called on the looking thread after readings.
    Lookout(Manners, std::function<void()> arrived);
    ~Lookout(); ///< waits for the reading that is on its way

    void watch(std::vector<Wish>);
    void setShare(double processors); ///< that looking at the run that trains may take: 0.1 is a tenth of one
    /// Readings of the run that trains are out of date whatever their step.
    void invalidate();
    /// Whether something is due that needs the numbers that the run has now.
    bool wants() const { return Clock::now().time_since_epoch().count() >= m_due.load(); }
    enum class When : uint8_t { Due, AtOnce }; ///< AtOnce: all that was not read at this step
    /// `seconds` is what making the sight took of all processors.
    void show(Sight, When, double seconds);
    std::vector<Look> take(); ///< what was read since it was called last
    double takeSpent();       ///< processor seconds since it was called last

private:
    void loop();
    bool waits() const; ///< for something to do
    void adopt(std::vector<Wish>);
    void readPast();
    bool readRun();                 ///< false: something else came between
    bool read(Turn&, const Sight&); ///< the same
    void announce(const Turn&, const Sight&);
    void readEntry(Turn::Entry&, const Sight&);
    Network& network(const Sight&, const Watch&);
    void deliver(std::vector<Look>);
    void setDue();

    const Manners m_manners;
    const std::function<void()> m_arrived;

    // The looking thread's own.
    struct Kept {
        std::shared_ptr<const Document> document;
        std::shared_ptr<const Dataset> data;
        Changes changes;
        std::unique_ptr<Network> network;
    };
    std::unique_ptr<Backend> m_backend; ///< before the networks, which use it
    std::list<Kept> m_networks;         ///< latest use first
    std::vector<Turn> m_turns;
    std::optional<Sight> m_sight; ///< not all of which has been looked at
    When m_when = When::Due;
    double m_overhead = 0; ///< seconds that the sight took

    mutable std::mutex m_mutex; ///< of what follows
    std::condition_variable m_wake;
    std::optional<std::vector<Wish>> m_wishes;
    std::optional<std::tuple<Sight, When, double>> m_shown;
    std::vector<Look> m_looks;
    double m_spent = 0, m_share = 0.05;
    bool m_invalid = false;

    std::atomic<bool> m_interrupted = false, m_quit = false;
    std::atomic<Clock::rep> m_due;
    std::thread m_thread; ///< last
};

} // namespace core
