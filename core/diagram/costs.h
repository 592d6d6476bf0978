// What parts of a diagram cost, read off the elaborated program: blocks, what is inside them, columns of a
// picture. The plan that runs does the same contractions; what it counts differs by rule where it merges
// formulas (each is done for every element of its reader), and it keeps fewer arrays: none that is merged,
// and none longer than it is read. What the steps of a loop need is in its arena only.
#pragma once

#include "core/diagram/elaborate.h"

#include <span>

namespace core
{

/// A block by its path ("encoder", "encoder/3/attention") with all that is inside it, or one statement of its
/// body.
struct CostPlace {
    std::string block;
    int statement = -1; ///< all of them
    friend auto operator<=>(const CostPlace&, const CostPlace&) = default;
};

/// Each block and all blocks inside it, by path; what is inside counts for what is around.
std::map<std::string, BlockCost> nestedCosts(const Elaboration&);
BlockCost costAt(const Elaboration&, const CostPlace&);
BlockCost totalCost(const Elaboration&);

struct ColumnCost {
    BlockCost cost;  ///< of what the column computes
    double live = 0; ///< bytes of the arrays that it computes, reads or lets pass on to later columns
    diagram::Polynomial liveFormula;
};
/// Columns from left to right, each with its places. An array belongs to the innermost place that it lies in.
std::vector<ColumnCost> columnCosts(const Elaboration&, std::span<const std::vector<CostPlace>> columns);
/// The column with the most live bytes, the first such; -1 if there is none.
int peakColumn(std::span<const ColumnCost>);

/// "batch*(16*d^2 + 69*d)": the text of a sum with the powers that all of its terms have in front.
std::string factored(const diagram::Polynomial&);

namespace diagram
{
/// Costs by block of the diagram.
std::map<std::string, BlockCost> costsOfBlocks(const Elaboration&);
} // namespace diagram

} // namespace core
