#include "widgets/commands.h"

#include <QMenu>
#include <QSettings>
#include <QWidget>

namespace widgets
{

static QString settingOf(const QString& id) { return QStringLiteral("keys/") + id; }

Commands::Commands(QWidget* window)
    : QObject(window)
    , m_window(window)
{
}

void Commands::add(Command command)
{
    if (!command.action) {
        command.action = new QAction(this);
        connect(command.action, &QAction::triggered, this, command.run);
    }
    if (!command.title.isEmpty()) command.action->setText(command.title);
    command.action->setObjectName(command.id);
    command.action->setShortcutContext(command.scope ? Qt::WidgetShortcut : Qt::WindowShortcut);
    command.action->setShortcuts(chosen(command));
    (command.scope ? command.scope : m_window)->addAction(command.action);
    m_all.push_back(std::move(command));
}

const Command* Commands::find(const QString& id) const
{
    const auto found = std::ranges::find(m_all, id, &Command::id);
    return found == m_all.end() ? nullptr : &*found;
}

bool Commands::run(const QString& id)
{
    refresh();
    const Command* command = find(id);
    if (!command || !command->action->isEnabled()) return false;
    command->action->trigger();
    return true;
}

void Commands::refresh()
{
    for (const Command& command : m_all)
        if (command.enabled) command.action->setEnabled(command.enabled());
}

void Commands::fill(QMenu* menu, const QString& name) const
{
    std::optional<int> section;
    for (const Command& command : m_all) {
        if (command.menu != name) continue;
        if (section && *section != command.section) menu->addSeparator();
        section = command.section;
        menu->addAction(command.action);
    }
}

QList<QKeySequence> Commands::keys(const QString& id) const
{
    const Command* command = find(id);
    return command ? command->action->shortcuts() : QList<QKeySequence>();
}

QList<QKeySequence> Commands::chosen(const Command& command) const
{
    const QSettings settings;
    if (!settings.contains(settingOf(command.id))) return command.keys;
    return QKeySequence::listFromString(settings.value(settingOf(command.id)).toString(),
                                        QKeySequence::PortableText);
}

void Commands::setKeys(const QString& id, const QList<QKeySequence>& wanted)
{
    const auto give = [this](const Command& command, const QList<QKeySequence>& keys) {
        command.action->setShortcuts(keys);
        QSettings().setValue(settingOf(command.id),
                             QKeySequence::listToString(keys, QKeySequence::PortableText));
    };
    const Command* command = find(id);
    if (!command) return;
    for (const QKeySequence& key : wanted)
        while (const Command* before = holder(key, id)) {
            QList<QKeySequence> rest = before->action->shortcuts();
            rest.removeAll(key);
            give(*before, rest);
        }
    give(*command, wanted);
    emit keysChanged();
}

void Commands::resetKeys()
{
    QSettings().remove(QStringLiteral("keys"));
    for (const Command& command : m_all) command.action->setShortcuts(command.keys);
    emit keysChanged();
}

const Command* Commands::holder(const QKeySequence& key, const QString& except) const
{
    for (const Command& command : m_all)
        if (command.id != except && command.action->shortcuts().contains(key)) return &command;
    return nullptr;
}

QString Commands::plain(QString title) { return title.remove(QLatin1Char('&')); }

} // namespace widgets
