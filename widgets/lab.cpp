#include "widgets/lab.h"

#include "core/diagram/change.h"
#include "core/diagram/edit.h"
#include "core/files/files.h"
#include "core/picture/svg.h"
#include "core/program/interruption.h"

#include <QDir>

namespace widgets
{

using core::Document;

/// After the last edit, in milliseconds: a run is compiled, and a large diagram is elaborated as a whole.
constexpr int pause = 100;
constexpr size_t large = 300;

/// One step of the history: how the document before differs from the one after.
class DocumentStep : public QUndoCommand
{
public:
    using Value = std::shared_ptr<const Document>;
    DocumentStep(Lab& lab, const QString& text, const Document& before, Value after, const QString& merge)
        : QUndoCommand(text)
        , m_lab(lab)
        , m_change(before, *after)
        , m_after(std::move(after))
        , m_merge(merge)
    {
    }
    void undo() override
    {
        m_lab.setDocument(std::make_shared<const Document>(m_change.undone(m_lab.document())));
    }
    void redo() override
    {
        Value after = std::exchange(m_after, nullptr); // the first time it is at hand
        if (!after) after = std::make_shared<const Document>(m_change.redone(m_lab.document()));
        m_lab.setDocument(std::move(after));
    }
    int id() const override { return m_merge.isEmpty() ? -1 : int(qHash(m_merge) & 0x7fffffff); }
    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* step = static_cast<const DocumentStep*>(next);
        if (step->m_merge != m_merge) return false;
        const Document& after = m_lab.document();
        const Document before = m_change.undone(step->m_change.undone(after));
        setObsolete(after == before);
        m_change = core::Change(before, after);
        return true;
    }

private:
    Lab& m_lab;
    core::Change m_change;
    Value m_after; ///< until it has been done
    QString m_merge;
};

Lab::Lab(core::BlockLibrary library, Theme theme, std::unique_ptr<core::Session> session, QObject* parent)
    : QObject(parent)
    , m_builtIn(std::move(library))
    , m_library(m_builtIn)
    , m_kinds(std::make_shared<core::BlockLibrary>(m_builtIn))
    , m_theme(std::move(theme))
    , m_document(std::make_shared<Document>())
    , m_newestElaboration(std::make_shared<std::atomic<uint64_t>>(0))
    , m_snapshot(std::make_shared<core::Snapshot>())
    , m_session(std::move(session))
{
    m_pool.setMaxThreadCount(1);
    m_elaborationPause.setSingleShot(true);
    connect(&m_elaborationPause, &QTimer::timeout, this, &Lab::elaborate);
    m_editPause.setSingleShot(true);
    m_editPause.setInterval(pause);
    connect(&m_editPause, &QTimer::timeout, this, &Lab::postEdit);
    m_delivery.setSingleShot(true);
    m_delivery.setInterval(16);
    m_delivery.setTimerType(Qt::PreciseTimer);
    connect(&m_delivery, &QTimer::timeout, this, &Lab::snapshotPublished);
    if (m_session)
        m_session->onPublished([this] {
            if (!m_publishing.exchange(true))
                QMetaObject::invokeMethod(
                    this,
                    [this] {
                        if (!m_delivery.isActive()) snapshotPublished();
                    },
                    Qt::QueuedConnection);
        });
}

Lab::~Lab()
{
    ++*m_newestElaboration;
    m_session.reset();
    m_pool.waitForDone();
}

void Lab::setTheme(const Theme& theme)
{
    m_theme = theme;
    emit themeChanged();
}

bool Lab::change(const QString& text, const std::function<void(Document&)>& edit, const QString& merge)
{
    auto after = std::make_shared<Document>(*m_document);
    try {
        edit(*after);
    } catch (const core::Error& error) {
        emit messageShown(QString::fromStdString(error.text()));
        return false;
    }
    if (*after == *m_document) return true;
    m_history.push(new DocumentStep(*this, text, *m_document, std::move(after), merge));
    return true;
}

/// Whether the run need not know of the difference: positions, words, what is open.
static bool trainsAlike(const Document& a, const Document& b)
{
    const auto same = [](const core::Block& x, const core::Block& y) {
        return x.id == y.id && x.kind == y.kind && x.settings == y.settings && x.state == y.state &&
               x.keepsNames == y.keepsNames;
    };
    return a.data == b.data && a.train == b.train && a.diagram.sizes == b.diagram.sizes &&
           a.diagram.definitions == b.diagram.definitions && a.diagram.wires == b.diagram.wires &&
           std::ranges::equal(a.diagram.blocks, b.diagram.blocks, same);
}

