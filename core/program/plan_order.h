// Which groups need which, while they change. A topological order is kept, so that a question looks only at
// what lies between two groups (Pearce and Kelly 2006).
#pragma once

#include "core/program/plan_groups.h"

namespace core
{

class GroupOrder
{
public:
    explicit GroupOrder(const Groups&); ///< which is looked at later, too

    /// Has `late` to be finished before g can run, or is it g?
    bool needs(int g, int late) const;
    /// Group g runs after h, although it reads nothing of it. To be followed by settle().
    void add(int g, int h);
    /// To be told when g has got other members, or has to run after others. It must not need itself.
    void settle(int g);
    /// Values whose kernels read this one, which is stored.
    const std::vector<ValueId>& readers(ValueId base) const { return m_readers[size_t(base)]; }

private:
    template<class Visit> void eachNeeded(int g, Visit) const;
    template<class Visit> void eachUser(int g, Visit) const;
    void moveBehind(int g, int h);
    int groupOf(ValueId v) const;

    const Groups& m;
    std::vector<std::vector<ValueId>> m_readers; ///< by base
    std::vector<std::vector<int>> m_followers;   ///< those that run after a group
    std::vector<int> m_place;                    ///< of a group in the order
    mutable std::vector<int> m_seen;             ///< by group: the latest question that met it
    mutable int m_question = 0;
};

} // namespace core
