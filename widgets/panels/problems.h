// Everything that is wrong with the document, the run or a file, and what to do about it.
#pragma once

#include "widgets/lab.h"

#include <QWidget>

class QVBoxLayout;

namespace widgets
{

class ProblemsPanel : public QWidget
{
    Q_OBJECT
public:
    ProblemsPanel(Lab&, QWidget* parent);

private:
    void fill();
    void fillFixes(); ///< the ways out, tried one problem at a time while nothing else happens
    void addRow(const core::Error&);

    Lab& m_lab;
    std::optional<core::Errors> m_shown; ///< none: to be made anew
    QVBoxLayout* m_rows;
    std::vector<std::pair<core::Error, QVBoxLayout*>> m_waiting; ///< for their fixes
    QTimer m_idle;
};

} // namespace widgets
