// Readings made of words and numbers: text, scalar, table.
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

class ScalarView : public ReadingView
{
    Q_OBJECT
public:
    ScalarView(const Theme&, QWidget* parent);
    bool showReading(const core::Reading&) override;

private:
    QLabel *m_value, *m_unit;
};

class TableView : public ReadingView
{
    Q_OBJECT
public:
    TableView(const Theme&, QWidget* parent);
    bool showReading(const core::Reading&) override;

private:
    QTableWidget* m_table;
};

} // namespace widgets
