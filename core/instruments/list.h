// One name an instrument; the list itself is in all.cpp.
#pragma once

#include "core/instruments/instrument.h"

namespace core::instruments
{

extern const Instrument activation, activations, histogram, weights, parameterHistogram, decisionBoundary,
    predictions, confusion;
extern const Instrument gram, spectrum, gramDepth, kernelLimit, sparsity, deadUnitList, topExamples;
extern const Instrument parameterNorms, gradientDepth, gradientTime, gradientHistogram;
extern const Instrument cka, svccaMatrix, collapse, probe, projection, receptiveField, calibration;
extern const Instrument tangent, tangentSpectrum, tangentTime, hessian, hessianDensity;
extern const Instrument signalFlow, classShares;
extern const Instrument lossSlice, lossPlane, connectivity;
extern const Instrument costs, throughput;

} // namespace core::instruments
