// Which instructions run together as one kernel.
#pragma once

#include "core/program/plan.h"
#include "core/program/plan_locations.h"

namespace core
{

struct Group {
    bool rows = false; ///< fusable members over `domain`; else one value and, if that is a contraction,
                       ///< formulas of its result
    std::vector<Axis> domain; ///< in the memory order of the first member
    bool decided = false;     ///< which axes are within a row
    std::vector<std::string> row;
    std::vector<ValueId> members;
    std::vector<RowMember::Extent> extents;
    std::map<std::string, std::string> names; ///< of the formulas' axes, by those of the contraction
    std::vector<int> after;                   ///< groups that read what this one overwrites
};

/// A reduction over the few elements of a window, as pooling has: a formula of all of them.
struct Unrolled {
    std::vector<ValueId> inputs;  ///< of the formula that is reduced
    language::Expression formula; ///< one element of what is reduced
};

struct Groups {
    std::vector<Location> locations; ///< by value
    std::vector<char> live;
    std::map<ValueId, Unrolled> unrolled;
    std::vector<std::vector<ValueId>> inputs; ///< what the kernel of a value reads
    std::vector<Group> list;                  ///< in an order that can be executed
    std::vector<int> of;                      ///< group of a value, -1 for sources, views, dead code
};

Groups makeGroups(const Program&);

} // namespace core
