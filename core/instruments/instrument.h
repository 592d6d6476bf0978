// What an instrument is: a pure function from a network at a moment to a Reading. It brings no widget code.
#pragma once

#include "core/diagram/library.h"
#include "core/instruments/moment.h"
#include "core/instruments/reading.h"

namespace core
{

class Network;
struct Dataset;
struct Elaboration;

/// All that an instrument may look at.
struct Observation {
    Network& network;
    Moment now; ///< the parameters it is read at: those of a running run, of a checkpoint, of another time
    std::string at = {}; ///< a wire (PortRef text), a parameter, or a list of wires: see wiresOf()
    int64_t example = 0; ///< the first one that pictures show
    std::map<std::string, Setting> settings = {}; ///< what differs from the instrument's declared parameters
    std::vector<Moment> history = {};             ///< earlier moments of the same run, older ones first
    /// A second run or time to compare with; null and empty: the same network before its first step.
    Network* otherNetwork = nullptr;
    Moment other = {};
};

struct Instrument {
    std::string_view name, title, help;
    enum class Needs : uint8_t {
        Nothing,
        Wire,
        Parameter,
        Wires ///< several, one below the other; "" stands for all of them
    } needs = Needs::Nothing;
    /// Throws Error where the definition does not apply (and says what would).
    Reading (*read)(const Observation&) = nullptr;
    /// Whether read() has something to show at this wire or parameter; cheap enough to ask at every edit.
    bool (*applies)(const Dataset&, const Elaboration&, const std::string& at) = nullptr;
    std::string_view source = {};                      ///< paper and equation of the definition
    std::vector<ParameterDeclaration> parameters = {}; ///< that Observation::settings may override
    /// Heavy: many passes over the network; to be asked for rather than read over and over.
    enum class Cost : uint8_t { Light, Heavy } cost = Cost::Light;
    /// Wire: nothing but what its wire carries, so that a reading stays right for as long as that is the
    /// same.
    enum class Sees : uint8_t { Everything, Wire } sees = Sees::Everything;
    /// Two: it says how one network stands to the other, where there is one; of One, two readings are
    /// compared.
    enum class Of : uint8_t { One, Two } of = Of::One;
};
const std::vector<Instrument>& allInstruments(); ///< explicit list, core/instruments/all.cpp
const Instrument* findInstrument(std::string_view name);

} // namespace core
