// Every command with its keys, every gesture of the mouse; keys can be chosen here.
#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace widgets
{

class Commands;

class ShortcutSheet : public QDialog
{
    Q_OBJECT
public:
    ShortcutSheet(Commands&, QWidget* parent);

private:
    void fill();
    void filter();
    void refresh(); ///< buttons and the note follow the chosen row and the pressed keys
    QString chosen() const;

    Commands& m_commands;
    QLineEdit* m_search;
    QTreeWidget* m_list;
    QKeySequenceEdit* m_key;
    QPushButton *m_set, *m_none;
    QLabel* m_note;
};

} // namespace widgets
