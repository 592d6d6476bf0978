// A walk over several strided operands at once, in runs along the innermost axis.
#pragma once

#include "core/program/type.h"

#include <array>
#include <cstdint>
#include <vector>

namespace core::cpu
{

template<size_t Operands> class StridedWalk
{
public:
    using Offsets = std::array<int64_t, Operands>;

    /// Axes of size 1 are dropped; neighbours that all operands walk through evenly become one. The first
    /// axis stays by itself if it is to be divided among tasks.
    StridedWalk(const std::vector<Axis>& axes, const std::array<std::vector<int64_t>, Operands>& strides,
                bool keepFirst)
    {
        for (size_t d = 0; d < axes.size(); ++d) {
            Dimension dimension{axes[d].size, {}};
            for (size_t k = 0; k < Operands; ++k) dimension.strides[k] = strides[k][d];
            if (axes[d].size == 1 && !(keepFirst && d == 0)) continue;
            bool joins = !m_dimensions.empty() && !(keepFirst && m_dimensions.size() == 1);
            for (size_t k = 0; k < Operands && joins; ++k)
                joins = m_dimensions.back().strides[k] == dimension.strides[k] * dimension.size;
            if (joins)
                dimension.size *= m_dimensions.back().size, m_dimensions.back() = dimension;
            else
                m_dimensions.push_back(dimension);
        }
        if (m_dimensions.size() < size_t(keepFirst) + 1) m_dimensions.push_back({1, {}});
    }

    int64_t first() const { return m_dimensions[0].size; }
    int64_t run() const { return m_dimensions.back().size; }
    const Offsets& runStrides() const { return m_dimensions.back().strides; }

    /// visit(offsets) at the start of each run whose index along the first axis is in [from, to).
    template<class Visit> void operator()(int64_t from, int64_t to, Visit visit) const
    {
        descend(0, from, to, Offsets{}, visit);
    }
    template<class Visit> void all(Visit visit) const
    {
        descend(0, 0, m_dimensions[0].size, Offsets{}, visit);
    }

private:
    struct Dimension {
        int64_t size;
        Offsets strides;
    };

    template<class Visit> void descend(size_t d, int64_t from, int64_t to, Offsets at, Visit& visit) const
    {
        if (d + 1 == m_dimensions.size()) {
            visit(at);
            return;
        }
        const Dimension& dimension = m_dimensions[d];
        for (size_t k = 0; k < Operands; ++k) at[k] += from * dimension.strides[k];
        for (int64_t i = from; i < to; ++i) {
            descend(d + 1, 0, m_dimensions[d + 1].size, at, visit);
            for (size_t k = 0; k < Operands; ++k) at[k] += dimension.strides[k];
        }
    }

    std::vector<Dimension> m_dimensions;
};

} // namespace core::cpu
