// What `measure` and `compare` share: a network at a moment, an instrument, its reading on paper.
#pragma once

#include "app/axo/command.h"

#include "core/instruments/instrument.h"

#include <optional>

namespace axo
{

/// A network to look at: trained for some steps, or as a checkpoint has it.
struct Subject {
    std::string document, checkpoint, data, backend = "cpu";
    std::optional<uint64_t> seed;
    int64_t steps = 0;

    void addOptions(CLI::App&);
};

struct Observed {
    std::unique_ptr<core::Backend> backend;
    std::unique_ptr<core::Run> run;
    std::vector<core::Moment> history; ///< at most 20, before the last step
};
Observed observe(const Subject&);

struct Question {
    std::string instrument, at;
    std::vector<std::string> settings; ///< "name=value"
    int64_t example = 0;
    bool json = false, timed = false;

    void addOptions(CLI::App&);
    /// Error lists the instruments.
    const core::Instrument& record() const;
    core::Observation observation(Observed&) const;
    /// CSV, or one object: {"result": {"instrument", "at", "step", "kind", ...}}.
    /// Reads and prints; timed: five times more, with the median as "seconds".
    void answer(const core::Observation&) const;
};

Json jsonOf(const core::Reading&);

} // namespace axo
