// Data in the plane: its examples as points.
#pragma once

#include "core/data/dataset.h"
#include "core/instruments/reading.h"

namespace core::instruments
{

/// Real inputs of two features.
bool inPlane(const Dataset&);

/// A rectangle in the units of the network's inputs, with a margin around the examples.
struct Box {
    float xLow = 0, xHigh = 0, yLow = 0, yHigh = 0;
};
Box boxAround(const Dataset&, std::span<const int64_t> examples);

/// Places, classes and targets of the examples and the range of the picture, in the units of the data.
void addPoints(PointsReading&, const Dataset&, std::span<const int64_t> examples, const Box&);

} // namespace core::instruments
