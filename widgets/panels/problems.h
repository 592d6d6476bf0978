// Everything that is wrong with the document, the run or a file, and what to do about it.
#pragma once

#include "widgets/lab.h"

#include <QListWidget>

namespace widgets
{

class ProblemsPanel : public QWidget
{
    Q_OBJECT
public:
    ProblemsPanel(Lab&, QWidget* parent);

private:
    void fill();

    Lab& m_lab;
    core::Errors m_shown;
    QListWidget* m_list;
};

} // namespace widgets
