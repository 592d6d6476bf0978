// A selection or group becomes a block of the person's own library: its name, help, icon, and which settings
// of what is inside become settings of it.
#pragma once

#include "widgets/lab.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QTreeWidget;

namespace widgets
{

class SaveBlockDialog : public QDialog
{
    Q_OBJECT
public:
    SaveBlockDialog(Lab&, std::set<std::string> blocks, QWidget* parent);

private:
    /// A document that declares the block as it would be saved, and its kind; throws core::Error.
    std::pair<core::Document, std::string> described() const;
    void fillSettings();
    void judge();
    void save();

    Lab& m_lab;
    const std::set<std::string> m_blocks;
    const core::Document m_document; ///< as it was when the dialog was opened
    QLineEdit *m_title, *m_symbol;
    QPlainTextEdit* m_help;
    QTreeWidget* m_settings;
    QLabel *m_icon, *m_error;
    QPushButton* m_save;
};

} // namespace widgets
