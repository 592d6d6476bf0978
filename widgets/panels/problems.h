// Everything that is wrong with the document, the run or a file, and what to do about it.
#pragma once

#include "core/diagram/edit.h"
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
    ~ProblemsPanel() override;

private:
    void fill();
    void addRow(const core::Error&);
    void findFixes(); ///< the ways out, on a thread: each is tried
    void addFixes(QVBoxLayout* row, const std::vector<core::edit::Fix>&);

    Lab& m_lab;
    std::optional<core::Errors> m_shown; ///< none: to be made anew
    QVBoxLayout* m_rows;
    std::vector<QVBoxLayout*> m_fixes; ///< places for those of the first problems
    const std::shared_ptr<std::atomic<uint64_t>> m_newest = std::make_shared<std::atomic<uint64_t>>(0);
    QThreadPool m_pool;
};

} // namespace widgets
