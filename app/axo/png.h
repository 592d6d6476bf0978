// Pictures of a report.
#pragma once

#include "core/instruments/reading.h"

#include <string>

namespace axo
{

/// Tiles in a grid with a gap between, grey or with diverging colours, enlarged to be seen. PNG bytes.
std::string pngOf(const core::ImageReading&);
std::string pngOf(const core::MatrixReading&);
std::string pngOf(const core::PointsReading&);

} // namespace axo
