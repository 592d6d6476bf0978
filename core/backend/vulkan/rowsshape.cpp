#include "core/backend/vulkan/rowsshape.h"

#include <algorithm>

namespace core::vulkan
{

namespace
{

constexpr int mostKept = 8; ///< elements a thread keeps from one pass over its row to the next

} // namespace

RowsShape::RowsShape(const PlanKernel& kernel, const DeviceFacts& facts)
    : m_kernel(kernel)
    , m_facts(facts)
{
    findPasses();
    findNeeded();
    shape();
}

/// The pass over the row in which a member can be known: one after the sums that it needs.
void RowsShape::findPasses()
{
    for (size_t k = 0; k < count(); ++k) {
        int pass = 0;
        for (int input : member(k).inputs)
            if (input < 0) pass = std::max(pass, m_pass[size_t(~input)] + (ownSum(size_t(~input)) ? 1 : 0));
        m_pass.push_back(pass);
        m_passes = std::max(m_passes, pass + 1);
        m_hasRows = m_hasRows || member(k).extent == Extent::Row;
        m_hasColumns = m_hasColumns || member(k).extent == Extent::Column;
        m_crosses = m_crosses || crosses(k);
    }
}

void RowsShape::shape()
{
    const int split = m_kernel.split[0];
    m_outer = split < 0 || (!m_hasRows && !m_hasColumns) ? m_kernel.axes.size() : size_t(split);
    m_rows = product(m_kernel.axes, 0, m_outer);
    m_length = product(m_kernel.axes, m_outer, m_kernel.axes.size());
    m_threads = 1;
    while (m_threads * 2 <= std::min(m_facts.maxInvocations, 256)) m_threads *= 2;
    if (m_hasRows)
        m_lanes = std::min(powerOf2AtLeast((m_length + 3) / 4), m_threads);
    else if (m_hasColumns)
        m_lanes = std::min<int64_t>(powerOf2AtLeast(m_length), std::min<int64_t>(m_threads, 64));
    m_slots = m_threads / m_lanes;
    m_each = m_hasRows ? (m_length + m_lanes - 1) / m_lanes : 1;
    m_tiles = m_hasRows ? 1 : (m_length + m_lanes - 1) / m_lanes;
    const int64_t turns = (m_rows + m_slots - 1) / m_slots;
    // Where all workgroups must meet, few of them, each with something to do.
    m_groups =
        m_crosses ? std::clamp<int64_t>(turns / 16, 1, 64) : std::min<int64_t>(turns, m_facts.maxGroups);
    m_turns = (turns + m_groups - 1) / m_groups;
    m_groups = (turns + m_turns - 1) / m_turns;
    if (m_tiles > m_facts.maxGroups)
        throw MachineFailure{
            {"vulkan", m_kernel.name + " has rows of " + text(m_length), "the backend cpu runs it"}};
}

bool RowsShape::meets() const
{
    const bool whole = std::any_of(m_kernel.members.begin(), m_kernel.members.end(),
                                   [](const RowMember& m) { return m.extent == Extent::Whole; });
    return m_crosses && !alone() && (m_groups > 1 || whole);
}

bool RowsShape::kept(size_t k) const
{
    if (member(k).extent != Extent::Element || m_each > mostKept) return false;
    const int first = firstPass(k);
    return first < lastPass(k);
}

/// In which passes elements are calculated: where they are summed, written, or lead to one that is.
void RowsShape::findNeeded()
{
    m_needed.assign(count(), std::vector<char>(size_t(m_passes), 0));
    for (size_t k = count(); k-- > 0;) {
        if (member(k).extent != Extent::Element) continue;
        if (member(k).write >= 0) m_needed[k].back() = 1;
        for (size_t u = k + 1; u < count(); ++u) {
            const std::vector<int>& inputs = member(u).inputs;
            if (std::find(inputs.begin(), inputs.end(), ~int(k)) == inputs.end()) continue;
            if (ownSum(u)) m_needed[k][size_t(m_pass[u])] = 1;
            if (crosses(u)) m_needed[k].back() = 1;
            for (size_t pass = 0; pass < size_t(m_passes); ++pass) m_needed[k][pass] |= m_needed[u][pass];
        }
    }
}

int RowsShape::firstPass(size_t k) const
{
    for (int pass = 0; pass < m_passes; ++pass)
        if (neededIn(k, pass)) return pass;
    return m_passes;
}

int RowsShape::lastPass(size_t k) const
{
    for (int pass = m_passes - 1; pass >= 0; --pass)
        if (neededIn(k, pass)) return pass;
    return -1;
}

} // namespace core::vulkan
