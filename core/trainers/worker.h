// The thread behind a Session. Everything here but post() and snapshots.read() belongs to that thread.
#pragma once

#include "core/program/interruption.h"
#include "core/trainers/observer.h"
#include "core/trainers/session.h"
#include "core/trainers/triplebuffer.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace core
{

struct Session::Worker {
    struct Command {
        /// An Edit or a Watch replaces one of its kind that still waits just before it. What an Edit or an
        /// Open brings calls off the making of the run that came before; a Watch does not touch the run.
        enum class Kind : uint8_t { Other, Edit, Open, Watch } kind;
        std::function<void(Worker&)> action;
        bool bringsDocument() const { return kind == Kind::Edit || kind == Kind::Open; }
    };

    Worker(std::string backendName, MakeBackend);
    ~Worker();
    void post(std::function<void(Worker&)>, Command::Kind = Command::Kind::Other);

    void open(const Document&, bool playing, std::optional<double> rate = {});
    void edit(const Document&);
    void play();
    void pause();
    void stepOnce();
    void reset();
    void setRate(std::optional<double>);
    void setPace(double stepsPerSecond);
    void setBackend(const std::string&);
    void watch(std::vector<Watch>);
    void setObservationBudget(double share);
    void save(const std::string& path);
    void restore(const std::string& path);
    void branch(const Place&);
    void describe(int run, const std::string& name, const std::string& notes);
    void forget(int run);
    void saveRun(const std::string& folder, int run);
    void openRun(const std::string& folder);
    void setMemory(size_t bytes);

    using Buffer = TripleBuffer<std::shared_ptr<const Snapshot>>;
    Buffer snapshots = Buffer(std::make_shared<const Snapshot>());
    std::function<void()> published;

private:
    using Clock = Observer::Clock;
    using Seconds = Observer::Seconds;

    void loop();
    bool runCommands(); ///< false: quit
    void train();       ///< steps for a few milliseconds, or until a command comes
    void take(int64_t steps);
    /// What changes the run: its Error becomes the snapshot's failure, the run stays.
    void guarded(const std::function<void()>& change, const char* building = nullptr);
    void close();          ///< what ran so far joins the past; there is no run any more
    bool outdated() const; ///< another document waits
    void adopt(std::unique_ptr<Run>, Document);
    void restart();
    void keepMilestone(); ///< if one is due
    void keepMilestoneNow();
    void joinPast();                     ///< what ran so far, if it took a step
    PastRun leaving();                   ///< what ran so far
    void beginRun();                     ///< a new number, no moments
    std::vector<Moment> moments() const; ///< of the run that trains, under its document
    void showPast();                     ///< in the next snapshot
    void fitMilestones();
    const Milestone& milestoneAt(const Place&) const;
    std::shared_ptr<const Dataset> dataOf(const Document&) const; ///< null where it is not at hand
    const PastRun& pastRun(int id) const;
    Sight sightAt(const Place&) const;
    /// Shows the run to those who want to look at it.
    void show(Lookout::When);
    Observer::News look();                   ///< shows it if that is wanted, and takes what has been read
    void keepSafe();                         ///< as often as that is due
    void goOnWithCpu(const MachineFailure&); ///< from what was kept last
    void refresh(); ///< scores and pictures of this step, whatever the budget says: while nothing runs
    enum class Splits : uint8_t { Shown, All };
    /// Training and validation (test where there is no validation), or all three.
    void evaluate(int64_t atMost, Splits);
    bool evaluateIfDue();
    bool evaluateUnlessCalled(); ///< a command may call off the compiling for it
    bool evaluationFits() const; ///< into its share of the run's time
    /// Seconds: of this thread's processor where that is what trains, so that what other programs take does
    /// not count; on the wall where it is a device.
    double trainingClock() const;
    void work();                 ///< one round of a running run
    int64_t stepsDue();          ///< by the pace
    int64_t stepsAtOnce() const; ///< until the clock is looked at; 0: the run is over
    int64_t stepsLeft() const;   ///< of the document's epochs
    int64_t stepsLeftInEpoch() const;
    void attend(); ///< in the middle of something long: somebody who looks does not wait for its end
    void rest();   ///< until the pace asks for a step, or a command comes
    void publish();
    Run& running(); ///< Error where there is none, which says why

    /// What a run goes back to when its device fails.
    struct Safe {
        Checkpoint values;
        History loss, accuracy;
        Clock::time_point when;
    };

    MakeBackend m_make;
    std::unique_ptr<Backend> m_backend;
    std::shared_ptr<const BlockLibrary> m_library;
    std::unique_ptr<Run> m_run; ///< after m_backend, which it uses
    Snapshot m_next;
    History m_loss, m_accuracy;
    std::shared_ptr<const Document> m_document; ///< that moments belong to: as at the latest compilation
    Timeline m_timeline;
    std::vector<PastRun> m_past; ///< the oldest first
    std::string m_notes;
    int m_runs = 0;             ///< numbers given so far
    double m_milestoneCost = 0; ///< seconds that one takes
    Clock::time_point m_milestoneAt{};
    size_t m_memory = memoryForMilestones();
    std::optional<Safe> m_safe;      ///< none on the processor, which does not fail
    std::optional<Error> m_degraded; ///< why it is the processor that runs
    std::optional<Error> m_missing;  ///< why there is no run, if a document was opened
    std::optional<bool>
        m_awaited; ///< whether a run shall play that is not made yet, as another document waits
    std::optional<double> m_awaitedRate; ///< chosen for that run
    SessionState m_state = SessionState::Empty;
    bool m_limited = true; ///< stop after the document's epochs
    int64_t m_chunk = 1;   ///< steps between two looks at the clock
    int64_t m_begun = 0;   ///< steps that the machine does while one looks at the run
    Clock::time_point m_lastPublished{};
    Clock::time_point m_evaluated{}, m_evaluatedAll{}; ///< when; zero: never, or out of date
    double m_evaluatedClock = 0;                       ///< of training, when
    double m_evaluatedEpoch = -1;
    int64_t m_evaluatedStep = -1;
    double m_evaluationCost = 0; ///< seconds; negative: of the first one, which compiles; 0: none yet
    int64_t m_countedStep = 0;
    Clock::time_point m_countedTime{};
    double m_owed = 0; ///< steps that the pace has asked for and that are not taken yet
    Clock::time_point m_owedAt{};

    std::mutex m_mutex; ///< of the next three, and of what m_wake waits for
    std::condition_variable m_wake;
    std::vector<Command> m_commands;
    std::string m_backendName;
    std::atomic<bool> m_pending = false; ///< commands wait
    std::atomic<int> m_documents = 0;    ///< commands that bring one and have not begun
    std::atomic<bool> m_looked = false;  ///< readings do
    std::atomic<bool> m_quit = false;
    std::unique_ptr<Observer> m_observer; ///< while the thread runs
    std::thread m_thread;
};

} // namespace core
