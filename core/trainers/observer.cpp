#include "core/trainers/observer.h"

#include "core/instruments/instrument.h"

#include <algorithm>
#include <limits>

namespace core
{

namespace
{

constexpr double fastest = 1.0 / 30, wanted = 1.0 / 20, stretch = 4;
constexpr double measuredOver = 1; ///< seconds
constexpr size_t longestLine = 512, longestRidge = 48;

Reading readingOf(const Watch& watch, Run& run, const std::vector<Moment>& history)
{
    try {
        const Instrument* instrument = findInstrument(watch.instrument);
        if (!instrument) return TextReading{"There is no instrument called " + watch.instrument};
        return instrument->read(
            {run.network(), run.moment(), watch.wire, watch.example, watch.settings, history});
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
    // Looks at one moment stand together, so that its values are loaded once.
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.watch.time < b.watch.time; });
    m_entries = std::move(entries);
}

std::vector<Moment> Observer::earlier() const { return m_history ? m_history() : std::vector<Moment>(); }

void Observer::invalidate()
{
    for (Entry& entry : m_entries) {
        if (entry.watch.time) continue;
        entry.next = {};
        entry.step = -1;
    }
}

void Observer::restart()
{
    m_trails.clear();
    invalidate();
}

void Observer::read(Entry& entry, Run& run, Readings& readings)
{
    const auto begin = Clock::now();
    Reading& reading = readings[entry.watch.key] = readingOf(entry.watch, run, earlier());
    const auto end = Clock::now();
    entry.step = run.steps();
    const double cost = Seconds(end - begin).count();
    m_spent += cost;
    // The first reading compiles a plan; that is not what the next one will cost.
    const bool first = entry.cost == 0;
    entry.cost = first ? 1e-6 : entry.cost <= 1e-6 ? cost : 0.7 * entry.cost + 0.3 * cost;
    const double wait = interval(entry.cost * double(m_entries.size()), m_budget);
    entry.next = wait < 1e6 ? end + std::chrono::duration_cast<Clock::duration>(Seconds(wait))
                            : Clock::time_point::max();
    extendTrail(entry.watch.key, entry.step, reading);
}

void Observer::readPast(Entry& entry, const Past& past, Readings& readings)
{
    try {
        Run& run = past(*entry.watch.time);
        readings[entry.watch.key] = readingOf(entry.watch, run, earlier());
        entry.step = run.steps();
    } catch (const Error& error) {
        readings[entry.watch.key] = TextReading{error.text()};
        entry.step = entry.watch.time->step;
    }
}

/// Numbers and histograms are kept over time: half of them go when there are too many, and then come half as
/// often.
void Observer::extendTrail(const std::string& key, int64_t step, const Reading& reading)
{
    const bool line = std::holds_alternative<ScalarReading>(reading);
    if (!line && !std::holds_alternative<HistogramReading>(reading)) return;
    std::shared_ptr<const Trail>& kept = m_trails[key];
    auto trail = kept ? std::make_shared<Trail>(*kept) : std::make_shared<Trail>();
    while (!trail->points.empty() && trail->points.back().step >= step) trail->points.pop_back();
    if (!trail->points.empty() && step < trail->points.back().step + trail->apart) return;
    trail->points.push_back({step, std::make_shared<const Reading>(reading)});
    if (trail->points.size() > (line ? longestLine : longestRidge)) {
        for (size_t i = 1; 2 * i < trail->points.size(); ++i) trail->points[i] = trail->points[2 * i];
        trail->points.resize((trail->points.size() + 1) / 2);
        trail->apart =
            (trail->points.back().step - trail->points.front().step) / int64_t(trail->points.size() - 1);
    }
    kept = std::move(trail);
}

void Observer::forget(Readings& readings)
{
    const auto unwatched = [&](const auto& item) {
        return std::none_of(m_entries.begin(), m_entries.end(),
                            [&](const Entry& entry) { return entry.watch.key == item.first; });
    };
    std::erase_if(readings, unwatched);
    std::erase_if(m_trails, unwatched);
}

void Observer::measureShare(Clock::time_point now)
{
    const double passed = Seconds(now - m_since).count();
    if (passed < measuredOver) return;
    m_share = m_spent / passed;
    m_spent = 0;
    m_since = now;
}

bool Observer::isDue(const Run& run) const
{
    const auto now = Clock::now();
    return std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return !entry.watch.time && now >= entry.next && entry.step != run.steps();
    });
}

bool Observer::pastDue() const
{
    return std::any_of(m_entries.begin(), m_entries.end(),
                       [](const Entry& entry) { return entry.watch.time && entry.step < 0; });
}

bool Observer::readDue(Run& run, const Past& past, Readings& readings)
{
    forget(readings);
    bool any = false;
    const auto now = Clock::now();
    measureShare(now);
    for (Entry& entry : m_entries) {
        if (entry.watch.time) {
            if (entry.step >= 0) continue;
            readPast(entry, past, readings);
        } else {
            if (now < entry.next || entry.step == run.steps()) continue;
            read(entry, run, readings);
        }
        any = true;
    }
    return any;
}

} // namespace core
