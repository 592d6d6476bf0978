// What flows through wires, beside the diagram: a picture of a reading above it, and a line from there to its
// wire.
#pragma once

#include "core/picture/picture.h"

namespace core::picture
{

struct Lens {
    std::string wire;                ///< "block.port" that it looks at
    std::string title;               ///< under the picture; cut to its width
    std::string png;                 ///< the file
    double width = 120, height = 90; ///< of the picture, in units
};

/// Lenses of wires that the picture does not have are left out.
void addLenses(Picture&, const std::vector<Lens>&);

} // namespace core::picture
