#include "core/trainers/timeline.h"

#include <algorithm>
#include <set>

#ifdef __linux__
#include <unistd.h>
#endif

namespace core
{

namespace
{

double placeOf(int64_t step) { return std::sqrt(double(step)); }

} // namespace

size_t Milestone::bytes() const
{
    size_t sum = 0;
    for (const auto& [name, array] : values->values) sum += size_t(array.count()) * 4;
    return sum;
}

bool Timeline::due(int64_t step) const
{
    if (m_milestones.empty()) return true;
    const int64_t last = m_milestones.back().step();
    return step > last && placeOf(step) - placeOf(last) >= placeOf(step) / double(most);
}

void Timeline::add(Milestone milestone)
{
    cutAfter(milestone.step() - 1);
    m_milestones.push_back(std::move(milestone));
    if (m_milestones.size() > most) thin();
}

bool Timeline::thin()
{
    if (m_milestones.size() < 3) return false;
    size_t best = 1;
    double least = INFINITY;
    for (size_t i = 1; i + 1 < m_milestones.size(); ++i) {
        const double gap = placeOf(m_milestones[i + 1].step()) - placeOf(m_milestones[i - 1].step());
        if (gap < least) least = gap, best = i;
    }
    m_milestones.erase(m_milestones.begin() + ptrdiff_t(best));
    return true;
}

void Timeline::cutAfter(int64_t step)
{
    while (!m_milestones.empty() && m_milestones.back().step() > step) m_milestones.pop_back();
}

const Milestone* Timeline::nearest(int64_t step) const
{
    const auto distance = [step](const Milestone& milestone) { return std::abs(milestone.step() - step); };
    const auto found =
        std::min_element(m_milestones.begin(), m_milestones.end(),
                         [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    return found == m_milestones.end() ? nullptr : &*found;
}

void fitIntoMemory(std::vector<Timeline*> timelines, size_t bytes)
{
    const auto sizeOf = [](const Timeline& timeline) {
        return timeline.milestones().empty()
                   ? size_t(0)
                   : timeline.milestones().size() * timeline.milestones().front().bytes();
    };
    while (!timelines.empty()) {
        std::set<const Checkpoint*> counted;
        size_t sum = 0;
        for (const Timeline* timeline : timelines) {
            for (const Milestone& milestone : timeline->milestones()) {
                if (counted.insert(milestone.values.get()).second) sum += milestone.bytes();
            }
        }
        if (sum <= bytes) return;
        const auto largest =
            std::max_element(timelines.begin(), timelines.end(),
                             [&](const Timeline* a, const Timeline* b) { return sizeOf(*a) < sizeOf(*b); });
        if (!(*largest)->thin()) timelines.erase(largest);
    }
}

size_t memoryForMilestones()
{
    constexpr size_t most = size_t(2) << 30;
#ifdef __linux__
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
    if (pages > 0 && size > 0) return std::min(most, size_t(pages) * size_t(size) / 4);
#endif
    return most;
}

} // namespace core
