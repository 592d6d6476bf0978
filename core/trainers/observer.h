// When to look: every watched instrument has its own measured cost and is read as often as the budget allows.
#pragma once

#include "core/trainers/session.h"

#include <chrono>

namespace core
{

class Observer
{
public:
    using Clock = std::chrono::steady_clock;
    using Seconds = std::chrono::duration<double>;
    using Readings = std::map<std::string, Reading>;
    using Trails = std::map<std::string, std::shared_ptr<const Trail>>;
    /// The run as it was at a place, for the next look; an Error says why there is none.
    using Past = std::function<Run&(const Place&)>;

    void watch(std::vector<Watch>);
    void setBudget(double share) { m_budget = share; }
    void invalidate(); ///< everything of the run that trains is due; the past stays as it was
    void restart();    ///< another run trains: no trail of the one before
    /// Where earlier moments of the run come from, older ones first: for instruments that look at time.
    void setHistory(std::function<std::vector<Moment>()> history) { m_history = std::move(history); }

    /// Reads what is due and writes it into `readings`; an Error becomes a TextReading. What is watched of
    /// the past is read once, at once. True if anything was read.
    bool readDue(Run&, const Past&, Readings& readings);
    bool isDue(const Run&) const; ///< something of the run that trains
    bool pastDue() const;         ///< something of the past was asked for and is not read yet

    double share() const { return m_share; } ///< of the run's time that looking took lately
    const Trails& trails() const { return m_trails; }

    /// Time between two readings that cost `cost` seconds each when `share` of the run's time may be spent.
    static double interval(double cost, double share);

private:
    struct Entry {
        Watch watch;
        double cost = 0;
        Clock::time_point next{};
        int64_t step = -1; ///< at which it was read
    };
    void read(Entry&, Run&, Readings& readings);
    void readPast(Entry&, const Past&, Readings& readings);
    void forget(Readings& readings);
    std::vector<Moment> earlier() const;
    void extendTrail(const std::string& key, int64_t step, const Reading&);
    void measureShare(Clock::time_point now);

    std::vector<Entry> m_entries;
    Trails m_trails;
    std::function<std::vector<Moment>()> m_history;
    double m_budget = 0.05;
    double m_share = 0, m_spent = 0;
    Clock::time_point m_since = Clock::now();
};

} // namespace core
