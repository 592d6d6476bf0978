// The wires of one array past an operation: those it acts on meet it, the others pass above and below it in
// the order they came. Private to core/picture.
#pragma once

#include "core/picture/drawing.h"

namespace core::picture
{

/// Where the wires go that an operation acts on: side by side they stay in their place, or they are the last.
enum class Gather : uint8_t { InPlace, Last };

struct Flow {
    std::vector<PlacedLane> above, acted, below; ///< where they are once the acted ones are side by side
    std::vector<PlacedLane> made;                ///< what leaves instead of the acted ones, from their top on
    double crossed = 0;                          ///< width of the place where wires cross to get there
    double down = 0;                             ///< how far those below go down to pass; 0 until `clear`

    double top() const { return double(above.size()) * lanePitch; }
    double rows() const { return double(std::max<size_t>(1, std::max(acted.size(), made.size()))); }
    /// Height of those below behind the operation: they close up with what leaves.
    double leaving(size_t i) const { return top() + double(made.size() + i) * lanePitch; }
    /// Those below pass under this height.
    void clear(double height);
    double leadIn() const;  ///< width of the curve down
    double leadOut() const; ///< of the curve to where they leave
};

/// Of the first input; the first output gets its order from it.
Flow flowOf(Drawing&, Gather);
/// Wires from the left edge to where the flow wants them.
void cross(Drawing&, const Flow&);
/// The wires that the operation between `left` and `right` does not meet.
void pass(Drawing&, const Flow&, double left, double right);

} // namespace core::picture
