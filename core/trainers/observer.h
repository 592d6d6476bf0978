// Looking at runs: who wants to see what, on threads beside the one that trains. Everything here belongs to
// the thread that trains.
#pragma once

#include "core/trainers/lookout.h"

namespace core
{

class Observer
{
public:
    using Clock = std::chrono::steady_clock;
    using Seconds = std::chrono::duration<double>;
    using Trails = std::map<std::string, std::shared_ptr<const Trail>>;

    /// `arrived` is called on other threads when there is something to collect.
    explicit Observer(std::function<void()> arrived);

    void watch(std::vector<Wish>); ///< their tickets are given here
    /// Share of all processors' time.
    void setBudget(double share);
    void invalidate();       ///< another network trains: everything of it is due; the past stays as it was
    void restart(Readings&); ///< another run trains: no reading and no trail of the one before

    bool watchesRun() const; ///< as it goes on
    /// Something wants to see the run as it is now: show() it, for then it is not asked for again until that
    /// has been looked at.
    bool wants() const;
    /// `seconds` is what it took the run to stand still for that.
    void show(const Sight&, Lookout::When, double seconds);

    enum class News : uint8_t { None, OfTheRun, OfThePast };
    /// What was read since; readings of what nobody watches any more go.
    News collect(Readings&);
    const Trails& trails() const { return m_trails; }
    double share(); ///< of all processors' time that looking took lately

private:
    struct Watched {
        Watch watch;
        uint64_t ticket;
    };
    void divideBudget();
    void extendTrail(const std::string& key, const Seen&);
    std::vector<Lookout*> lookouts() const;

    const std::function<void()> m_arrived;
    const double m_processors;
    std::vector<Watched> m_watched;
    Trails m_trails;
    double m_budget = 0.05;
    uint64_t m_tickets = 0, m_era = 0;
    double m_share = 0, m_spent = 0;
    Clock::time_point m_since = Clock::now();
    /// Made when first needed. Readings that take long have a thread of their own, so that the others go on
    /// meanwhile.
    std::unique_ptr<Lookout> m_light, m_heavy;
    bool m_heavyWatched = false, m_lightWatched = false;
};

} // namespace core
