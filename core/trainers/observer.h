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

    void watch(std::vector<Watch>);
    void setBudget(double share) { m_budget = share; }
    void invalidate(); ///< everything is due

    /// Reads what is due and writes it into `readings`; an Error becomes a TextReading. True if anything was
    /// read.
    bool readDue(Run&, std::map<std::string, Reading>& readings);
    bool readAll(Run&, std::map<std::string, Reading>& readings);

    /// Time between two readings that cost `cost` seconds each when `share` of the run's time may be spent.
    static double interval(double cost, double share);

private:
    struct Entry {
        Watch watch;
        double cost = 0;
        Clock::time_point next{};
        int64_t step = -1; ///< at which it was read
    };
    void read(Entry&, Run&, std::map<std::string, Reading>& readings);
    void forget(std::map<std::string, Reading>& readings) const;

    std::vector<Entry> m_entries;
    double m_budget = 0.05;
};

} // namespace core
