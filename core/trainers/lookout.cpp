#include "core/trainers/lookout.h"

#include "core/instruments/derivatives.h"
#include "core/instruments/instrument.h"
#include "core/program/interruption.h"

#include <algorithm>
#include <ctime>
#include <limits>

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace core
{

namespace
{

constexpr double soonEnough = 0.7; ///< of its interval: a turn is taken along when another is due
constexpr size_t networksKept = 4;
constexpr auto never = std::numeric_limits<Lookout::Clock::rep>::max();

void letOthersGoFirst()
{
#ifdef __linux__
    setpriority(PRIO_PROCESS, id_t(syscall(SYS_gettid)), 19);
#endif
}

Reading readingOf(const Observation& o, const Watch& watch)
{
    try {
        const Instrument* instrument = findInstrument(watch.instrument);
        if (!instrument) return TextReading{"There is no instrument called " + watch.instrument};
        return instrument->read(o);
    } catch (const Error& error) {
        return TextReading{error.text()};
    } catch (const std::bad_alloc&) {
        return TextReading{"This does not fit into memory: take fewer examples or a smaller network"};
    }
}

/// Whether nothing that trains reaches what the watch is of.
bool staysTheSame(const Watch& watch, Network& network)
{
    const Instrument* instrument = findInstrument(watch.instrument);
    try {
        return instrument && instrument->sees == Instrument::Sees::Wire &&
               !instruments::dependsOnMoment(network.elaboration(), watch.wire);
    } catch (const Error&) {
        return false;
    }
}

} // namespace

double processorSeconds()
{
#ifdef __linux__
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
#else
    return std::chrono::duration<double>(Lookout::Clock::now().time_since_epoch()).count();
#endif
}

Lookout::Lookout(Manners manners, std::function<void()> arrived)
    : m_manners(manners)
    , m_arrived(std::move(arrived))
    , m_due(never)
    , m_thread([this] { loop(); })
{
}

Lookout::~Lookout()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
        m_interrupted = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Lookout::watch(std::vector<Wish> wishes)
{
    {
        const std::lock_guard lock(m_mutex);
        m_wishes = std::move(wishes);
        m_interrupted = true;
        m_due = never; // until it is known what they need
    }
    m_wake.notify_one();
}

void Lookout::setShare(double processors)
{
    const std::lock_guard lock(m_mutex);
    m_share = processors;
}

void Lookout::invalidate()
{
    const std::lock_guard lock(m_mutex);
    m_invalid = true;
    m_shown.reset();
    m_due = 0;
}

void Lookout::show(Sight sight, When when, double seconds)
{
    {
        const std::lock_guard lock(m_mutex);
        m_shown = {std::move(sight), when, seconds};
        m_due = never; // one after the other
    }
    m_wake.notify_one();
}

std::vector<Lookout::Look> Lookout::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_looks, {});
}

double Lookout::takeSpent()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_spent, 0);
}

bool Lookout::waits() const { return !m_quit && !m_wishes && !m_shown && !m_sight; }

void Lookout::loop()
{
    if (m_manners == Manners::Modest) letOthersGoFirst();
    m_backend = makeBackend("cpu:1");
    for (;;) {
        std::optional<std::vector<Wish>> wishes;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return !waits(); });
            if (m_quit) return;
            wishes = std::exchange(m_wishes, {});
            if (m_shown) {
                m_sight = std::move(std::get<0>(*m_shown));
                m_when = std::get<1>(*m_shown);
                m_overhead += std::get<2>(*m_shown);
                m_shown.reset();
            }
            m_interrupted = false;
            if (std::exchange(m_invalid, false))
                for (Turn& turn : m_turns)
                    for (Turn::Entry& entry : turn.entries)
                        if (!turn.past()) entry = {entry.wish}, turn.cost = 0, turn.last.reset();
        }
        const double begin = processorSeconds();
        if (wishes) adopt(std::move(*wishes));
        readPast();
        if (m_sight && readRun()) m_sight.reset();
        for (Kept& kept : m_networks) kept.network->shared().forget();
        const std::lock_guard lock(m_mutex);
        m_spent += processorSeconds() - begin;
        if (!m_sight && !m_shown && !m_wishes) setDue();
    }
}

