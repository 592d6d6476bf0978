// All that the window can do, by name: one table. Menus, the context menu, the command palette, the sheet of
// shortcuts and the choice of keys are made from it.
#pragma once

#include <QAction>
#include <QKeySequence>

#include <functional>
#include <memory>
#include <vector>

class QMenu;

namespace widgets
{

struct Command {
    QString id;   ///< stable, "edit.duplicate": settings keep it
    QString menu; ///< "&Edit"; a change of `section` within it draws a line
    int section = 0;
    QString title; ///< "&Duplicate"
    QList<QKeySequence> keys;
    std::function<void()> run;
    std::function<bool()> enabled = {}; ///< none: always
    bool onSelection = false;           ///< stands in the context menu of the canvas
    QWidget* scope = nullptr;           ///< its keys act while this has the focus; null: in the whole window
    QAction* action = nullptr;          ///< one that exists already, instead of `run`
};

class Commands : public QObject
{
    Q_OBJECT
public:
    explicit Commands(QWidget* window);

    void add(Command);
    const std::vector<Command>& all() const { return m_all; }
    const Command* find(const QString& id) const;
    bool run(const QString& id); ///< false: not now
    /// Asks every command whether it can be done; greys the others.
    void refresh();
    /// Adds the commands of one menu.
    void fill(QMenu*, const QString& menu) const;

    QList<QKeySequence> keys(const QString& id) const;
    /// Kept in the settings. A command that had one of the keys loses it.
    void setKeys(const QString& id, const QList<QKeySequence>&);
    void resetKeys();
    /// The other command that a key would be taken from; null: none.
    const Command* holder(const QKeySequence&, const QString& except) const;

    static QString plain(QString title); ///< without mnemonics

signals:
    void keysChanged();

private:
    QList<QKeySequence> chosen(const Command&) const;

    QWidget* m_window;
    std::vector<Command> m_all;
};

} // namespace widgets
