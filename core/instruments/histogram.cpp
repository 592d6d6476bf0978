#include "core/instruments/common.h"
#include "core/instruments/list.h"

namespace core::instruments
{

namespace
{

constexpr int bins = 48;
constexpr int64_t examples = 64;

Reading readWire(Run& run, const std::string& wire, int64_t example)
{
    return histogramOf(wireValues(run, wire, shownExamples(run, example, examples)).reals(), bins, wire);
}

Reading readParameter(Run& run, const std::string& name, int64_t)
{
    return histogramOf(run.parameter(name).reals(), bins, name);
}

} // namespace

const Instrument histogram = {"histogram", "Histogram",
                              "How often which value occurs on a wire, over 64 examples.",
                              Instrument::Needs::Wire, readWire};

const Instrument parameterHistogram = {"parameter_histogram", "Parameter histogram",
                                       "How often which value occurs in a parameter.",
                                       Instrument::Needs::Parameter, readParameter};

} // namespace core::instruments
