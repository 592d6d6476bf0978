#include "widgets/lab.h"

#include "core/diagram/edit.h"
#include "core/files/files.h"

#include <QDir>

namespace widgets
{

using core::Document;

/// One step of the history: the document before and after.
class DocumentStep : public QUndoCommand
{
public:
    using Value = std::shared_ptr<const Document>;
    DocumentStep(Lab& lab, const QString& text, Value before, Value after, const QString& merge)
        : QUndoCommand(text)
        , m_lab(lab)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_merge(merge)
    {
    }
    void undo() override { m_lab.setDocument(m_before); }
    void redo() override { m_lab.setDocument(m_after); }
    int id() const override { return m_merge.isEmpty() ? -1 : int(qHash(m_merge) & 0x7fffffff); }
    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* step = static_cast<const DocumentStep*>(next);
        if (step->m_merge != m_merge) return false;
        m_after = step->m_after;
        setObsolete(*m_after == *m_before);
        return true;
    }

private:
    Lab& m_lab;
    Value m_before, m_after;
    QString m_merge;
};

Lab::Lab(core::BlockLibrary library, Theme theme, std::unique_ptr<core::Session> session, QObject* parent)
    : QObject(parent)
    , m_builtIn(std::move(library))
    , m_library(m_builtIn)
    , m_kinds(std::make_shared<core::BlockLibrary>(m_builtIn))
    , m_theme(std::move(theme))
    , m_document(std::make_shared<Document>())
    , m_elaboration(std::make_shared<core::Elaboration>())
    , m_newestElaboration(std::make_shared<std::atomic<uint64_t>>(0))
    , m_snapshot(std::make_shared<core::Snapshot>())
    , m_session(std::move(session))
{
    m_pool.setMaxThreadCount(1);
    m_delivery.setSingleShot(true);
    m_delivery.setInterval(16);
    m_delivery.setTimerType(Qt::PreciseTimer);
    connect(&m_delivery, &QTimer::timeout, this, &Lab::snapshotPublished);
    if (m_session)
        m_session->onPublished([this] {
            if (!m_posted.exchange(true))
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
    m_history.push(new DocumentStep(*this, text, m_document, std::move(after), merge));
    return true;
}

/// Whether the run need not know of the difference: positions and words.
static bool trainsAlike(Document a, Document b)
{
    for (Document* document : {&a, &b}) {
        document->title.clear();
        document->notes.clear();
        document->unknown.clear();
        for (core::Block& block : document->diagram.blocks) block.pin.reset();
    }
    return a == b;
}

void Lab::setDocument(std::shared_ptr<const Document> document)
{
    const auto before = std::exchange(m_document, std::move(document));
    if (before->diagram.definitions != m_document->diagram.definitions) refreshKinds();
    Selection kept;
    for (const std::string& block : m_selection.blocks)
        if (diagram().find(block)) kept.blocks.insert(block);
    for (const core::Wire& wire : m_selection.wires)
        if (std::ranges::find(diagram().wires, wire) != diagram().wires.end()) kept.wires.push_back(wire);
    if (m_session && !trainsAlike(*before, *m_document)) m_session->edit(*m_document);
    m_fileProblems.clear();
    emit documentChanged();
    select(kept);
    elaborateSoon();
}

void Lab::open(Document document, const QString& path, bool playing)
{
    m_history.clear();
    m_path = path;
    m_document = std::make_shared<Document>(std::move(document));
    refreshKinds();
    setPace(0);
    if (m_session) m_session->open(*m_document, playing);
    setTime({});
    setComparison({});
    emit documentChanged();
    select({});
    elaborateSoon();
    emit documentOpened();
}

bool Lab::openFile(const QString& path, bool playing)
{
    core::Errors problems;
    Document document;
    try {
        const std::string name = path.toStdString();
        document = core::parseDocument(core::files::readFile(name, size_t(64) << 20), name, problems);
    } catch (const core::Error& error) {
        problems.push_back(error);
    }
    const bool readable = problems.empty() || !document.diagram.blocks.empty();
    if (readable) open(std::move(document), path, playing);
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

/// Elaborates on a pool thread, because a deep diagram takes longer than a frame; only the newest result is
/// taken.
void Lab::elaborateSoon()
{
    if (const auto& data = m_snapshot->data) {
        const int64_t batch = m_document->train.batch;
        m_signature = data->signature(batch > 0 ? batch : std::max(int64_t(1), int64_t(data->train.size())));
    }
    const uint64_t ticket = ++*m_newestElaboration;
    m_pool.start([this, ticket, newest = m_newestElaboration, document = m_document, library = m_kinds,
                  signature = m_signature] {
        if (*newest != ticket) return;
        auto result = std::make_shared<core::Elaboration>(
            core::elaborate(document->diagram, *library, signature, core::Phase::Evaluation));
        if (*newest != ticket) return;
        QMetaObject::invokeMethod(
            this,
            [this, ticket, result] {
                if (*m_newestElaboration != ticket) return;
                m_elaboration = result;
                emit elaborationChanged();
                emit problemsChanged();
            },
            Qt::QueuedConnection);
    });
}

core::Errors Lab::problems() const
{
    core::Errors all = m_fileProblems;
    if (m_snapshot->data) all.insert(all.end(), m_elaboration->errors.begin(), m_elaboration->errors.end());
    if (m_snapshot->failure && std::ranges::find(all, *m_snapshot->failure) == all.end())
        all.push_back(*m_snapshot->failure);
    return all;
}

std::string Lab::blockOf(const core::Error& error) const
{
    std::string best;
    for (const core::Block& block : diagram().blocks) {
        const size_t at = error.where.find(block.id);
        if (at == std::string::npos || block.id.size() <= best.size()) continue;
        const auto partOfWord = [&](size_t i) {
            return i < error.where.size() && (std::isalnum(uint8_t(error.where[i])) || error.where[i] == '_');
        };
        if (!(at > 0 && partOfWord(at - 1)) && !partOfWord(at + block.id.size())) best = block.id;
    }
    return best;
}

void Lab::report(const core::Error& error)
{
    m_fileProblems.push_back(error);
    emit problemsChanged();
    emit messageShown(QString::fromStdString(error.text()));
}

void Lab::snapshotPublished()
{
    m_posted = false;
    auto newest = m_session->snapshot();
    if (!newest || newest->serial == m_snapshot->serial) return;
    const auto before = std::exchange(m_snapshot, std::move(newest));
    m_delivery.start();
    if (m_snapshot->data &&
        (m_snapshot->data != before->data || m_snapshot->generation != before->generation))
        elaborateSoon();
    emit snapshotChanged();
    if (m_snapshot->failure != before->failure) emit problemsChanged();
}

bool Lab::playing() const { return m_snapshot->state == core::SessionState::Running; }

void Lab::setPlaying(bool playing)
{
    if (m_session) playing ? m_session->play() : m_session->pause();
}
void Lab::stepOnce()
{
    if (m_session) m_session->stepOnce();
}
void Lab::reset()
{
    if (m_session) m_session->reset();
}
void Lab::setRate(std::optional<double> rate)
{
    if (m_session) m_session->setRate(rate);
}
void Lab::setPace(double stepsPerSecond)
{
    if (m_session) m_session->setPace(stepsPerSecond);
}
void Lab::setBackend(const QString& backend)
{
    if (m_session) m_session->setBackend(backend.toStdString());
}
void Lab::saveRun(const QString& path)
{
    if (m_session) m_session->save(path.toStdString());
}
void Lab::restoreRun(const QString& path)
{
    if (m_session) m_session->restore(path.toStdString());
}

void Lab::watch(const QString& watcher, std::vector<core::Watch> watches)
{
    auto& mine = m_watches[watcher];
    if (mine == watches) return;
    mine = std::move(watches);
    sendWatches();
    emit watchesChanged();
}

/// Watches without a time of their own are of the time that is looked at.
void Lab::sendWatches()
{
    if (!m_session) return;
    std::vector<core::Watch> all;
    for (const auto& [name, some] : m_watches)
        for (core::Watch watch : some) {
            if (!watch.time) watch.time = m_time;
            all.push_back(std::move(watch));
        }
    m_session->watch(std::move(all));
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
    m_session->branch(place);
    change(tr("Go back to step %1").arg(place.step), [&](Document& document) {
        const Document now = document;
        document = *there;
        document.title = now.title;
        document.notes = now.notes;
        document.unknown = now.unknown; // what is looked at
    });
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
    if (m_session) m_session->saveRun(folder.toStdString(), run);
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

bool Lab::watched(const std::string& port) const
{
    for (const auto& [name, watches] : m_watches)
        for (const core::Watch& watch : watches)
            if (watch.wire == port) return true;
    return false;
}

} // namespace widgets
