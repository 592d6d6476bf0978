// The side of a session's thread that shows the run to those who look at it.
#include "core/trainers/worker.h"

#include <algorithm>

namespace core
{

void Session::Worker::watch(std::vector<Watch> watches)
{
    std::vector<Wish> wishes;
    for (Watch& watch : watches) {
        // Two that differ in how often they look are one.
        const auto known = std::find_if(wishes.begin(), wishes.end(), [&](const Wish& other) {
            Watch same = watch;
            same.often = other.watch.often;
            return same == other.watch;
        });
        if (known != wishes.end()) {
            known->watch.often = std::max(known->watch.often, watch.often);
            continue;
        }
        Wish wish{std::move(watch)};
        try {
            if (wish.watch.time) wish.past = sightAt(*wish.watch.time);
            if (wish.watch.other) wish.other = sightAt(*wish.watch.other);
        } catch (const Error& error) {
            wish.missing = error;
        }
        wishes.push_back(std::move(wish));
    }
    m_observer->watch(std::move(wishes));
}

void Session::Worker::setObservationBudget(double share) { m_observer->setBudget(share); }

Sight Session::Worker::sightAt(const Place& place) const
{
    const Milestone& milestone = milestoneAt(place);
    return {milestone.document,
            m_library,
            dataOf(*milestone.document),
            {milestone.step(), {milestone.values, &milestone.values->values}},
            moments()};
}

void Session::Worker::show(Lookout::When when)
{
    const double begin = processorSeconds();
    const Sight sight{m_document, m_library, m_next.data, m_run->moment(), moments()};
    m_observer->show(sight, when, processorSeconds() - begin);
}

Observer::News Session::Worker::look()
{
    if (m_observer->wants()) show(Lookout::When::Due);
    if (!m_looked.exchange(false)) return Observer::News::None;
    return m_observer->collect(m_next.readings);
}

} // namespace core
