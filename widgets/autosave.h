// A copy of the unsaved document in the user's state folder, so that a crash costs at most ten seconds.
#pragma once

#include "widgets/lab.h"

#include <QLockFile>
#include <QThreadPool>

#include <memory>

namespace widgets
{

/// One file for each running window, beside a lock that names its process: a copy whose lock is stale was
/// left by a crash.
class Autosave : public QObject
{
    Q_OBJECT
public:
    /// Writes into `folder`; 10 s after the first change that is not in the copy yet.
    Autosave(Lab&, const QString& folder, QObject* parent = nullptr);
    ~Autosave() override; ///< an orderly end leaves no copy

    static QString stateFolder();
    /// Newest copy that no running window keeps, or "".
    static QString leftover(const QString& folder);
    /// The document in a copy and the path it belongs to; Error when it cannot be read.
    static std::pair<core::Document, QString> read(const QString& copy);
    static void discard(const QString& copy);

    void saveNow();
    QString copy() const { return m_copy; }

private:
    void changed();

    Lab& m_lab;
    QString m_copy;
    std::unique_ptr<QLockFile> m_lock;
    QTimer m_due;
    QThreadPool m_pool; ///< one thread: a file may take longer to reach the disk than a frame
};

} // namespace widgets
