#include "core/trainers/session.h"

#include "core/trainers/worker.h"

namespace core
{

Session::Session(std::string backend, MakeBackend make)
    : m(std::make_unique<Worker>(std::move(backend), std::move(make)))
{
}
Session::~Session() = default;

void Session::open(Document document, bool playing)
{
    m->post([document = std::move(document), playing](Worker& w) { w.open(document, playing); },
            Worker::Command::Kind::Open);
}

void Session::edit(Document document)
{
    m->post([document = std::move(document)](Worker& w) { w.edit(document); }, Worker::Command::Kind::Edit);
}

void Session::play()
{
    m->post([](Worker& w) { w.play(); });
}

void Session::pause()
{
    m->post([](Worker& w) { w.pause(); });
}

void Session::stepOnce()
{
    m->post([](Worker& w) { w.stepOnce(); });
}

void Session::reset()
{
    m->post([](Worker& w) { w.reset(); });
}

void Session::setRate(std::optional<double> rate)
{
    m->post([rate](Worker& w) { w.setRate(rate); });
}

void Session::setPace(double stepsPerSecond)
{
    m->post([stepsPerSecond](Worker& w) { w.setPace(stepsPerSecond); });
}

void Session::setBackend(std::string name)
{
    m->post([name = std::move(name)](Worker& w) { w.setBackend(name); });
}

void Session::watch(std::vector<Watch> watches)
{
    m->post([watches = std::move(watches)](Worker& w) { w.watch(watches); }, Worker::Command::Kind::Watch);
}

void Session::setObservationBudget(double share)
{
    m->post([share](Worker& w) { w.setObservationBudget(share); });
}

void Session::save(std::string path)
{
    m->post([path = std::move(path)](Worker& w) { w.save(path); });
}

void Session::restore(std::string path)
{
    m->post([path = std::move(path)](Worker& w) { w.restore(path); });
}

void Session::branch(Place place)
{
    m->post([place](Worker& w) { w.branch(place); });
}

void Session::describe(int run, std::string name, std::string notes)
{
    m->post(
        [run, name = std::move(name), notes = std::move(notes)](Worker& w) { w.describe(run, name, notes); });
}

void Session::forget(int run)
{
    m->post([run](Worker& w) { w.forget(run); });
}

void Session::saveRun(std::string folder, int run)
{
    m->post([folder = std::move(folder), run](Worker& w) { w.saveRun(folder, run); });
}

void Session::openRun(std::string folder)
{
    m->post([folder = std::move(folder)](Worker& w) { w.openRun(folder); });
}

void Session::setMemory(size_t bytes)
{
    m->post([bytes](Worker& w) { w.setMemory(bytes); });
}

void Session::onPublished(std::function<void()> published)
{
    m->post([published = std::move(published)](Worker& w) { w.published = published; });
}

std::shared_ptr<const Snapshot> Session::snapshot() const { return m->snapshots.read(); }

} // namespace core
