// What flows through wires, beside them: pictures of readings, and a line from each to its wire.
#pragma once

#include "core/picture/picture.h"

namespace core::picture
{

struct Lens {
    std::string wire;                ///< "block.port" that it looks at
    std::string title;               ///< under the picture; cut to its width
    std::string png;                 ///< the file
    double width = 120, height = 90; ///< of the picture, in units
    std::optional<Point> offset; ///< of its middle from that of its wire; none: in a row above the diagram
};

/// Halfway along a wire, also one inside an opened block ("attention/q.y"); where it is not drawn, or is a
/// parameter, the middle of the innermost block on its path that is. Of a picture or a cell.
std::optional<Point> placeOf(const std::string& wire, std::span<const Mark>, std::span<const Owner>);

/// Lenses of what the picture does not have are left out.
void addLenses(Picture&, const std::vector<Lens>&);

} // namespace core::picture
