#include "core/instruments/list.h"

namespace core
{

const std::vector<Instrument>& allInstruments()
{
    using namespace instruments;
    static const std::vector<Instrument> all = {
        activation,  activations, histogram, weights,  parameterHistogram, decisionBoundary,
        predictions, confusion,   gram,      spectrum, gramDepth};
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
