#include "core/instruments/list.h"

namespace core
{

const std::vector<Instrument>& allInstruments()
{
    using namespace instruments;
    static const std::vector<Instrument> all = {activation,
                                                activations,
                                                histogram,
                                                topExamples,
                                                weights,
                                                parameterHistogram,
                                                decisionBoundary,
                                                predictions,
                                                confusion,
                                                gram,
                                                spectrum,
                                                gramDepth,
                                                kernelLimit,
                                                sparsity,
                                                deadUnitList,
                                                projection,
                                                probe,
                                                collapse,
                                                cka,
                                                svccaMatrix,
                                                receptiveField,
                                                gradientDepth,
                                                gradientHistogram,
                                                parameterNorms,
                                                gradientTime,
                                                calibration,
                                                tangent,
                                                tangentSpectrum,
                                                tangentTime,
                                                hessian,
                                                hessianDensity,
                                                lossSlice,
                                                lossPlane,
                                                connectivity,
                                                signalFlow,
                                                classShares,
                                                costs,
                                                throughput};
    return all;
}

const Instrument* findInstrument(std::string_view name)
{
    for (const Instrument& instrument : allInstruments()) {
        if (instrument.name == name) return &instrument;
    }
    return nullptr;
}

} // namespace core