void Lab::setDocument(std::shared_ptr<const Document> document)
{
    const auto before = std::exchange(m_document, std::move(document));
    if (before->diagram.definitions != m_document->diagram.definitions) refreshKinds();
    Selection kept;
    refreshIds();
    for (const std::string& block : m_selection.blocks)
        if (m_ids.contains(block)) kept.blocks.insert(block);
    for (const core::Wire& wire : m_selection.wires)
        if (std::ranges::find(diagram().wires, wire) != diagram().wires.end()) kept.wires.push_back(wire);
    m_editPause.start();
    m_watchesDue = m_watchesDue || core::changesOf(*before) != core::changesOf(*m_document);
    const bool hadProblems = !std::exchange(m_fileProblems, {}).empty();
    const core::Errors errors = m_elaboration.errors;
    infer();
    emit documentChanged();
    if (hadProblems || !(errors == m_elaboration.errors)) emit problemsChanged();
    select(kept);
    elaborateSoon();
}

void Lab::open(Document document, const QString& path, bool playing)
{
    m_history.clear();
    m_path = path;
    m_document = std::make_shared<Document>(std::move(document));
    m_fileProblems.clear();
    refreshIds();
    refreshKinds();
    setPace(0);
    m_posted = m_document;
    if (m_session) m_session->open(*m_document, playing);
    postEdit(); // nothing waits any more: what was to be watched after an edit is due now
    infer();
    setTime({});
    setComparison({});
    emit documentChanged();
    emit problemsChanged();
    select({});
    elaborateSoon();
    emit documentOpened();
}

/// Tells the session of the document as it is now, and of what is watched: without a time of its own at the
/// time that is looked at.
void Lab::postEdit()
{
    m_editPause.stop();
    if (!m_session) return;
    if (!m_posted || !trainsAlike(*m_posted, *m_document)) m_session->edit(*m_document);
    m_posted = m_document;
    if (std::exchange(m_watchesDue, false)) {
        std::vector<core::Watch> all;
        for (const auto& [name, some] : m_watches)
            for (core::Watch watch : some) {
                if (!watch.time) watch.time = m_time;
                if (!watch.changes) watch.changes = core::changesOf(*m_document);
                all.push_back(std::move(watch));
            }
        m_session->watch(std::move(all));
    }
}

core::Session* Lab::session()
{
    if (m_editPause.isActive()) postEdit();
    return m_session.get();
}

/// A picture gives the document that it carries; saving must not write over it.
static Document readDocument(const std::string& path, bool& picture, core::Errors& problems)
{
    const std::string text = core::files::readFile(path, size_t(64) << 20);
    picture = text.starts_with('<');
    if (!picture) return core::parseDocument(text, path, problems);
    auto carried = core::picture::documentOf(text, path, problems);
    if (!carried)
        throw core::Error{path, "is a picture that carries no document",
                          "SVG files of this lab carry theirs"};
    return std::move(*carried);
}

bool Lab::openFile(const QString& path, bool playing)
{
    core::Errors problems;
    Document document;
    bool picture = false;
    try {
        document = readDocument(path.toStdString(), picture, problems);
    } catch (const core::Error& error) {
        problems.push_back(error);
    }
    const bool readable = problems.empty() || !document.diagram.blocks.empty();
    if (readable) open(std::move(document), picture ? QString() : path, playing);
    m_fileProblems = std::move(problems);
    emit problemsChanged();
    if (!m_fileProblems.empty()) emit messageShown(QString::fromStdString(m_fileProblems.front().text()));
    return readable;
}

bool Lab::saveFile(const QString& path)
{
    try {
        core::saveDocument(*m_document, path.toStdString());
    } catch (const core::Error& error) {
        report(error);
        return false;
    }
    m_path = path;
    m_history.setClean();
    return true;
}

void Lab::refreshKinds()
{
    m_kindsBefore = std::exchange(m_kinds, std::make_shared<core::BlockLibrary>(m_library.with(diagram())));
    m_inference = {}; // it points into the library
    emit libraryChanged();
}

void Lab::setBlockFolder(const QString& folder)
{
    m_blockFolder = folder;
    m_library = m_builtIn;
    core::Errors problems;
    if (QDir(folder).exists()) m_library.addFolder(folder.toStdString(), problems);
    refreshKinds();
    for (const core::Error& problem : problems) report(problem);
}

bool Lab::saveBlock(const core::Document& document, const std::string& kind)
{
    try {
        QDir().mkpath(m_blockFolder);
        core::edit::saveToLibrary(document, kind, m_blockFolder.toStdString());
    } catch (const core::Error& error) {
        report(error);
        return false;
    }
    setBlockFolder(m_blockFolder);
    return true;
}

