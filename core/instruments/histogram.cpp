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

bool appliesToWire(const Dataset&, const Elaboration& elaboration, const std::string& wire)
{
    return carriesReals(elaboration, wire);
}

bool appliesToParameter(const Dataset&, const Elaboration& elaboration, const std::string& name)
{
    return hasParameter(elaboration, name);
}

} // namespace

const Instrument histogram = {"histogram",
                              "Histogram",
                              "How often which value occurs on a wire, over 64 examples.",
                              Instrument::Needs::Wire,
                              readWire,
                              appliesToWire};

const Instrument parameterHistogram = {
    "parameter_histogram",        "Parameter histogram", "How often which value occurs in a parameter.",
    Instrument::Needs::Parameter, readParameter,         appliesToParameter};

} // namespace core::instruments
