#include "core/trainers/turn.h"

#include <algorithm>
#include <limits>

namespace core
{

namespace
{

constexpr double guaranteed = 0.25, unknownCost = 1e-6;

Turn::Clock::duration ticks(double seconds)
{
    return std::chrono::duration_cast<Turn::Clock::duration>(std::chrono::duration<double>(seconds));
}

} // namespace

bool Turn::holds(const Watch& watch) const
{
    const Watch& mine = entries.front().wish.watch;
    return mine.time == watch.time && mine.instrument == watch.instrument && mine.example == watch.example &&
           mine.settings == watch.settings && mine.changes == watch.changes && mine.other == watch.other;
}

bool Turn::unread(int64_t step) const
{
    return std::any_of(entries.begin(), entries.end(),
                       [step](const Entry& entry) { return entry.step != step; });
}

double Turn::mostOften() const
{
    double often = 1e-3;
    for (const Entry& entry : entries) often = std::max(often, entry.wish.watch.often);
    return often;
}

Turn::Clock::time_point Turn::due() const
{
    if (!last) return {};
    return interval < 1e6 ? *last + ticks(interval) : Clock::time_point::max();
}

/// The first reading compiles; that is not what the next one will cost.
void Turn::spent(double seconds, Clock::time_point now)
{
    cost = cost == 0 ? unknownCost : cost <= unknownCost ? seconds : 0.7 * cost + 0.3 * seconds;
    if (!last || !(interval < 1e6)) {
        last = now;
        return;
    }
    // What is taken early or late does not move those behind it, so that neither share nor rate drifts.
    const auto wait = ticks(interval);
    last = std::clamp(*last + wait, now - wait, now + wait);
}

void divide(std::span<Turn> turns, double share)
{
    struct Part {
        Turn* turn;
        double need, weight; ///< seconds a second
        double given = 0;
        bool enough = false;
    };
    std::vector<Part> parts;
    double watches = 0, left = share;
    for (Turn& turn : turns) {
        if (turn.past()) continue;
        const double count = double(turn.entries.size()), cost = std::max(turn.cost, unknownCost);
        parts.push_back({&turn, cost * turn.mostOften(), count * (count / cost) * (count / cost)});
        watches += count;
    }
    for (Part& part : parts) {
        const double equal = share * double(part.turn->entries.size()) / watches;
        left -= part.given = std::min(part.need, guaranteed * equal);
    }
    for (bool again = left > 0; std::exchange(again, false);) {
        double weights = 0;
        for (const Part& part : parts)
            if (!part.enough) weights += part.weight;
        const double most = left / weights;
        for (Part& part : parts) {
            if (part.enough || part.given + most * part.weight < part.need) continue;
            left -= part.need - part.given;
            part.given = part.need;
            part.enough = again = true;
        }
        if (again) continue;
        for (Part& part : parts)
            if (!part.enough) part.given += most * part.weight;
    }
    for (const Part& part : parts)
        part.turn->interval = part.given > 0 ? std::max(part.turn->cost, unknownCost) / part.given
                                             : std::numeric_limits<double>::infinity();
}

} // namespace core
