// Bringing the units of one network into the order of another: they have no order of their own.
// S. Ainsworth, J. Hayase, S. Srinivasa: Git Re-Basin, 2022, algorithm 1.
#pragma once

#include "core/diagram/elaborate.h"
#include "core/instruments/moment.h"

namespace core::instruments
{

/// One order that several axes of parameters and running statistics share.
struct UnitGroup {
    struct Member {
        std::string name; ///< of the parameter
        int axis = 0;     ///< position in its type
        friend bool operator==(const Member&, const Member&) = default;
    };
    std::vector<Member> members;
    int64_t size = 0;
};

class Matching
{
public:
    /// Follows every axis through the program: what elementwise formulas, reductions and contractions pass on
    /// under one name, or a rename under another, is in one order. Axes that come from the data, that an op
    /// picks positions of, or that the loss sees are left alone.
    explicit Matching(const Elaboration&);
    const std::vector<UnitGroup>& groups() const { return m_groups; }

    struct Result {
        Arrays values;                            ///< of the second network, reordered
        std::vector<std::vector<int64_t>> orders; ///< by group: position i is the second's unit orders[g][i]
        double gain = 0; ///< sum of inner products of equally named parameters, at the end
        int sweeps = 0;
    };
    /// Group after group in random order, each time the best by linear assignment with the others fixed,
    /// until a sweep gains at most 1e-12 of the whole, 100 at most. Error for a group of more than 4096
    /// units.
    Result align(const Arrays& first, const Arrays& second, uint64_t seed) const;
    /// The values with the units of each group in that order.
    Arrays reordered(const Arrays&, const std::vector<std::vector<int64_t>>& orders) const;

private:
    std::vector<UnitGroup> m_groups;
};

} // namespace core::instruments
