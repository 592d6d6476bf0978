// What somebody wants to see of a run, and what comes back.
#pragma once

#include "core/diagram/changes.h"
#include "core/instruments/reading.h"

#include <compare>
#include <map>
#include <memory>
#include <optional>

namespace core
{

/// A moment of one of a session's runs.
struct Place {
    int run = 0;
    int64_t step = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

/// What the window wants to see: an instrument at a wire (or "" where the instrument needs none).
struct Watch {
    std::string key;                              ///< chosen by the caller; readings come back under it
    std::string instrument;                       ///< a name of allInstruments()
    std::string wire;                             ///< PortRef text, or a parameter's name
    int64_t example = 0;                          ///< which observed example
    std::optional<Place> time = {};               ///< none: the run that trains, as it goes on
    std::map<std::string, Setting> settings = {}; ///< of the instrument, where they differ from its own
    double often = 25;                            ///< readings a second that are of use, at most
    /// As if the network were a little different; none: as the window's document says.
    std::optional<Changes> changes = {};
    std::optional<Place> other = {}; ///< for instruments of two: the other one, changed likewise
    friend bool operator==(const Watch&, const Watch&) = default;
};

/// A reading and the step that it is of. Shared; another reading is another object.
struct Seen {
    std::shared_ptr<const Reading> reading;
    int64_t step = 0;
    const Reading& operator*() const { return *reading; }
    const Reading* operator->() const { return reading.get(); }
};
using Readings = std::map<std::string, Seen>; ///< by Watch key

/// Readings of one instrument at one wire as the run went on: numbers and histograms.
struct Trail {
    struct Point {
        int64_t step = 0;
        std::shared_ptr<const Reading> reading;
    };
    std::vector<Point> points;
    int64_t apart = 1; ///< steps that there are at least between two

    /// Of a number or a histogram. Half of the points go when there are too many, and then come half as
    /// often.
    void add(const Seen&);
};

} // namespace core
