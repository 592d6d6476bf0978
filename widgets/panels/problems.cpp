#include "widgets/panels/problems.h"

#include <QVBoxLayout>

namespace widgets
{

constexpr int blockRole = Qt::UserRole;

ProblemsPanel::ProblemsPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_list(new QListWidget)
{
    m_list->setWordWrap(true);
    m_list->setAccessibleName(tr("Problems"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 6);
    column->addWidget(m_list);
    connect(m_list, &QListWidget::itemClicked, this, [this](const QListWidgetItem* item) {
        if (const QString block = item->data(blockRole).toString(); !block.isEmpty())
            emit m_lab.revealed(block);
    });
    connect(&lab, &Lab::problemsChanged, this, &ProblemsPanel::fill);
    connect(&lab, &Lab::themeChanged, this, [this] {
        m_list->clear();
        fill();
    });
    fill();
}

void ProblemsPanel::fill()
{
    const core::Errors problems = m_lab.problems();
    if (problems == m_shown && m_list->count() > 0) return;
    m_shown = problems;
    m_list->clear();
    for (const core::Error& error : problems) {
        QString text =
            QString::fromStdString(error.where.empty() ? error.what : error.where + ": " + error.what);
        if (!error.hint.empty()) text += QLatin1Char('\n') + QString::fromStdString(error.hint);
        auto* item = new QListWidgetItem(QStringLiteral("\u26a0  ") + text, m_list);
        item->setForeground(m_lab.theme().bad);
        item->setToolTip(QString::fromStdString(error.text()));
        item->setData(blockRole, QString::fromStdString(m_lab.blockOf(error)));
    }
    if (!problems.empty()) return;
    auto* item = new QListWidgetItem(tr("None. The diagram is a program that can be trained."), m_list);
    item->setForeground(m_lab.theme().muted);
    item->setFlags(Qt::NoItemFlags);
}

} // namespace widgets
