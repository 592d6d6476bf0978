// One name an instrument; the list itself is in all.cpp.
#pragma once

#include "core/instruments/instrument.h"

namespace core::instruments
{

extern const Instrument activation, activations, histogram, weights, parameterHistogram, decisionBoundary,
    predictions, confusion;
extern const Instrument gram, spectrum, gramDepth;

} // namespace core::instruments
