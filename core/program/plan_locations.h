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
    bool plain = false; ///< every index reads the element of the same index names: broadcasts and permutes
};

/// By value. Views lie where what they view does; contractions as whoever reads them wants it.
std::vector<Location> locate(const Program&, const std::vector<char>& live);

/// The same axes, in any order.
bool sameSet(const std::vector<Axis>&, const std::vector<Axis>&);

} // namespace core