static void collectCalls(const core::language::Syntax& syntax, std::vector<std::string>& names)
{
    if (syntax.kind == core::language::Syntax::Kind::Call) names.push_back(syntax.name);
    for (const core::language::Syntax& child : syntax.children) collectCalls(child, names);
}

std::vector<core::Definition> Lab::definitionsFor(const std::string& kind) const
{
    std::vector<core::Definition> needed;
    std::vector<std::string> waiting{kind};
    for (std::set<std::string> seen; !waiting.empty();) {
        const std::string name = std::move(waiting.back());
        waiting.pop_back();
        const core::BlockDeclaration* block = m_library.find(name);
        if (!block || m_builtIn.find(name) || !seen.insert(name).second) continue;
        needed.push_back({std::make_shared<core::BlockDeclaration>(*block)});
        for (const core::language::Statement& statement : block->body) collectCalls(statement.value, waiting);
    }
    return needed;
}

void Lab::select(Selection selection)
{
    if (selection == m_selection) return;
    m_selection = std::move(selection);
    emit selectionChanged();
}

std::string Lab::selectedPort() const
{
    if (m_selection.wires.size() == 1) return m_selection.wires.front().from.text();
    if (m_selection.blocks.size() != 1) return {};
    const core::Block* block = diagram().find(*m_selection.blocks.begin());
    const auto declaration = block ? m_kinds->declarationOf(*block) : nullptr;
    if (!declaration || declaration->outputs.empty()) return {};
    return block->id + "." + declaration->outputs.front().name;
}

/// Types and errors, at once.
void Lab::infer()
{
    if (const auto& data = m_snapshot->data) {
        const int64_t batch = m_document->train.batch;
        m_signature = data->signature(batch > 0 ? batch : std::max(int64_t(1), int64_t(data->train.size())));
    }
    m_inference.update(diagram(), *m_kinds, m_signature, core::Phase::Evaluation);
    for (const std::string& port : m_inference.changed()) {
        const auto known = m_inference.types().find(port);
        if (known == m_inference.types().end())
            m_elaboration.types.erase(port);
        else
            m_elaboration.types[port] = known->second;
    }
    if (m_inference.changed().empty() && m_elaboration.errors == m_inference.errors()) return;
    m_elaboration.errors = m_inference.errors();
    ++m_typesRevision;
}

/// What was asked for before is dropped.
void Lab::elaborateSoon()
{
    ++*m_newestElaboration;
    m_elaborationPause.start(diagram().blocks.size() > large ? pause : 0);
}

/// On a pool thread, because a deep diagram takes longer than a frame; only the newest result is taken.
void Lab::elaborate()
{
    const uint64_t ticket = *m_newestElaboration;
    m_pool.start([this, ticket, newest = m_newestElaboration, document = m_document, library = m_kinds,
                  signature = m_signature] {
        const core::Interruptible outdated([&] { return *newest != ticket; });
        std::shared_ptr<core::Elaboration> result;
        try {
            core::checkInterruption();
            result = std::make_shared<core::Elaboration>(
                core::elaborate(document->diagram, *library, signature, core::Phase::Evaluation));
            core::checkInterruption();
        } catch (const core::Interrupted&) {
            return;
        }
        QMetaObject::invokeMethod(
            this,
            [this, ticket, result] {
                if (*m_newestElaboration != ticket) return;
                std::swap(m_elaboration, *result);
                m_pool.start([result] {}); // a large one takes its time to go
                emit elaborationChanged();
                emit problemsChanged();
            },
            Qt::QueuedConnection);
    });
}

core::Errors Lab::problems() const
{
    core::Errors all = m_fileProblems;
    if (m_snapshot->data || m_snapshot->failure) // before that sizes are not known, which is no problem
        all.insert(all.end(), m_elaboration.errors.begin(), m_elaboration.errors.end());
    if (m_snapshot->failure && std::ranges::find(all, *m_snapshot->failure) == all.end())
        all.push_back(*m_snapshot->failure);
    return all;
}

void Lab::refreshIds()
{
    m_ids.clear();
    for (const core::Block& block : diagram().blocks) m_ids.insert(block.id);
}

/// The longest id that stands in it as a word.
std::string Lab::blockOf(const core::Error& error) const
{
    constexpr size_t longest = 400; // errors begin with the place
    const std::string_view where = std::string_view(error.where).substr(0, longest);
    const auto inWord = [&](size_t i) {
        return i < where.size() && (std::isalnum(uint8_t(where[i])) || where[i] == '_');
    };
    std::string_view best;
    for (size_t begin = 0; begin < where.size(); ++begin) {
        if (begin > 0 && inWord(begin - 1)) continue;
        for (size_t end = where.size(); end > begin + best.size(); --end)
            if (!inWord(end) && m_ids.contains(where.substr(begin, end - begin)))
                best = where.substr(begin, end - begin);
    }
    return std::string(best);
}

