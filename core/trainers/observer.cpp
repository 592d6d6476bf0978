#include "core/trainers/observer.h"

#include "core/instruments/instrument.h"

#include <algorithm>

namespace core
{

constexpr double shareMeasuredOver = 1; ///< seconds

static bool isHeavy(const Watch& watch)
{
    const Instrument* const instrument = findInstrument(watch.instrument);
    return instrument && instrument->cost == Instrument::Cost::Heavy;
}

Observer::Observer(std::function<void()> arrived)
    : m_arrived(std::move(arrived))
    , m_processors(std::max(1u, std::thread::hardware_concurrency()))
{
}

std::vector<Lookout*> Observer::lookouts() const
{
    std::vector<Lookout*> all;
    for (const auto& lookout : {&m_light, &m_heavy})
        if (*lookout) all.push_back(lookout->get());
    return all;
}

void Observer::watch(std::vector<Wish> wishes)
{
    std::vector<Watched> watched;
    std::vector<Wish> light, heavy;
    for (Wish& wish : wishes) {
        const auto known = std::find_if(m_watched.begin(), m_watched.end(),
                                        [&](const Watched& other) { return other.watch == wish.watch; });
        wish.ticket = known == m_watched.end() ? ++m_tickets : known->ticket;
        watched.push_back({wish.watch, wish.ticket});
        (isHeavy(wish.watch) ? heavy : light).push_back(std::move(wish));
    }
    m_watched = std::move(watched);
    m_lightWatched = !light.empty();
    m_heavyWatched = !heavy.empty();
    using Manners = Lookout::Manners;
    if (!m_light && m_lightWatched) m_light = std::make_unique<Lookout>(Manners::AsTheCaller, m_arrived);
    if (!m_heavy && m_heavyWatched) m_heavy = std::make_unique<Lookout>(Manners::Modest, m_arrived);
    divideBudget();
    if (m_light) m_light->watch(std::move(light));
    if (m_heavy) m_heavy->watch(std::move(heavy));
}

void Observer::setBudget(double share)
{
    m_budget = share;
    divideBudget();
}

void Observer::divideBudget()
{
    const bool both = m_lightWatched && m_heavyWatched;
    for (Lookout* lookout : lookouts()) lookout->setShare(m_budget * m_processors / (both ? 2 : 1));
}

void Observer::invalidate()
{
    ++m_era;
    for (Lookout* lookout : lookouts()) lookout->invalidate();
}

void Observer::restart(Readings& readings)
{
    for (const Watched& watched : m_watched)
        if (!watched.watch.time) readings.erase(watched.watch.key);
    m_trails.clear();
    invalidate();
}

bool Observer::watchesRun() const
{
    return std::any_of(m_watched.begin(), m_watched.end(),
                       [](const Watched& watched) { return !watched.watch.time; });
}

bool Observer::wants() const
{
    const auto all = lookouts();
    return std::any_of(all.begin(), all.end(), [](const Lookout* lookout) { return lookout->wants(); });
}

void Observer::show(const Sight& sight, Lookout::When when, double seconds)
{
    // The run's threads wait for each other.
    double cost = seconds * m_processors;
    m_spent += cost;
    for (Lookout* lookout : lookouts()) {
        if (when == Lookout::When::Due && !lookout->wants()) continue;
        Sight own = sight;
        own.era = m_era;
        lookout->show(std::move(own), when, std::exchange(cost, 0));
    }
}

void Observer::extendTrail(const std::string& key, const Seen& seen)
{
    if (!std::holds_alternative<ScalarReading>(*seen) && !std::holds_alternative<HistogramReading>(*seen))
        return;
    std::shared_ptr<const Trail>& kept = m_trails[key];
    auto trail = kept ? std::make_shared<Trail>(*kept) : std::make_shared<Trail>();
    trail->add(seen);
    kept = std::move(trail);
}

Observer::News Observer::collect(Readings& readings)
{
    News news = News::None;
    for (Lookout* lookout : lookouts()) {
        for (Lookout::Look& look : lookout->take()) {
            const auto found = std::find_if(m_watched.begin(), m_watched.end(), [&](const Watched& watched) {
                return watched.ticket == look.ticket;
            });
            if (found == m_watched.end() || (look.era && *look.era != m_era)) continue;
            news = std::max(news, look.era ? News::OfTheRun : News::OfThePast);
            if (look.era) extendTrail(found->watch.key, look.seen);
            readings[found->watch.key] = std::move(look.seen);
        }
    }
    const auto unwatched = [&](const auto& item) {
        return std::none_of(m_watched.begin(), m_watched.end(),
                            [&](const Watched& watched) { return watched.watch.key == item.first; });
    };
    std::erase_if(readings, unwatched);
    std::erase_if(m_trails, unwatched);
    return news;
}

double Observer::share()
{
    const auto now = Clock::now();
    const double passed = Seconds(now - m_since).count();
    if (passed >= shareMeasuredOver) {
        for (Lookout* lookout : lookouts()) m_spent += lookout->takeSpent();
        m_share = std::exchange(m_spent, 0) / (passed * m_processors);
        m_since = now;
    }
    return m_share;
}

} // namespace core
