// What the columns of a picture cost: FLOPs, parameters and memory, as numbers under each column and as
// formulas in a table below, exactly as the elaborated program counts them.
#pragma once

#include "core/picture/cell.h"

namespace core::picture
{

struct Column {
    std::vector<std::string> blocks; ///< ids, from top to bottom
    double left = 0, right = 0;
    BlockCost cost;    ///< sums of its blocks
    bool peak = false; ///< none has more bytes alive, see core/diagram/costs.h
};

/// Blocks whose extents overlap from left to right are one column. `centres` as the blocks of the diagram.
std::vector<Column> columnsOf(const Diagram&, const Cells&, const std::vector<Point>& centres,
                              const Elaboration&);
BlockCost totalOf(std::span<const Column>);
/// "12.3 k": three digits, SI prefix.
std::string compact(double);

/// Draws them below the picture.
void addColumns(Picture&, std::span<const Column>);

} // namespace core::picture
