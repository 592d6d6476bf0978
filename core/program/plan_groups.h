// Which instructions run together as one kernel.
#pragma once

#include "core/program/plan.h"

namespace core
{

/// Where a value lies: itself, or a strided reading of the value that is stored.
struct Location {
    ValueId base = -1;
    int64_t offset = 0;
    std::vector<int64_t> strides; ///< along the axes of the value's type
    bool swapped = false;         ///< a contraction that lies as [batch, n, m]: so its users want it
    bool plain = false; ///< every index reads the element of the same index names: broadcasts and permutes
};

struct Group {
    bool rows = false;        ///< fusable members over `domain`
    std::vector<Axis> domain; ///< in the memory order of the first member
    bool decided = false;     ///< which axes are within a row
    std::vector<std::string> row;
    std::vector<ValueId> members;
    std::vector<RowMember::Extent> extents;
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
