// What `measure` and `compare` share: a network at a moment, an instrument, its reading on paper.
#pragma once

#include "app/axo/command.h"

#include "core/diagram/changes.h"
#include "core/instruments/instrument.h"

#include <optional>

namespace axo
{

/// A network to look at: trained for some steps, as a checkpoint has it, or as it was in a run that was saved
/// as a folder.
struct Subject {
    std::string document; ///< or a run's folder
    std::string checkpoint, data, backend = "cpu";
    std::optional<uint64_t> seed;
    std::optional<int64_t> moment; ///< of a run's folder: the step nearest to which; none: its last
    int64_t steps = 0;
    core::Changes changes;  ///< that it is looked at with, beside those that the document keeps
    bool unchanged = false; ///< without those

    void addOptions(CLI::App&);
};

struct Observed {
    std::unique_ptr<core::Backend> backend;
    std::unique_ptr<core::Run> run;
    std::vector<core::Moment> history; ///< before the last step: a run's moments, or at most 20
};
/// Error where a change does not fit.
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
    /// Reads and prints CSV, or one object: {"result": {"instrument", "at", "step", "kind", ...}}; timed: as
    /// often again as a second allows, with the median as "seconds".
    void answer(const core::Observation&) const;
    /// Of an instrument of two one reading; of any other those of both and their difference, as "first",
    /// "second" and "difference" (null where they have different shapes).
    void answer(const core::Observation& first, const core::Observation& second) const;
};

Json jsonOf(const core::Reading&);

} // namespace axo
