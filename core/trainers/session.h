// A run on its own thread: commands in, snapshots out. The caller never waits.
#pragma once

#include "core/trainers/timeline.h"
#include "core/trainers/watch.h"

namespace core
{

enum class SessionState : uint8_t { Empty, Building, Paused, Running, Finished, Failed };

/// Where a run can be gone back to.
struct Mark {
    int64_t step = 0;
    std::shared_ptr<const Document> document; ///< that ran then
};

/// What there is to know of a run of the past without looking into it.
struct RunSummary {
    int id = 0;
    std::string name, notes, backend;
    std::shared_ptr<const Document> document;
    std::vector<HistoryPoint> loss, accuracy;
    Score train, validation, test;
    int64_t step = 0;
    double epoch = 0;
    std::vector<Mark> marks;
};

/// Immutable; the newest wins.
struct Snapshot {
    uint64_t serial = 0;     ///< grows by one with each snapshot
    uint64_t generation = 0; ///< grows with each opened or edited document
    SessionState state = SessionState::Empty;
    int64_t step = 0;
    double epoch = 0, rate = 0, stepsPerSecond = 0;
    double pace = 0;                          ///< steps a second that are asked for, 0: as fast as possible
    std::vector<HistoryPoint> loss, accuracy; ///< whole history, thinned to at most 2000 points
    Score train, validation, test;            ///< of bounded subsets while running, of all when finished
    Readings readings;
    std::map<std::string, std::shared_ptr<const Trail>> trails; ///< by Watch key
    double observationShare = 0; ///< of all processors' time that looking took lately
    int run = 0;                 ///< its number in this session
    std::string name;
    std::shared_ptr<const std::vector<Mark>> marks;      ///< where this run can be gone back to
    std::shared_ptr<const std::vector<RunSummary>> past; ///< the other runs, the oldest first
    std::optional<Error> failure;
    std::string backend;
    std::shared_ptr<const Document> document; ///< the one that runs
    std::shared_ptr<const Dataset> data;
};

using MakeBackend = std::function<std::unique_ptr<Backend>(const std::string& name)>;

/// Where a device fails, the run goes on with the backend cpu, from values at most some seconds old;
/// `failure` and `backend` of the snapshots say so. All functions may be called from one foreign thread (the
/// window's); none waits for the engine.
class Session
{
public:
    explicit Session(std::string backend = "cpu", MakeBackend = makeBackend);
    ~Session(); ///< stops and joins

    void open(Document,
              bool playing); ///< a new run; after an error there is none, and `failure` says why
    void edit(Document);     ///< keeps the parameters that still fit and goes on
    void play();
    void pause();
    void stepOnce();
    void reset();
    void setRate(std::optional<double>);
    /// At most so many steps a second, spread evenly; 0: as fast as possible. A matter of the view: no
    /// document holds it. What is not a number of at least 0 shows in `failure`.
    void setPace(double stepsPerSecond);
    void setBackend(std::string);
    void watch(std::vector<Watch>);
    /// Share of all processors' time that looking may take, default 0.05; pictures come less often rather
    /// than take more. 0: only while paused. The past is looked at when it is asked for. The run never waits
    /// for a picture: snapshots have it when it is there, with the step that it is of.
    void setObservationBudget(double share);
    void save(std::string path); ///< checkpoint; a failure shows in the next snapshot
    void restore(std::string path);

    // Time. The run keeps moments as it goes on, within a bound of memory. A run that gives way to another
    // (opened, started over, branched) joins the past.
    /// Goes on from a moment, with the bits of a run that had started there; what came after it joins the
    /// past.
    void branch(Place);
    void describe(int run, std::string name, std::string notes);
    void forget(int run);                      ///< of the past
    void saveRun(std::string folder, int run); ///< see runfolder.h; a failure shows in the next snapshot
    void openRun(std::string folder);          ///< joins the past
    void setMemory(size_t bytes);              ///< for all moments; default memoryForMilestones()

    std::shared_ptr<const Snapshot> snapshot() const; ///< newest; wait-free for practical purposes
    /// Called on the worker thread after each publication; must only post to the caller's own loop.
    void onPublished(std::function<void()>);

private:
    struct Worker;
    std::unique_ptr<Worker> m;
};

} // namespace core
