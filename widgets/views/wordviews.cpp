#include "widgets/views/wordviews.h"

#include "core/instruments/csv.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QTableWidget>
#include <QVBoxLayout>

namespace widgets
{
namespace
{

/// Numbers sort as numbers: "9 %" before "10 %".
class Cell : public QTableWidgetItem
{
public:
    using QTableWidgetItem::QTableWidgetItem;
    bool operator<(const QTableWidgetItem& other) const override
    {
        const auto number = [](const QString& text, bool& ok) {
            return text.section(QLatin1Char(' '), 0, 0).toDouble(&ok);
        };
        bool mine = false, theirs = false;
        const double a = number(text(), mine), b = number(other.text(), theirs);
        return mine && theirs ? a < b : text().localeAwareCompare(other.text()) < 0;
    }
};

} // namespace

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

TableView::TableView(const Theme& theme, QWidget* parent)
    : ReadingView(parent)
    , m_table(new QTableWidget)
{
    m_table->setAccessibleName(tr("Values"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme.size + 11);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_table->setContextMenuPolicy(Qt::NoContextMenu); // this view's own
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
}

bool TableView::showReading(const core::Reading& reading)
{
    const auto* table = std::get_if<core::TableReading>(&reading);
    if (!table) return false;
    m_table->setSortingEnabled(false); // not while it is filled
    const int sorted = m_table->horizontalHeader()->sortIndicatorSection();
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
                m_table->setItem(row, column, new Cell(text));
        }
    m_table->setSortingEnabled(true);
    if (sorted < 0) m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    return true;
}

QString TableView::csv() const
{
    core::TableReading reading;
    for (int column = 0; column < m_table->columnCount(); ++column)
        reading.columns.push_back(m_table->horizontalHeaderItem(column)->text().toStdString());
    const bool some = m_table->selectionModel()->hasSelection();
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (some && !m_table->selectionModel()->isRowSelected(row)) continue;
        std::vector<std::string> cells;
        for (int column = 0; column < m_table->columnCount(); ++column)
            cells.push_back(m_table->item(row, column)->text().toStdString());
        reading.rows.push_back(std::move(cells));
    }
    return QString::fromStdString(core::csvOf(reading));
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        QApplication::clipboard()->setText(csv());
    else
        ReadingView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy as &CSV"), QKeySequence::Copy, this,
                    [this] { QApplication::clipboard()->setText(csv()); });
    menu->popup(event->globalPos());
}

} // namespace widgets
