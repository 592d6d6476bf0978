#include "widgets/views/wordviews.h"

#include "widgets/views/colours.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

namespace widgets
{

TextView::TextView(const Theme&, QWidget* parent)
    : ReadingView(parent)
    , m_label(new QLabel)
{
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_label->setProperty("role", "muted");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(m_label);
}

bool TextView::showReading(const core::Reading& reading)
{
    const auto* text = std::get_if<core::TextReading>(&reading);
    if (text) m_label->setText(QString::fromStdString(text->text));
    return text;
}

ScalarView::ScalarView(const Theme& theme, QWidget* parent)
    : ReadingView(parent)
    , m_value(new QLabel)
    , m_unit(new QLabel)
{
    m_value->setFont(theme.font(2.2, QFont::DemiBold));
    m_value->setAlignment(Qt::AlignCenter);
    m_unit->setProperty("role", "muted");
    m_unit->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->addStretch();
    column->addWidget(m_value);
    column->addWidget(m_unit);
    column->addStretch();
}

bool ScalarView::showReading(const core::Reading& reading)
{
    const auto* scalar = std::get_if<core::ScalarReading>(&reading);
    if (!scalar) return false;
    m_value->setText(shortNumber(scalar->value));
    m_unit->setText(QString::fromStdString(scalar->unit));
    return true;
}

TableView::TableView(const Theme& theme, QWidget* parent)
    : ReadingView(parent)
    , m_table(new QTableWidget)
{
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme.size + 11);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setShowGrid(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
}

bool TableView::showReading(const core::Reading& reading)
{
    const auto* table = std::get_if<core::TableReading>(&reading);
    if (!table) return false;
    m_table->setColumnCount(int(table->columns.size()));
    m_table->setRowCount(int(table->rows.size()));
    QStringList names;
    for (const std::string& name : table->columns) names << QString::fromStdString(name);
    m_table->setHorizontalHeaderLabels(names);
    for (int row = 0; row < m_table->rowCount(); ++row)
        for (int column = 0; column < m_table->columnCount(); ++column) {
            const auto& cells = table->rows[size_t(row)];
            const QString text =
                size_t(column) < cells.size() ? QString::fromStdString(cells[size_t(column)]) : QString();
            if (QTableWidgetItem* item = m_table->item(row, column))
                item->setText(text);
            else
                m_table->setItem(row, column, new QTableWidgetItem(text));
        }
    return true;
}

} // namespace widgets
