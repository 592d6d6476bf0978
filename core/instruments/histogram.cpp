#include "core/instruments/common.h"
#include "core/instruments/list.h"

namespace core::instruments
{

namespace
{

constexpr int bins = 48;
constexpr int64_t examples = 64;

Reading readWire(const Observation& o)
{
    const std::vector<int64_t> shown = shownExamples(o.network.data(), o.example, examples);
    return histogramOf(wireValues(o, o.at, shown).reals(), bins, o.at);
}

Reading readParameter(const Observation& o)
{
    return histogramOf(parameterNamed(o, o.at).reals(), bins, o.at);
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
                              appliesToWire,
                              {},
                              {},
                              Instrument::Cost::Light,
                              Instrument::Sees::Wire};

const Instrument parameterHistogram = {
    "parameter_histogram",        "Parameter histogram", "How often which value occurs in a parameter.",
    Instrument::Needs::Parameter, readParameter,         appliesToParameter};

} // namespace core::instruments
