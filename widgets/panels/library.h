// What there is to draw, learn from and start with: blocks to drag onto the canvas, data sets, examples.
#pragma once

#include "widgets/lab.h"

#include <QTreeWidget>

class QLineEdit;
class QTabBar;

namespace widgets
{

class LibraryPanel : public QWidget
{
    Q_OBJECT
public:
    LibraryPanel(Lab&, QWidget* parent);

private:
    void fillBlocks();
    void fillData();
    void fillExamples();
    QTreeWidget* addTab(const QString& title, const QString& hint);
    void filter();
    void activate(QTreeWidgetItem*);

    Lab& m_lab;
    QLineEdit* m_search;
    QTabBar* m_tabs;
    QList<QTreeWidget*> m_lists;
};

} // namespace widgets