void Lookout::setDue()
{
    divide(m_turns, m_share);
    auto due = Clock::time_point::max();
    for (const Turn& turn : m_turns)
        if (!turn.past()) due = std::min(due, turn.due());
    m_due = due.time_since_epoch().count();
}

/// Watches that stay keep what is known of them.
void Lookout::adopt(std::vector<Wish> wishes)
{
    std::vector<Turn> before = std::exchange(m_turns, {});
    for (Wish& wish : wishes) {
        auto turn =
            std::find_if(m_turns.begin(), m_turns.end(), [&](const Turn& t) { return t.holds(wish.watch); });
        const auto known =
            std::find_if(before.begin(), before.end(), [&](const Turn& t) { return t.holds(wish.watch); });
        if (turn == m_turns.end()) {
            m_turns.emplace_back();
            turn = m_turns.end() - 1;
            if (known != before.end()) {
                turn->cost = known->cost;
                turn->interval = known->interval;
                turn->last = known->last;
            }
        }
        Turn::Entry entry;
        if (known != before.end())
            for (const Turn::Entry& old : known->entries)
                if (old.wish.ticket == wish.ticket) entry = old;
        if (entry.step < 0) turn->last.reset(); // somebody waits for it
        entry.wish = std::move(wish);
        turn->entries.push_back(std::move(entry));
    }
    // Looks at one moment stand together, so that its values are loaded once.
    std::stable_sort(m_turns.begin(), m_turns.end(), [](const Turn& a, const Turn& b) {
        return a.entries.front().wish.watch.time < b.entries.front().wish.watch.time;
    });
}

void Lookout::readPast()
{
    for (Turn& turn : m_turns) {
        if (!turn.past() || std::none_of(turn.entries.begin(), turn.entries.end(),
                                         [](const Turn::Entry& entry) { return entry.step < 0; }))
            continue;
        const Sight nothing;
        if (!read(turn, turn.entries.front().wish.past ? *turn.entries.front().wish.past : nothing)) return;
    }
}

/// What is cheap does not wait for what is dear.
bool Lookout::readRun()
{
    const auto now = Clock::now();
    const int64_t step = m_sight->moment.step;
    std::vector<Turn*> turns;
    size_t entries = 0;
    for (Turn& turn : m_turns) {
        if (turn.past()) continue;
        const auto soon = std::chrono::duration<double>(std::min(1e6, turn.interval * (1 - soonEnough)));
        const bool due = m_when == When::AtOnce || turn.due() - now <= soon;
        if (!due || !turn.unread(step)) continue;
        turns.push_back(&turn);
        entries += turn.entries.size();
    }
    std::stable_sort(turns.begin(), turns.end(),
                     [](const Turn* a, const Turn* b) { return a->cost < b->cost; });
    struct Spent {
        Turn* turn;
        double seconds;
        const void* shared; ///< what it had in common with others
    };
    std::vector<Spent> spent;
    bool whole = true;
    for (Turn* turn : turns) {
        const double begin = processorSeconds();
        if (!(whole = read(*turn, *m_sight))) break;
        const void* shared = nullptr;
        for (Kept& kept : m_networks)
            if (const void* latest = kept.network->shared().takeLatest()) shared = latest;
        spent.push_back({turn, processorSeconds() - begin, shared});
    }
    for (const Spent& one : spent) {
        // Who uses what another one computed bears as much of it.
        double seconds = 0, users = 0;
        for (const Spent& other : spent) {
            if (&other != &one && !(one.shared && one.shared == other.shared)) continue;
            seconds += other.seconds;
            ++users;
        }
        // Each watch has an equal part of what the sight took.
        const double part = double(one.turn->entries.size()) / double(entries);
        one.turn->spent(seconds / users + m_overhead * part, now);
    }
    if (whole) m_overhead = 0;
    return whole;
}