void Lab::report(const core::Error& error)
{
    m_fileProblems.push_back(error);
    emit problemsChanged();
    emit messageShown(QString::fromStdString(error.text()));
}

void Lab::snapshotPublished()
{
    m_publishing = false;
    auto newest = m_session->snapshot();
    if (!newest || newest->serial == m_snapshot->serial) return;
    const auto before = std::exchange(m_snapshot, std::move(newest));
    m_delivery.start();
    if (m_snapshot->data && m_snapshot->data != before->data) {
        infer();
        elaborateSoon();
        emit elaborationChanged();
        emit problemsChanged();
    }
    emit snapshotChanged();
    if (m_snapshot->failure != before->failure) emit problemsChanged();
}

bool Lab::playing() const { return m_snapshot->state == core::SessionState::Running; }

void Lab::setPlaying(bool playing)
{
    if (auto* run = session()) playing ? run->play() : run->pause();
}
void Lab::stepOnce()
{
    if (auto* run = session()) run->stepOnce();
}
void Lab::reset()
{
    if (auto* run = session()) run->reset();
}
void Lab::setRate(std::optional<double> rate)
{
    if (auto* run = session()) run->setRate(rate);
}
void Lab::setPace(double stepsPerSecond)
{
    if (m_session) m_session->setPace(stepsPerSecond);
}
void Lab::setBackend(const QString& backend)
{
    if (auto* run = session()) run->setBackend(backend.toStdString());
}
void Lab::setLookingShare(double share)
{
    m_lookingShare = share;
    if (auto* run = session()) run->setObservationBudget(share);
}
void Lab::saveRun(const QString& path)
{
    if (auto* run = session()) run->save(path.toStdString());
}
void Lab::restoreRun(const QString& path)
{
    if (auto* run = session()) run->restore(path.toStdString());
}

void Lab::watch(const QString& watcher, std::vector<core::Watch> watches)
{
    auto& mine = m_watches[watcher];
    if (mine == watches) return;
    mine = std::move(watches);
    sendWatches();
    emit watchesChanged();
}

/// Together with the edit that they may look at.
void Lab::sendWatches()
{
    m_watchesDue = true;
    if (!m_editPause.isActive()) postEdit();
}

void Lab::setTime(std::optional<core::Place> time)
{
    if (time == m_time) return;
    m_time = time;
    sendWatches();
    emit timeChanged();
}

void Lab::setComparison(std::optional<core::Place> place)
{
    if (place == m_comparison) return;
    m_comparison = place;
    emit timeChanged();
}

void Lab::branch(core::Place place)
{
    std::shared_ptr<const Document> there;
    for (const core::Mark& mark : marksOf(place.run))
        if (mark.step <= place.step || !there) there = mark.document;
    if (!m_session || !there) return;
    session()->branch(place);
    change(tr("Go back to step %1").arg(place.step), [&](Document& document) {
        const Document now = document;
        document = *there;
        document.title = now.title;
        document.notes = now.notes;
        document.unknown = now.unknown; // what is looked at
    });
    postEdit();
    setTime({});
}

void Lab::describeRun(int run, const QString& name, const QString& notes)
{
    if (m_session) m_session->describe(run, name.toStdString(), notes.toStdString());
}
void Lab::forgetRun(int run)
{
    if (m_time && m_time->run == run) setTime({});
    if (m_comparison && m_comparison->run == run) setComparison({});
    if (m_session) m_session->forget(run);
}
void Lab::saveRunFolder(const QString& folder, int run)
{
    if (auto* training = session()) training->saveRun(folder.toStdString(), run);
}
void Lab::openRunFolder(const QString& folder)
{
    if (m_session) m_session->openRun(folder.toStdString());
}

std::vector<core::Mark> Lab::marksOf(int run) const
{
    if (run == m_snapshot->run) return m_snapshot->marks ? *m_snapshot->marks : std::vector<core::Mark>();
    if (m_snapshot->past)
        for (const core::RunSummary& past : *m_snapshot->past)
            if (past.id == run) return past.marks;
    return {};
}

bool Lab::watchesAny() const
{
    return std::ranges::any_of(m_watches, [](const auto& entry) { return !entry.second.empty(); });
}

bool Lab::watched(const std::string& port) const
{
    for (const auto& [name, watches] : m_watches)
        for (const core::Watch& watch : watches)
            if (watch.wire == port) return true;
    return false;
}

} // namespace widgets
