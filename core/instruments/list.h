// One name an instrument file; the list itself is in all.cpp.
#pragma once

#include "core/instruments/reading.h"

namespace core::instruments
{

extern const Instrument activation, activations, histogram, weights, parameterHistogram, decisionBoundary,
    predictions, confusion;

} // namespace core::instruments