bool Lookout::read(Turn& turn, const Sight& sight)
{
    const Interruptible calledOff([this] { return m_interrupted.load(); });
    std::vector<Look> looks;
    bool announced = false, interrupted = false;
    for (Turn::Entry& entry : turn.entries) {
        if (entry.step == sight.moment.step && entry.reading) continue;
        if ((interrupted = m_interrupted.load())) break;
        if (entry.wish.missing) {
            entry.reading = std::make_shared<const Reading>(TextReading{entry.wish.missing->text()});
            entry.step = entry.wish.watch.time ? entry.wish.watch.time->step : 0;
        } else {
            try {
                if (!entry.constant && !std::exchange(announced, true)) announce(turn, sight);
                readEntry(entry, sight);
            } catch (const Interrupted&) {
                interrupted = true;
                break;
            }
        }
        looks.push_back({entry.wish.ticket,
                         {entry.reading, entry.step},
                         turn.past() ? std::optional<uint64_t>() : sight.era});
    }
    deliver(std::move(looks));
    return !interrupted;
}

/// All that are read together say beforehand which wires they will ask for.
void Lookout::announce(const Turn& turn, const Sight& sight)
{
    std::vector<std::string> wires;
    try {
        Network& seen = network(sight, turn.entries.front().wish.watch);
        for (const Turn::Entry& entry : turn.entries)
            if (!entry.constant && seen.elaboration().wires.contains(entry.wish.watch.wire))
                wires.push_back(entry.wish.watch.wire);
        seen.shared().expect(std::move(wires));
    } catch (const Error&) { // every reading will say so
    }
}

void Lookout::readEntry(Turn::Entry& entry, const Sight& sight)
{
    const bool first = !entry.reading;
    try {
        const Watch& watch = entry.wish.watch;
        Network& seen = network(sight, watch);
        if (!entry.constant) {
            Observation o{seen, sight.moment, watch.wire, watch.example, watch.settings, sight.history};
            if (const auto& other = entry.wish.other) {
                o.otherNetwork = &network(*other, watch);
                o.other = other->moment;
            }
            entry.reading = std::make_shared<const Reading>(readingOf(o, watch));
        }
        if (first && !entry.wish.past) entry.constant = staysTheSame(entry.wish.watch, seen);
    } catch (const Error& error) { // of a document that cannot be elaborated, or data that is not there
        entry.reading = std::make_shared<const Reading>(TextReading{error.text()});
    }
    entry.step = sight.moment.step;
}

void Lookout::deliver(std::vector<Look> looks)
{
    if (looks.empty()) return;
    {
        const std::lock_guard lock(m_mutex);
        std::move(looks.begin(), looks.end(), std::back_inserter(m_looks));
    }
    m_arrived();
}

Network& Lookout::network(const Sight& sight, const Watch& watch)
{
    const Changes changes = watch.changes.value_or(Changes());
    const auto kept = std::find_if(m_networks.begin(), m_networks.end(), [&](const Kept& one) {
        return one.document == sight.document && (!sight.data || one.data == sight.data) &&
               one.changes == changes;
    });
    if (kept != m_networks.end()) {
        m_networks.splice(m_networks.begin(), m_networks, kept);
        return *m_networks.front().network;
    }
    std::shared_ptr<const Dataset> data = sight.data;
    for (const Kept& one : m_networks)
        if (!data && one.document->data == sight.document->data) data = one.data;
    if (!data) data = std::make_shared<const Dataset>(loadDataset(sight.document->data));
    auto network = std::make_unique<Network>(*sight.document, sight.library, data, *m_backend);
    network->stopWhen(m_quit);
    if (!changes.empty()) network->edit(editsOf(changes), sight.history);
    m_networks.push_front({sight.document, data, changes, std::move(network)});
    if (m_networks.size() > networksKept) m_networks.pop_back();
    return *m_networks.front().network;
}

} // namespace core
