// A run on its own thread: commands in, snapshots out. The caller never waits.
#pragma once

#include "core/instruments/reading.h"
#include "core/trainers/timeline.h"

namespace core
{

enum class SessionState : uint8_t { Empty, Building, Paused, Running, Finished, Failed };

/// A moment of one of the session's runs.
struct Place {
    int run = 0;
    int64_t step = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

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

/// Readings of one instrument at one wire as the run went on: numbers and histograms.
struct Trail {
    struct Point {
        int64_t step = 0;
        std::shared_ptr<const Reading> reading;
    };
    std::vector<Point> points;
    int64_t apart = 1; ///< steps that there are at least between two
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
    std::map<std::string, Reading> readings;  ///< by Watch key
    std::map<std::string, std::shared_ptr<const Trail>> trails; ///< by Watch key
    double observationShare = 0; ///< of the run's time that looking took lately
    int run = 0;                 ///< its number in this session
    std::string name;
    std::shared_ptr<const std::vector<Mark>> marks;      ///< where this run can be gone back to
    std::shared_ptr<const std::vector<RunSummary>> past; ///< the other runs, the oldest first
    std::optional<Error> failure;
    std::string backend;
    std::shared_ptr<const Document> document; ///< the one that runs
    std::shared_ptr<const Dataset> data;
};

/// What the window wants to see: an instrument at a wire (or "" where the instrument needs none).
struct Watch {
    std::string key;                              ///< chosen by the caller; readings come back under it
    std::string instrument;                       ///< a name of allInstruments()
    std::string wire;                             ///< PortRef text, or a parameter's name
    int64_t example = 0;                          ///< which observed example
    std::optional<Place> time = {};               ///< none: the run that trains, as it goes on
    std::map<std::string, Setting> settings = {}; ///< of the instrument, where they differ from its own
    friend bool operator==(const Watch&, const Watch&) = default;
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
              bool playing); ///< a new run; an error leaves the old run as it was and shows in `failure`
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
    /// Share of the run's time that pictures may take, default 0.05; pictures that are cheap enough to come
    /// 20 times a second with up to four times that share do so. 0: only while paused. The past is looked at
    /// when it is asked for.
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
