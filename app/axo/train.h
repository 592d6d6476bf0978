// What a training from the command line leaves behind: shared with the report.
#pragma once

#include "app/axo/command.h"

#include "core/trainers/history.h"

namespace axo
{

struct TrainingRecord {
    core::History loss, accuracy;
    Json result; ///< the value of "result"
};

/// A folder with index.html, report.json and pictures that needs nothing else. Error if it cannot be written.
void writeReport(const std::string& folder, core::Run&, const TrainingRecord&);

} // namespace axo
