#include "widgets/panels/problems.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace widgets
{

/// More than these are not tried for fixes: a document with hundreds of faults has another problem.
constexpr size_t fixable = 20;
/// More than these are a plain list.
constexpr size_t mostRows = 60;

ProblemsPanel::ProblemsPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
{
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Problems"));
    auto* page = new QWidget;
    m_rows = new QVBoxLayout(page);
    m_rows->setContentsMargins(10, 4, 8, 8);
    m_rows->setSpacing(6);
    scroll->setWidget(page);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2, 0, 4);
    column->addWidget(scroll);
    m_pool.setMaxThreadCount(1);
    connect(&lab, &Lab::problemsChanged, this, &ProblemsPanel::fill);
    connect(&lab, &Lab::themeChanged, this, [this] {
        m_shown.reset();
        fill();
    });
    fill();
}

ProblemsPanel::~ProblemsPanel()
{
    ++*m_newest;
    m_pool.waitForDone();
}

void ProblemsPanel::fill()
{
    const core::Errors problems = m_lab.problems();
    if (problems == m_shown) return;
    m_shown = problems;
    ++*m_newest;
    m_fixes.clear();
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater(); // a button of it may be the sender
        delete item;
    }
    for (size_t i = 0; i < std::min(problems.size(), mostRows); ++i) addRow(problems[i]);
    if (problems.size() > mostRows) {
        QString rest;
        for (size_t i = mostRows; i < problems.size(); ++i)
            rest += QString::fromStdString(problems[i].text()) + QLatin1Char('\n');
        auto* list = new QPlainTextEdit(rest.trimmed());
        list->setReadOnly(true);
        list->setMinimumHeight(240);
        list->setAccessibleName(tr("Further problems"));
        m_rows->addWidget(list);
    }
    if (problems.empty()) {
        auto* none = new QLabel(tr("None. The diagram is a program that can be trained."));
        none->setWordWrap(true);
        none->setProperty("role", "muted");
        m_rows->addWidget(none);
    }
    m_rows->addStretch();
    if (!problems.empty()) findFixes();
}

void ProblemsPanel::addRow(const core::Error& error)
{
    const Theme& theme = m_lab.theme();
    auto* row = new QWidget;
    auto* column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    const QString where = QString::fromStdString(error.where).toHtmlEscaped(),
                  what = QString::fromStdString(error.what).toHtmlEscaped(),
                  hint = QString::fromStdString(error.hint).toHtmlEscaped();
    const QString block = QString::fromStdString(m_lab.blockOf(error));
    const QString place = block.isEmpty() || where.isEmpty()
                              ? where
                              : QStringLiteral("<a href='%1' style='color:%2'>%3</a>")
                                    .arg(block.toHtmlEscaped(), theme.bad.name(), where);
    auto* text = new QLabel(
        QStringLiteral("<span style='color:%1'>\u26a0 %2%3%4</span>%5")
            .arg(theme.bad.name(), place, QLatin1String(place.isEmpty() ? "" : ": "), what,
                 hint.isEmpty()
                     ? QString()
                     : QStringLiteral("<br><span style='color:%1'>%2</span>").arg(theme.muted.name(), hint)));
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(text, &QLabel::linkActivated, this, [this](const QString& id) { emit m_lab.revealed(id); });
    column->addWidget(text);
    auto* fixes = new QVBoxLayout;
    fixes->setSpacing(3);
    fixes->setContentsMargins(16, 0, 0, 2);
    column->addLayout(fixes);
    m_rows->addWidget(row);
    if (m_fixes.size() < fixable) m_fixes.push_back(fixes);
}

void ProblemsPanel::findFixes()
{
    core::Errors problems(m_shown->begin(), m_shown->begin() + std::ptrdiff_t(m_fixes.size()));
    m_pool.start([this, ticket = m_newest->load(), newest = m_newest, problems = std::move(problems),
                  document = m_lab.document(), library = m_lab.library(), signature = m_lab.signature()] {
        for (size_t i = 0; i < problems.size() && *newest == ticket; ++i) {
            auto fixes = core::edit::fixesFor(document, library, signature, problems[i]);
            if (fixes.empty()) continue;
            const auto show = [this, ticket, i, fixes = std::move(fixes)] {
                if (*m_newest == ticket) addFixes(m_fixes[i], fixes);
            };
            QMetaObject::invokeMethod(this, show, Qt::QueuedConnection);
        }
    });
}

void ProblemsPanel::addFixes(QVBoxLayout* row, const std::vector<core::edit::Fix>& fixes)
{
    for (const core::edit::Fix& fix : fixes) {
        auto* button = new QPushButton(QString::fromStdString(fix.title));
        button->setObjectName(QStringLiteral("fix"));
        button->setToolTip(tr("%1; can be undone").arg(button->text()));
        connect(button, &QPushButton::clicked, this, [this, fix] {
            m_lab.change(QString::fromStdString(fix.title),
                         [&](core::Document& document) { document = fix.apply(document); });
        });
        button->setMinimumWidth(1); // in a narrow panel its words are cut, not the panel
        row->addWidget(button, 0, Qt::AlignLeft);
    }
}

} // namespace widgets
