// How a kernel of rows is shared out among workgroups, threads, and passes over a row.
#pragma once

#include "core/backend/vulkan/source.h"

namespace core::vulkan
{

/// A workgroup has `slots` rows at a time, `lanes` threads each; a thread has `each` elements of its row.
class RowsShape
{
protected:
    using Extent = RowMember::Extent;

    RowsShape(const PlanKernel&, const DeviceFacts&);

    const RowMember& member(size_t k) const { return m_kernel.members[k]; }
    size_t count() const { return m_kernel.members.size(); }
    bool crosses(size_t k) const ///< a sum over rows
    {
        return member(k).extent == Extent::Column || member(k).extent == Extent::Whole;
    }
    bool ownSum(size_t k) const { return member(k).extent == Extent::Row && !member(k).reduction.empty(); }

    /// A row lies within a subgroup, whose lanes read from each other without shared memory.
    bool handsRound() const
    {
        return m_lanes > 1 && m_lanes <= m_facts.subgroupLanes && m_threads % m_facts.subgroupLanes == 0;
    }
    bool alone() const { return m_groups * m_tiles == 1; } ///< one workgroup has it all
    bool meets() const; ///< the workgroup that finishes last adds what all have

    /// Elements that more than one pass needs and that are few enough stay where they are.
    bool kept(size_t k) const;
    bool neededIn(size_t k, int pass) const { return m_needed[k][size_t(pass)] != 0; }
    int firstPass(size_t k) const;
    int lastPass(size_t k) const;

    const PlanKernel& m_kernel;
    const DeviceFacts& m_facts;
    std::vector<int> m_pass; ///< by member: the pass over the row in which it can be known
    size_t m_outer = 0;      ///< axes of the rows
    int m_passes = 1;
    bool m_hasRows = false, m_hasColumns = false, m_crosses = false;
    int64_t m_rows = 1, m_length = 1, m_threads = 1, m_lanes = 1, m_slots = 1, m_each = 1, m_tiles = 1,
            m_groups = 1, m_turns = 1;

private:
    void findPasses();
    void findNeeded();
    void shape();

    std::vector<std::vector<char>> m_needed; ///< by member, by pass
};

} // namespace core::vulkan
