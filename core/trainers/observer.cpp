#include "core/trainers/observer.h"

#include <algorithm>
#include <limits>

namespace core
{

namespace
{

constexpr double fastest = 1.0 / 30, wanted = 1.0 / 20, stretch = 4;

Reading readingOf(const Watch& watch, Run& run)
{
    try {
        const Instrument* instrument = findInstrument(watch.instrument);
        if (!instrument) return TextReading{"There is no instrument called " + watch.instrument};
        return instrument->read(run, watch.wire, watch.example);
    } catch (const Error& error) {
        return TextReading{error.text()};
    }
}

} // namespace

double Observer::interval(double cost, double share)
{
    if (!(share > 0)) return std::numeric_limits<double>::infinity();
    const double within = cost / share;
    return std::max(fastest, std::min(within, std::max(wanted, within / stretch)));
}

void Observer::watch(std::vector<Watch> watches)
{
    std::vector<Entry> entries;
    for (Watch& watch : watches) {
        const auto known = std::find_if(m_entries.begin(), m_entries.end(),
                                        [&](const Entry& entry) { return entry.watch == watch; });
        entries.push_back(known == m_entries.end() ? Entry{std::move(watch)} : *known);
    }
    m_entries = std::move(entries);
}

void Observer::invalidate()
{
    for (Entry& entry : m_entries) {
        entry.next = {};
        entry.step = -1;
    }
}

void Observer::read(Entry& entry, Run& run, std::map<std::string, Reading>& readings)
{
    const auto begin = Clock::now();
    readings[entry.watch.key] = readingOf(entry.watch, run);
    const auto end = Clock::now();
    entry.step = run.steps();
    const double cost = Seconds(end - begin).count();
    // The first reading compiles a plan; that is not what the next one will cost.
    const bool first = entry.cost == 0;
    entry.cost = first ? 1e-6 : entry.cost <= 1e-6 ? cost : 0.7 * entry.cost + 0.3 * cost;
    const double wait = interval(entry.cost * double(m_entries.size()), m_budget);
    entry.next = wait < 1e6 ? end + std::chrono::duration_cast<Clock::duration>(Seconds(wait))
                            : Clock::time_point::max();
}

void Observer::forget(std::map<std::string, Reading>& readings) const
{
    std::erase_if(readings, [&](const auto& item) {
        return std::none_of(m_entries.begin(), m_entries.end(),
                            [&](const Entry& entry) { return entry.watch.key == item.first; });
    });
}

bool Observer::readDue(Run& run, std::map<std::string, Reading>& readings)
{
    forget(readings);
    bool any = false;
    const auto now = Clock::now();
    for (Entry& entry : m_entries) {
        if (now < entry.next || entry.step == run.steps()) continue;
        read(entry, run, readings);
        any = true;
    }
    return any;
}

bool Observer::readAll(Run& run, std::map<std::string, Reading>& readings)
{
    invalidate();
    return readDue(run, readings);
}

} // namespace core
