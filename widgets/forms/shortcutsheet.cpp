#include "widgets/forms/shortcutsheet.h"

#include "widgets/canvas/gestures/gesture.h"
#include "widgets/commands.h"

#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace widgets
{

constexpr int idRole = Qt::UserRole;

static QString keysText(const QList<QKeySequence>& keys)
{
    return QKeySequence::listToString(keys, QKeySequence::NativeText)
        .replace(QLatin1String("; "), QObject::tr("  or  "));
}

ShortcutSheet::ShortcutSheet(Commands& commands, QWidget* parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_search(new QLineEdit)
    , m_list(new QTreeWidget)
    , m_key(new QKeySequenceEdit)
    , m_set(new QPushButton(tr("Use for this command")))
    , m_none(new QPushButton(tr("No key")))
    , m_note(new QLabel)
{
    setWindowTitle(tr("Keys and gestures"));
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("shortcutSheet"));
    m_search->setPlaceholderText(tr("Search commands and keys"));
    m_search->setAccessibleName(m_search->placeholderText());
    m_list->setAccessibleName(tr("Commands and their keys"));
    m_list->setColumnCount(2);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setIndentation(12);
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_key->setAccessibleName(tr("New key"));
    m_key->setObjectName(QStringLiteral("newKey"));
    m_set->setObjectName(QStringLiteral("setKey"));
    m_note->setProperty("role", "muted");
    m_note->setWordWrap(true);
    auto* defaults = new QPushButton(tr("All as delivered"));

    auto* keys = new QHBoxLayout;
    keys->addWidget(m_key, 1);
    keys->addWidget(m_set);
    keys->addWidget(m_none);
    keys->addWidget(defaults);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    column->addLayout(keys);
    column->addWidget(m_note);
    resize(680, 640);

    for (QPushButton* button : {m_set, m_none, defaults}) button->setAutoDefault(false);
    connect(m_search, &QLineEdit::textChanged, this, &ShortcutSheet::filter);
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this] {
        m_key->clear();
        refresh();
    });
    connect(m_list, &QTreeWidget::itemActivated, this, [this] { m_key->setFocus(); });
    connect(m_key, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutSheet::refresh);
    connect(m_set, &QPushButton::clicked, this,
            [this] { m_commands.setKeys(chosen(), {m_key->keySequence()}); });
    connect(m_none, &QPushButton::clicked, this, [this] { m_commands.setKeys(chosen(), {}); });
    connect(defaults, &QPushButton::clicked, &commands, &Commands::resetKeys);
    connect(&commands, &Commands::keysChanged, this, &ShortcutSheet::fill);
    fill();
    m_search->setFocus();
}

void ShortcutSheet::fill()
{
    const QString current = chosen();
    m_list->clear();
    std::map<QString, QTreeWidgetItem*> groups;
    const auto group = [&](const QString& title) {
        QTreeWidgetItem*& item = groups[title];
        if (item) return item;
        item = new QTreeWidgetItem(m_list, {title});
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        item->setFont(0, bold);
        item->setFlags(Qt::ItemIsEnabled);
        item->setFirstColumnSpanned(true);
        return item;
    };
    QTreeWidgetItem* kept = nullptr;
    for (const Command& command : m_commands.all()) {
        QString title = Commands::plain(command.action->text());
        if (title.endsWith(QChar(0x2026))) title.chop(1);
        auto* item =
            new QTreeWidgetItem(group(command.menu.isEmpty() ? tr("Canvas") : Commands::plain(command.menu)),
                                {title, keysText(command.action->shortcuts())});
        item->setData(0, idRole, command.id);
        if (command.id == current) kept = item;
    }
    for (const GestureDeclaration& gesture : allGestures())
        new QTreeWidgetItem(group(tr("Mouse")), {tr(gesture.how), tr(gesture.what)});
    for (const auto& [how, what] : {std::pair{tr("Double-click on nothing"), tr("Add a block")},
                                    {tr("Double-click on a block"), tr("Edit its text in place")},
                                    {tr("Double-click on a wire"), tr("Put a block into it")},
                                    {tr("Wheel"), tr("Zoom at the mouse")}})
        new QTreeWidgetItem(group(tr("Mouse")), {how, what});
    m_list->expandAll();
    if (kept) m_list->setCurrentItem(kept);
    filter();
    refresh();
}

void ShortcutSheet::filter()
{
    const QString query = m_search->text().trimmed();
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        QTreeWidgetItem* top = m_list->topLevelItem(i);
        bool any = false;
        for (int k = 0; k < top->childCount(); ++k) {
            QTreeWidgetItem* row = top->child(k);
            const bool shown = row->text(0).contains(query, Qt::CaseInsensitive) ||
                               row->text(1).contains(query, Qt::CaseInsensitive);
            row->setHidden(!shown);
            any |= shown;
        }
        top->setHidden(!any);
    }
}

QString ShortcutSheet::chosen() const
{
    const QTreeWidgetItem* item = m_list->currentItem();
    return item ? item->data(0, idRole).toString() : QString();
}

void ShortcutSheet::refresh()
{
    const QString id = chosen();
    const QKeySequence key = m_key->keySequence();
    m_key->setEnabled(!id.isEmpty());
    m_set->setEnabled(!id.isEmpty() && !key.isEmpty());
    m_none->setEnabled(!id.isEmpty());
    const Command* holder = key.isEmpty() ? nullptr : m_commands.holder(key, id);
    m_note->setText(
        id.isEmpty() ? tr("Choose a command to give it another key.")
        : holder     ? tr("%1 does \u201c%2\u201d now; it would lose the key.")
                       .arg(key.toString(QKeySequence::NativeText), Commands::plain(holder->action->text()))
                 : tr("Click into the field and press the new key."));
}

} // namespace widgets
