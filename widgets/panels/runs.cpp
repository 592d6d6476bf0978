#include "widgets/panels/runs.h"

#include "widgets/views/colours.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableWidget>
#include <QToolButton>
#include <cmath>

namespace widgets
{

enum Column : int { Name, Steps, Epochs, Loss, Validation, Test, Data, Notes, Columns };

static QString share(double value)
{
    return std::isfinite(value) ? QString::number(value * 100, 'f', 1) + QStringLiteral(" %") : QString();
}

RunsPanel::RunsPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_table(new QTableWidget(0, Columns))
{
    m_table->setObjectName(QStringLiteral("runs"));
    m_table->setAccessibleName(tr("Runs of this session"));
    m_table->setHorizontalHeaderLabels({tr("run"), tr("steps"), tr("epochs"), tr("loss"), tr("validation"),
                                        tr("test"), tr("data"), tr("notes")});
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_table, &QTableWidget::cellChanged, this, &RunsPanel::edited);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &RunsPanel::enable);

    auto* row = new QHBoxLayout;
    row->setSpacing(5);
    const auto button = [&](const QString& title, const QString& help, auto action) {
        auto* made = new QToolButton;
        made->setObjectName(QStringLiteral("chip"));
        made->setText(title);
        made->setToolTip(QStringLiteral("<p>%1</p>").arg(help));
        made->setAccessibleName(title);
        made->setFocusPolicy(Qt::TabFocus);
        connect(made, &QToolButton::clicked, this, action);
        row->addWidget(made);
        return made;
    };
    m_look =
        button(tr("Look"), tr("Pictures and charts of this run; the slider below the charts goes through it"),
               [this] { m_lab.setTime(endOf(selectedRun())); });
    m_compare =
        button(tr("Compare"), tr("Pictures of this run beside those that are looked at, and its curves"),
               [this] { m_lab.setComparison(endOf(selectedRun())); });
    m_continue = button(tr("Go on"), tr("A new run goes on where this one ended, with the same numbers"),
                        [this] { m_lab.branch(endOf(selectedRun())); });
    m_save = button(
        tr("Save\u2026"), tr("As a folder: document, moments, curves as CSV and for TensorBoard"), [this] {
            const int run = selectedRun();
            const QString path = QFileDialog::getSaveFileName(window(), tr("Save the run as a folder"), {});
            if (!path.isEmpty()) m_lab.saveRunFolder(path, run);
        });
    m_forget = button(tr("Forget"), tr("Frees its memory"), [this] { m_lab.forgetRun(selectedRun()); });
    row->addStretch(1);
    m_open = button(tr("Open\u2026"), tr("A run that was saved as a folder joins the list"), [this] {
        const QString path = QFileDialog::getExistingDirectory(window(), tr("Open a run"));
        if (!path.isEmpty()) m_lab.openRunFolder(path);
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(m_table, 1);
    m_pace.setSingleShot(true);
    m_pace.setInterval(250);
    connect(&m_pace, &QTimer::timeout, this, &RunsPanel::refresh);
    connect(&lab, &Lab::snapshotChanged, this, [this] {
        if (!m_pace.isActive() && isVisible()) m_pace.start();
    });
    connect(&lab, &Lab::themeChanged, this, &RunsPanel::refresh);
    refresh();
}

int RunsPanel::selectedRun() const
{
    const QList<QTableWidgetItem*> items = m_table->selectedItems();
    return items.isEmpty() ? 0 : m_table->item(items.front()->row(), Name)->data(Qt::UserRole).toInt();
}

core::Place RunsPanel::endOf(int run) const
{
    const std::vector<core::Mark> marks = m_lab.marksOf(run);
    return {run, marks.empty() ? 0 : marks.back().step};
}

void RunsPanel::enable()
{
    const int run = selectedRun();
    const bool past = run != 0 && run != m_lab.snapshot().run;
    for (QToolButton* button : {m_look, m_compare, m_save}) button->setEnabled(run != 0);
    for (QToolButton* button : {m_continue, m_forget}) button->setEnabled(past);
}

void RunsPanel::fillRow(int row, int id, const QStringList& texts)
{
    for (int column = 0; column < Columns; ++column) {
        QTableWidgetItem* item = m_table->item(row, column);
        if (!item) m_table->setItem(row, column, item = new QTableWidgetItem);
        item->setData(Qt::UserRole, id);
        const bool typed = column == Name || column == Notes;
        item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled |
                       (typed ? Qt::ItemIsEditable : Qt::NoItemFlags));
        if (item->text() != texts[column]) item->setText(texts[column]);
    }
}

void RunsPanel::refresh()
{
    const core::Snapshot& now = m_lab.snapshot();
    if (m_table->findChild<QLineEdit*>()) return; // something is being typed
    const QSignalBlocker quiet(m_table);
    const int past = now.past ? int(now.past->size()) : 0;
    m_table->setRowCount(past + (now.run ? 1 : 0));
    const auto wordsOf = [&](int id, const std::string& name, const std::string& notes) {
        const auto typed = m_words.find(id);
        return typed == m_words.end() ? std::pair(QString::fromStdString(name), QString::fromStdString(notes))
                                      : typed->second;
    };
    const auto row = [&](int at, int id, std::pair<QString, QString> words, const QString& live,
                         const auto& run) {
        fillRow(at, id,
                {words.first + live, QLocale(QLocale::English).toString(qint64(run.step)),
                 QString::number(run.epoch, 'f', 1),
                 run.train.examples ? shortNumber(run.train.loss) : QString(),
                 run.validation.examples ? share(run.validation.accuracy) : QString(),
                 run.test.examples ? share(run.test.accuracy) : QString(),
                 run.document ? QString::fromStdString(run.document->data.name) : QString(), words.second});
    };
    if (now.run) row(0, now.run, wordsOf(now.run, now.name, {}), tr("  (now)"), now);
    for (int i = 0; i < past; ++i) {
        const core::RunSummary& run = (*now.past)[size_t(past - 1 - i)];
        row(i + 1, run.id, wordsOf(run.id, run.name, run.notes), {}, run);
    }
    enable();
}

void RunsPanel::edited(int row, int)
{
    const int run = m_table->item(row, Name)->data(Qt::UserRole).toInt();
    QString name = m_table->item(row, Name)->text();
    name.remove(tr("  (now)"));
    m_words[run] = {name, m_table->item(row, Notes)->text()};
    m_lab.describeRun(run, m_words[run].first, m_words[run].second);
}

} // namespace widgets
