// The lab: what all panels share. They know it, and not each other.
#pragma once

#include "core/diagram/inference.h"
#include "core/trainers/session.h"
#include "widgets/theme.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <QUndoStack>

#include <functional>
#include <set>
#include <unordered_set>

namespace widgets
{

/// What the person has pointed at on the canvas.
struct Selection {
    std::set<std::string> blocks;
    std::vector<core::Wire> wires;
    bool empty() const { return blocks.empty() && wires.empty(); }
    friend bool operator==(const Selection&, const Selection&) = default;
};

/// The document with its history, the selection, the run and its newest snapshot. Lives on the window's
/// thread and never waits for the engine: elaboration and training happen elsewhere and come back as signals.
class Lab : public QObject
{
    Q_OBJECT
public:
    /// `session` may be null (tests of panels alone): then nothing trains.
    Lab(core::BlockLibrary, Theme, std::unique_ptr<core::Session> session, QObject* parent = nullptr);
    ~Lab() override;

    /// The kinds of block there are: built in, the person's own, and those that the document declares.
    const core::BlockLibrary& library() const { return *m_kinds; }
    /// Reads the person's own blocks from a folder, which is where `saveBlock` writes.
    void setBlockFolder(const QString&);
    bool saveBlock(const core::Document&, const std::string& kind);
    /// The declarations that a document needs of its own to have a block of this kind: none if it is built
    /// in.
    std::vector<core::Definition> definitionsFor(const std::string& kind) const;
    const Theme& theme() const { return m_theme; } ///< same address for ever; changes in place
    void setTheme(const Theme&);

    // The document. One gesture is one step of the history; equal values make none.
    const core::Document& document() const { return *m_document; }
    const core::Diagram& diagram() const { return m_document->diagram; }
    QUndoStack& history() { return m_history; }
    /// Applies `edit` to a copy and makes it a step. A core::Error thrown by it changes nothing, is shown,
    /// and the result is false. Steps with equal `merge` keys that follow each other become one.
    bool change(const QString& text, const std::function<void(core::Document&)>& edit,
                const QString& merge = {});
    /// Another document altogether: empty history, a new run.
    void open(core::Document, const QString& path, bool playing);
    /// Reads a file; problems are shown, and when nothing could be read the document stays. True when opened.
    bool openFile(const QString& path, bool playing);
    bool saveFile(const QString& path);
    /// Asked before another document takes the place of this one; the window sets it.
    void askBeforeLeaving(std::function<bool()> mayLeave) { m_mayLeave = std::move(mayLeave); }
    bool mayLeave() const { return !m_mayLeave || m_mayLeave(); }
    QString path() const { return m_path; }

    const Selection& selection() const { return m_selection; }
    void select(Selection);
    /// The output port that the selection means: of a selected wire, or of the only selected block. May be
    /// empty.
    std::string selectedPort() const;

    /// What is known of the document. Types and errors are those of the document as it is; the program and
    /// the costs follow a change a little later.
    const core::Elaboration& elaboration() const { return m_elaboration; }
    uint64_t typesRevision() const { return m_typesRevision; } ///< grows when types or errors change
    const core::DataSignature& signature() const { return m_signature; }
    /// Of elaboration, of the run and of files; newest first reasons stay until what they name is changed.
    core::Errors problems() const;
    /// The block that an error names, or "".
    std::string blockOf(const core::Error&) const;
    void report(const core::Error&);

    // The run.
    const core::Snapshot& snapshot() const { return *m_snapshot; }
    bool playing() const;
    void setPlaying(bool);
    void stepOnce();
    void reset();
    void setRate(std::optional<double>);
    void setPace(double stepsPerSecond); ///< 0: full speed, which every opened document starts at
    void setBackend(const QString&);
    /// Of all processors' time, that looking takes at most; a matter of the person, no document holds it.
    double lookingShare() const { return m_lookingShare; }
    void setLookingShare(double);
    void saveRun(const QString& path);
    void restoreRun(const QString& path);
    /// Each watcher (a panel) says what it wants to see; keys are unique within all.
    void watch(const QString& watcher, std::vector<core::Watch>);
    bool watched(const std::string& port) const;
    bool watchesAny() const;

    // Time: what watchers see is of the run as it goes on, or of a moment of this or a past run. Training
    // goes on either way.
    const std::optional<core::Place>& time() const { return m_time; }
    void setTime(std::optional<core::Place>);
    /// What pictures are compared with, if with anything.
    const std::optional<core::Place>& comparison() const { return m_comparison; }
    void setComparison(std::optional<core::Place>);
    /// The document of that moment, and the run goes on from it; can be undone as far as the document goes.
    void branch(core::Place);
    void describeRun(int run, const QString& name, const QString& notes);
    void forgetRun(int run);
    void saveRunFolder(const QString& folder, int run);
    void openRunFolder(const QString& folder);
    /// The marks of a run, past or training; empty if there is none of that number.
    std::vector<core::Mark> marksOf(int run) const;

signals:
    void documentChanged(); ///< value differs: edited, undone, opened
    void libraryChanged();
    void documentOpened(); ///< another one; after documentChanged
    void selectionChanged();
    void elaborationChanged();
    void problemsChanged();
    void snapshotChanged(); ///< at most 60 times a second
    void watchesChanged();
    void timeChanged(); ///< or what it is compared with
    void themeChanged();
    void messageShown(const QString& text); ///< for the status bar
    void revealed(const QString& block);    ///< show this block: somebody clicked a problem

private:
    friend class DocumentStep;
    void setDocument(std::shared_ptr<const core::Document>);
    void infer();
    void elaborateSoon();
    void elaborate();
    void snapshotPublished();
    void refreshKinds();
    void refreshIds();
    void postEdit();
    core::Session* session(); ///< that knows of every edit; may be null
    void sendWatches();

    const core::BlockLibrary m_builtIn;
    core::BlockLibrary m_library; ///< with the person's own
    /// With the document's own; the one before lives on until the next, for those who still point into it.
    std::shared_ptr<const core::BlockLibrary> m_kinds, m_kindsBefore;
    QString m_blockFolder;
    Theme m_theme;
    std::shared_ptr<const core::Document> m_document;
    QUndoStack m_history;
    QString m_path;
    std::function<bool()> m_mayLeave;
    Selection m_selection;
    std::unordered_set<std::string_view> m_ids; ///< of the document's blocks

    core::Inference m_inference;
    core::Elaboration m_elaboration;
    core::DataSignature m_signature;
    uint64_t m_typesRevision = 0;
    std::shared_ptr<std::atomic<uint64_t>> m_newestElaboration; ///< older ones are dropped
    QTimer m_elaborationPause, m_editPause;                     ///< work that waits until the person pauses
    std::shared_ptr<const core::Document> m_posted;             ///< what the session was told last
    bool m_watchesDue = false;
    double m_lookingShare = 0.05;
    core::Errors m_fileProblems;

    std::shared_ptr<const core::Snapshot> m_snapshot;
    std::map<QString, std::vector<core::Watch>> m_watches;
    std::optional<core::Place> m_time, m_comparison;
    std::atomic<bool> m_publishing = false; ///< a publication is on its way to this thread
    QTimer m_delivery;
    QThreadPool m_pool;                       ///< elaborates; its end is awaited
    std::unique_ptr<core::Session> m_session; ///< last: its thread stops before the rest goes
};

} // namespace widgets
