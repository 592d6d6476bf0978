// The side of a session's thread that has to do with time: moments, the past, branches.
#include "core/trainers/runfolder.h"
#include "core/trainers/worker.h"

#include <algorithm>

namespace core
{

namespace
{

constexpr double milestoneShare = 0.02; ///< of the run's time that keeping moments may take
constexpr size_t pastAtMost = 16;       ///< runs without notes; the oldest of more goes

std::shared_ptr<const std::vector<Mark>> marksOf(const Timeline& timeline)
{
    auto marks = std::make_shared<std::vector<Mark>>();
    for (const Milestone& milestone : timeline.milestones())
        marks->push_back({milestone.step(), milestone.document});
    return marks;
}

RunSummary summaryOf(const PastRun& run)
{
    return {run.id,
            run.name,
            run.notes,
            run.backend,
            run.document,
            run.loss.points(),
            run.accuracy.points(),
            run.train,
            run.validation,
            run.test,
            run.step,
            run.epoch,
            *marksOf(run.timeline)};
}

} // namespace

void Session::Worker::keepMilestone()
{
    if (!m_timeline.due(m_run->steps())) return;
    if (Seconds(Clock::now() - m_milestoneAt).count() * milestoneShare < m_milestoneCost) return;
    keepMilestoneNow();
}

void Session::Worker::keepMilestoneNow()
{
    if (!m_timeline.milestones().empty() && m_timeline.milestones().back().step() == m_run->steps() &&
        m_timeline.milestones().back().document == m_document) {
        return;
    }
    const auto begin = Clock::now();
    m_timeline.add({m_document, std::make_shared<const Checkpoint>(m_run->values())});
    fitMilestones();
    m_milestoneAt = Clock::now();
    m_milestoneCost = Seconds(m_milestoneAt - begin).count();
    m_next.marks = marksOf(m_timeline);
}

void Session::Worker::fitMilestones()
{
    std::vector<Timeline*> all{&m_timeline};
    for (PastRun& run : m_past) all.push_back(&run.timeline);
    fitIntoMemory(std::move(all), m_memory);
}

void Session::Worker::setMemory(size_t bytes)
{
    m_memory = bytes;
    fitMilestones();
    m_next.marks = marksOf(m_timeline);
    showPast();
}

void Session::Worker::beginRun()
{
    m_next.run = ++m_runs;
    m_next.name = "Run " + std::to_string(m_runs);
    m_notes.clear();
    m_timeline = {};
    m_milestoneCost = 0;
    keepMilestoneNow();
}

PastRun Session::Worker::leaving()
{
    keepMilestoneNow();
    return {m_next.run,     m_next.name,    m_notes,      m_next.document,   m_backend->info().name,
            m_loss,         m_accuracy,     m_next.train, m_next.validation, m_next.test,
            m_run->steps(), m_run->epoch(), m_timeline};
}

void Session::Worker::joinPast()
{
    const bool started =
        m_run && !m_timeline.milestones().empty() && m_run->steps() > m_timeline.milestones().front().step();
    if (!started) return;
    m_past.push_back(leaving());
    const auto plain = [](const PastRun& run) { return run.notes.empty(); };
    if (size_t(std::count_if(m_past.begin(), m_past.end(), plain)) > pastAtMost) {
        m_past.erase(std::find_if(m_past.begin(), m_past.end(), plain));
    }
    showPast();
}

std::vector<Moment> Session::Worker::moments() const
{
    std::vector<Moment> list;
    for (const Milestone& milestone : m_timeline.milestones()) {
        if (milestone.document != m_document) continue;
        list.push_back({milestone.step(), {milestone.values, &milestone.values->values}});
    }
    return list;
}

void Session::Worker::showPast()
{
    auto past = std::make_shared<std::vector<RunSummary>>();
    for (const PastRun& run : m_past) past->push_back(summaryOf(run));
    m_next.past = std::move(past);
}

const PastRun& Session::Worker::pastRun(int id) const
{
    const auto found =
        std::find_if(m_past.begin(), m_past.end(), [id](const PastRun& run) { return run.id == id; });
    if (found != m_past.end()) return *found;
    throw Error{"run " + std::to_string(id), "is not kept any more", "choose one of the list of runs"};
}

std::shared_ptr<const Dataset> Session::Worker::dataOf(const Document& document) const
{
    const bool same = m_next.data && m_next.document && m_next.document->data == document.data;
    return same ? m_next.data : nullptr;
}

const Milestone& Session::Worker::milestoneAt(const Place& place) const
{
    const Timeline& timeline = place.run == m_next.run ? m_timeline : pastRun(place.run).timeline;
    const Milestone* milestone = timeline.nearest(place.step);
    if (!milestone) throw Error{"run " + std::to_string(place.run), "has no moments", "let it train"};
    return *milestone;
}

void Session::Worker::branch(const Place& place)
{
    guarded(
        [&] {
            const bool live = place.run == m_next.run;
            if (live) running();
            const PastRun from = live ? leaving() : pastRun(place.run);
            const Milestone* found = from.timeline.nearest(place.step);
            if (!found) throw Error{"run " + from.name, "has no moments", "let it train"};
            const Milestone milestone = *found;
            auto data = dataOf(*milestone.document);
            if (!data) data = std::make_shared<const Dataset>(loadDataset(milestone.document->data));
            auto run = std::make_unique<Run>(*milestone.document, *m_library, data, *m_backend);
            run->restore(*milestone.values);
            joinPast();
            adopt(std::move(run), *milestone.document);
            m_document = m_next.document = milestone.document;
            m_next.data = std::move(data);
            const SessionState before = m_state;
            restart();
            m_loss = from.loss;
            m_accuracy = from.accuracy;
            m_loss.cutAfter(milestone.step());
            m_accuracy.cutAfter(milestone.step());
            m_timeline = from.timeline;
            m_timeline.cutAfter(milestone.step());
            m_next.marks = marksOf(m_timeline);
            m_next.name += " (" + from.name + " from step " + std::to_string(milestone.step()) + ")";
            m_state = before == SessionState::Running ? before : SessionState::Paused;
        },
        "branch");
}

void Session::Worker::describe(int run, const std::string& name, const std::string& notes)
{
    if (run == m_next.run) {
        m_next.name = name;
        m_notes = notes;
        return;
    }
    for (PastRun& past : m_past) {
        if (past.id != run) continue;
        past.name = name;
        past.notes = notes;
    }
    showPast();
}

void Session::Worker::forget(int run)
{
    std::erase_if(m_past, [run](const PastRun& past) { return past.id == run; });
    showPast();
}

void Session::Worker::saveRun(const std::string& folder, int run)
{
    guarded([&] {
        if (run == m_next.run) {
            running();
            saveRunFolder(leaving(), {m_next.readings, m_observer->trails()}, folder);
        } else {
            saveRunFolder(pastRun(run), {}, folder);
        }
    });
}

void Session::Worker::openRun(const std::string& folder)
{
    guarded([&] {
        PastRun run = openRunFolder(folder);
        run.id = ++m_runs;
        m_past.push_back(std::move(run));
        fitMilestones();
        showPast();
    });
}

} // namespace core
