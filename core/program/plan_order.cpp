#include "core/program/plan_order.h"

#include <algorithm>
#include <cassert>

namespace core
{

GroupOrder::GroupOrder(const Groups& groups)
    : m(groups)
    , m_readers(groups.locations.size())
    , m_followers(groups.list.size())
    , m_place(groups.list.size(), 0)
    , m_seen(groups.list.size(), 0)
{
    for (const Group& group : m.list)
        for (ValueId v : group.members)
            for (ValueId input : m.inputs[size_t(v)])
                m_readers[size_t(m.locations[size_t(input)].base)].push_back(v);
    std::vector<int> waiting(m.list.size(), 0), ready;
    for (int g = 0; g < int(m.list.size()); ++g) {
        eachNeeded(g, [&](int) { ++waiting[size_t(g)]; });
        if (waiting[size_t(g)] == 0) ready.push_back(g);
    }
    for (size_t next = 0; next < ready.size(); ++next) {
        m_place[size_t(ready[next])] = int(next);
        eachUser(ready[next], [&](int user) {
            if (--waiting[size_t(user)] == 0) ready.push_back(user);
        });
    }
    assert(ready.size() == m.list.size());
}

int GroupOrder::groupOf(ValueId v) const { return m.of[size_t(m.locations[size_t(v)].base)]; }

/// As often as something of it is read.
template<class Visit> void GroupOrder::eachNeeded(int g, Visit visit) const
{
    const Group& group = m.list[size_t(g)];
    for (ValueId v : group.members)
        for (ValueId input : m.inputs[size_t(v)])
            if (const int h = groupOf(input); h >= 0 && h != g) visit(h);
    for (int h : group.after) visit(h);
}

template<class Visit> void GroupOrder::eachUser(int g, Visit visit) const
{
    for (ValueId v : m.list[size_t(g)].members)
        for (ValueId reader : m_readers[size_t(v)])
            if (const int h = m.of[size_t(reader)]; h >= 0 && h != g) visit(h);
    for (int h : m_followers[size_t(g)]) visit(h);
}

bool GroupOrder::needs(int g, int late) const
{
    ++m_question;
    std::vector<int> open{g};
    while (!open.empty()) {
        const int next = open.back();
        open.pop_back();
        if (next == late) return true;
        if (m_place[size_t(next)] <= m_place[size_t(late)]) continue;
        if (std::exchange(m_seen[size_t(next)], m_question) == m_question) continue;
        eachNeeded(next, [&](int h) { open.push_back(h); });
    }
    return false;
}

void GroupOrder::add(int g, int h) { m_followers[size_t(h)].push_back(g); }

void GroupOrder::settle(int g)
{
    std::vector<int> needed;
    eachNeeded(g, [&](int h) { needed.push_back(h); });
    for (int h : needed)
        if (m_place[size_t(h)] > m_place[size_t(g)]) moveBehind(g, h);
}

/// What needs g and stands before h changes places with what h needs and stands after g.
void GroupOrder::moveBehind(int g, int h)
{
    const int low = m_place[size_t(g)], high = m_place[size_t(h)];
    const auto reached = [&](int from, const auto& eachNext) {
        ++m_question;
        std::vector<int> found{from};
        m_seen[size_t(from)] = m_question;
        for (size_t i = 0; i < found.size(); ++i)
            eachNext(found[i], [&](int next) {
                if (m_place[size_t(next)] < low || m_place[size_t(next)] > high) return;
                if (std::exchange(m_seen[size_t(next)], m_question) != m_question) found.push_back(next);
            });
        std::sort(found.begin(), found.end(),
                  [&](int a, int b) { return m_place[size_t(a)] < m_place[size_t(b)]; });
        return found;
    };
    std::vector<int> order = reached(h, [&](int of, const auto& visit) { eachNeeded(of, visit); });
    const std::vector<int> behind = reached(g, [&](int of, const auto& visit) { eachUser(of, visit); });
    order.insert(order.end(), behind.begin(), behind.end());
    std::vector<int> places;
    for (int of : order) places.push_back(m_place[size_t(of)]);
    std::sort(places.begin(), places.end());
    for (size_t i = 0; i < order.size(); ++i) m_place[size_t(order[i])] = places[i];
}

} // namespace core
