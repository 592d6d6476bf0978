// Readings made of words, as widgets: text that can be selected, tables that can be sorted and copied.
#pragma once

#include "widgets/views/readingview.h"

class QLabel;
class QTableWidget;

namespace widgets
{

class TextView : public ReadingView
{
    Q_OBJECT
public:
    TextView(const Theme&, QWidget* parent);
    bool showReading(const core::Reading&) override;

private:
    QLabel* m_label;
};

class TableView : public ReadingView
{
    Q_OBJECT
public:
    TableView(const Theme&, QWidget* parent);
    bool showReading(const core::Reading&) override;
    QString csv() const; ///< as it is sorted; of the selected rows where there are some

protected:
    void keyPressEvent(QKeyEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;

private:
    QTableWidget* m_table;
};

} // namespace widgets
