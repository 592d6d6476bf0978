#include "widgets/autosave.h"

#include "core/files/files.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace widgets
{

constexpr int interval = 10'000;

static QString lockOf(const QString& copy) { return copy + QStringLiteral(".lock"); }
/// The path that the document was opened from, in a file of its own: no document holds its path.
static QString originOf(const QString& copy) { return copy + QStringLiteral(".path"); }

Autosave::Autosave(Lab& lab, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_lab(lab)
{
    QDir().mkpath(folder);
    for (int i = 0; !m_lock && i < 100; ++i) { // windows of one process have one each, too
        m_copy = QDir(folder).filePath(
            QStringLiteral("unsaved-%1-%2.axo").arg(QCoreApplication::applicationPid()).arg(i));
        if (QFile::exists(m_copy)) continue;
        auto lock = std::make_unique<QLockFile>(lockOf(m_copy));
        lock->setStaleLockTime(0);
        if (lock->tryLock(0)) m_lock = std::move(lock);
    }
    m_pool.setMaxThreadCount(1);
    m_due.setSingleShot(true);
    m_due.setInterval(interval);
    connect(&m_due, &QTimer::timeout, this, &Autosave::saveNow);
    connect(&lab, &Lab::documentChanged, this, &Autosave::changed);
    connect(&lab.history(), &QUndoStack::cleanChanged, this, &Autosave::changed);
}

Autosave::~Autosave()
{
    m_pool.waitForDone();
    if (!std::exchange(m_lock, nullptr)) return; // unlocked
    discard(m_copy);
}

QString Autosave::stateFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) +
           QStringLiteral("/unsaved");
}

void Autosave::changed()
{
    if (m_lab.history().isClean()) {
        m_due.stop();
        if (m_lock) m_pool.start([copy = m_copy] { QFile::remove(copy); });
    } else if (!m_due.isActive()) {
        m_due.start();
    }
}

void Autosave::saveNow()
{
    if (!m_lock || m_lab.history().isClean()) return;
    m_pool.start([this, document = m_lab.document(), path = m_lab.path(), copy = m_copy] {
        try {
            core::files::writeFile(originOf(copy).toStdString(), path.toStdString());
            core::saveDocument(document, copy.toStdString());
        } catch (const core::Error& error) {
            const QString text = tr("No copy for emergencies: %1").arg(QString::fromStdString(error.text()));
            QMetaObject::invokeMethod(this, [this, text] { emit m_lab.messageShown(text); });
        }
    });
}

QString Autosave::leftover(const QString& folder)
{
    const QDir dir(folder);
    for (const QString& name : dir.entryList({QStringLiteral("unsaved-*.axo")}, QDir::Files, QDir::Time)) {
        QLockFile lock(lockOf(dir.filePath(name)));
        lock.setStaleLockTime(0);
        if (!lock.tryLock(0)) continue; // another window is at work on it
        return dir.filePath(name);
    }
    return {};
}

std::pair<core::Document, QString> Autosave::read(const QString& copy)
{
    const std::string name = copy.toStdString();
    core::Errors problems;
    core::Document document =
        core::parseDocument(core::files::readFile(name, size_t(64) << 20), name, problems);
    if (!problems.empty() && document.diagram.blocks.empty()) throw problems.front();
    QFile origin(originOf(copy));
    const QString path = origin.open(QIODevice::ReadOnly) ? QString::fromUtf8(origin.readAll()) : QString();
    return {std::move(document), path};
}

void Autosave::discard(const QString& copy)
{
    for (const QString& file : {copy, originOf(copy), lockOf(copy)}) QFile::remove(file);
}

} // namespace widgets
