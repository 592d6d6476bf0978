// When what is watched is read: how often each within what looking may take. Values; one thread.
#pragma once

#include "core/data/dataset.h"
#include "core/diagram/document.h"
#include "core/instruments/moment.h"
#include "core/trainers/watch.h"

#include <chrono>
#include <span>

namespace core
{

class BlockLibrary;

/// A network at a moment, as something to look at: all of it is shared and never changed.
struct Sight {
    std::shared_ptr<const Document> document;
    std::shared_ptr<const BlockLibrary> library;
    std::shared_ptr<const Dataset> data; ///< null: what the document says
    Moment moment;
    std::vector<Moment> history; ///< earlier moments of the same run, older ones first
    uint64_t era = 0;            ///< tells what trains from what trained before
};

/// A watch, and what it is of unless it is of the run that trains.
struct Wish {
    Watch watch;
    uint64_t ticket = 0; ///< of the watch: another one that is equal may have come and gone
    std::optional<Sight> past;
    std::optional<Sight> other;   ///< where the watch has one
    std::optional<Error> missing; ///< why there is nothing to look at
};

/// The watches of one instrument with the same settings are read together, because they ask for the same
/// examples.
struct Turn {
    using Clock = std::chrono::steady_clock;
    struct Entry {
        Wish wish;
        int64_t step = -1; ///< at which it was read; -1: not yet
        std::shared_ptr<const Reading> reading;
        bool constant = false; ///< as long as the network is the same one
    };
    std::vector<Entry> entries;
    double cost = 0;                       ///< processor seconds of a reading; 0: never read yet
    double interval = 0;                   ///< seconds between two, by divide()
    std::optional<Clock::time_point> last; ///< when the latest one was due; none: somebody waits for one

    bool past() const { return entries.front().wish.past || entries.front().wish.missing; }
    bool holds(const Watch&) const; ///< whether that one is read together with these
    bool unread(int64_t step) const;
    double mostOften() const; ///< readings a second that are of use
    Clock::time_point due() const;
    /// It was read at `now`, which took so many processor seconds.
    void spent(double seconds, Clock::time_point now);
};

/// Sets how often turns that are not of the past are read, so that they take `share` seconds a second at
/// most: each a quarter of an equal part as far as it needs it, and of what is left the more the less it
/// costs, up to what is of use. So what is cheap is not slowed by what is dear, and nothing starves.
void divide(std::span<Turn>, double share);

} // namespace core
