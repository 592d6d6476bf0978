// A run as a folder: document.axo, run.json (name, notes, seed, data, backend, figures), loss.csv and
// accuracy.csv, readings/*.csv, an event file for TensorBoard, milestones/STEP.safetensors.
#pragma once

#include "core/trainers/session.h"

namespace core
{

/// What was watched when the run was saved.
struct WatchedReadings {
    Readings latest;
    std::map<std::string, std::shared_ptr<const Trail>> trails;
};

/// Over a run that the folder holds already; a folder with anything else in it is an Error. run.json comes
/// last.
void saveRunFolder(const PastRun&, const WatchedReadings&, const std::string& folder);
PastRun openRunFolder(const std::string& folder);

/// Loss, accuracy, and what was watched, as TensorBoard's scalars and histograms. Returns the file's path.
std::string writeEvents(const History& loss, const History& accuracy, const WatchedReadings&,
                        const std::string& folder);

} // namespace core
