// Where the values of a program lie in memory.
#pragma once

#include "core/program/program.h"

namespace core
{

/// Where a value lies: itself, or a strided reading of the value that is stored.
struct Location {
    ValueId base = -1;
    int64_t offset = 0;
    std::vector<int64_t> strides; ///< along the axes of the value's type
    bool swapped = false;         ///< a contraction that lies as [batch, n, m]: so its users want it
    bool plain = false;  ///< every index reads the element of the same index names: broadcasts and permutes
    bool turned = false; ///< lies otherwise than its type says, so that the innermost axis is long
};

/// By value. Views lie where what they view does; contractions as whoever reads them wants it.
std::vector<Location> locate(const Program&, const std::vector<char>& live);

/// Strides of a value along `axes`; 0 for those it lacks or has one place of.
std::vector<int64_t> stridesAlong(const std::vector<Axis>& axes, const Type&,
                                  const std::vector<int64_t>& strides);

/// The same axes, in any order; axes of size 1 do not count.
bool sameSet(const std::vector<Axis>&, const std::vector<Axis>&);

} // namespace core
