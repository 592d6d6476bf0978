// The runs of this session: names, notes, final figures; look into one, compare it, go on with it, keep it.
#pragma once

#include "widgets/lab.h"

class QTableWidget;
class QToolButton;

namespace widgets
{

class RunsPanel : public QWidget
{
    Q_OBJECT
public:
    RunsPanel(Lab&, QWidget* parent);

private:
    void refresh();
    void fillRow(int row, int id, const QStringList& texts);
    void edited(int row, int column);
    int selectedRun() const; ///< 0: none
    core::Place endOf(int run) const;
    void enable();

    Lab& m_lab;
    QTableWidget* m_table;
    QToolButton *m_look, *m_compare, *m_continue, *m_save, *m_open, *m_forget;
    QTimer m_pace;                                      ///< figures change at most 4 times a second
    std::map<int, std::pair<QString, QString>> m_words; ///< names and notes, typed before the run has them
};

} // namespace widgets
