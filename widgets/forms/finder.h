// A search line over a list: type a few letters, Enter. For adding blocks at the cursor and for the command
// palette.
#pragma once

#include <QFrame>
#include <QIcon>

#include <functional>

class QLineEdit;
class QListWidget;

namespace widgets
{

struct FinderEntry {
    QString text, detail; ///< detail: muted, on the right; searched too
    QIcon icon;
    std::function<void()> chosen;
};

/// How well `text` answers `query`, lower is better: prefix, word start, substring, letters in order; -1: not
/// at all.
int matchQuality(const QString& text, const QString& query);

/// A popup of `parent` at `place` (in its coordinates, kept inside it); deletes itself when it closes.
class Finder : public QFrame
{
    Q_OBJECT
public:
    Finder(QWidget* parent, QPoint place, const QString& prompt, QList<FinderEntry>);
    /// What a query means besides the entries it matches, offered below those that have it in their names;
    /// nothing if it has no text.
    void setMeaning(std::function<FinderEntry(const QString&)> meaning) { m_meaning = std::move(meaning); }

protected:
    bool eventFilter(QObject*, QEvent*) override;

private:
    void fill(const QString& query);
    void choose();

    QList<FinderEntry> m_entries;
    std::function<FinderEntry(const QString&)> m_meaning;
    FinderEntry m_meant;
    QLineEdit* m_search;
    QListWidget* m_list;
};

} // namespace widgets
