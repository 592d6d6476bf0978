#include "widgets/panels/text.h"

#include "core/diagram/text.h"
#include "widgets/forms/codeedit.h"
#include "widgets/panels/pytorch.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace widgets
{

/// Milliseconds after the last letter until the diagram follows.
constexpr int pause = 350;

TextPanel::TextPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_term(new CodeEdit(Grammar::Term, lab.theme()))
    , m_pytorch(new PytorchPage(lab, nullptr))
    , m_state(new QLabel)
{
    m_term->setObjectName(QStringLiteral("termText"));
    m_term->setAccessibleName(tr("The diagram as a term"));
    m_term->setPlaceholderText(tr("hidden = linear(data.x, to = channel: 64)"));
    auto* copy = new QToolButton;
    copy->setObjectName(QStringLiteral("chip"));
    copy->setText(tr("Copy"));
    copy->setToolTip(tr("Copy the whole text"));
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setProperty("role", "error");
    m_state->setObjectName(QStringLiteral("textState"));

    auto* tabs = new QTabBar;
    tabs->setObjectName(QStringLiteral("textTabs"));
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    tabs->addTab(tr("Term"));
    tabs->addTab(tr("PyTorch"));
    tabs->setTabToolTip(0, tr("The diagram in words; typing changes it"));
    tabs->setTabToolTip(1, tr("A module that computes the same, to be copied"));
    auto* term = new QWidget;
    auto* termColumn = new QVBoxLayout(term);
    termColumn->setContentsMargins(0, 0, 0, 0);
    termColumn->setSpacing(5);
    termColumn->addWidget(m_term, 1);
    termColumn->addWidget(m_state);
    auto* pages = new QStackedWidget;
    pages->addWidget(term);
    pages->addWidget(m_pytorch);

    auto* head = new QHBoxLayout;
    head->addWidget(tabs);
    head->addStretch();
    head->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(5);
    column->addLayout(head);
    column->addWidget(pages, 1);
    m_state->hide();

    m_pause.setSingleShot(true);
    m_pause.setInterval(pause);
    connect(tabs, &QTabBar::currentChanged, pages, &QStackedWidget::setCurrentIndex);
    connect(copy, &QToolButton::clicked, this, [this, tabs] {
        QGuiApplication::clipboard()->setText(tabs->currentIndex() == 0 ? m_term->toPlainText()
                                                                        : m_pytorch->text());
        emit m_lab.messageShown(tr("Copied"));
    });
    connect(m_term, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_writing) m_pause.start();
    });
    connect(m_term, &QPlainTextEdit::cursorPositionChanged, this, &TextPanel::follow);
    connect(&m_pause, &QTimer::timeout, this, &TextPanel::apply);
    connect(&lab, &Lab::documentChanged, this, &TextPanel::refresh);
    connect(&lab, &Lab::selectionChanged, this, [this] {
        const auto& blocks = m_lab.selection().blocks;
        m_term->setMarkedTarget(blocks.size() == 1 ? QString::fromStdString(*blocks.begin()) : QString());
    });
    connect(&lab, &Lab::themeChanged, this, [this] { m_term->setTheme(m_lab.theme()); });
    m_term->installEventFilter(this);
    refresh();
}

void TextPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

bool TextPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut && m_pause.isActive()) {
        m_pause.stop();
        apply();
    }
    if (event->type() == QEvent::FocusIn) ++m_edit;
    return QWidget::eventFilter(watched, event);
}

void TextPanel::refresh()
{
    if (!isVisible() || m_writing) return;
    m_writing = true;
    m_pause.stop();
    m_ahead = false;
    m_term->replaceText(QString::fromStdString(core::textOf(m_lab.diagram(), m_lab.library())));
    showState({});
    ++m_edit;
    m_writing = false;
}

void TextPanel::apply()
{
    core::Errors errors;
    const core::Diagram diagram =
        core::diagramFrom(m_term->toPlainText().toStdString(), m_lab.library(), m_lab.diagram(), errors);
    showState(errors);
    m_ahead = !errors.empty();
    if (m_ahead) return;
    m_writing = true;
    m_lab.change(
        tr("Edit the text"), [&](core::Document& document) { document.diagram = diagram; },
        QStringLiteral("text %1").arg(m_edit));
    m_writing = false;
}

void TextPanel::showState(const core::Errors& errors)
{
    m_term->setErrors(errors);
    m_state->setVisible(!errors.empty());
    if (errors.empty()) return;
    const core::Error& first = errors.front();
    const auto place = placeInText(first);
    QString text = place ? tr("Line %1: %2").arg(place->first).arg(QString::fromStdString(first.what))
                         : QString::fromStdString(first.what);
    if (!first.hint.empty())
        text += QStringLiteral(" (") + QString::fromStdString(first.hint) + QLatin1Char(')');
    m_state->setText(text);
}

void TextPanel::follow()
{
    if (m_writing || !m_term->hasFocus()) return;
    const std::string block = m_term->targetAtCursor().toStdString();
    if (m_lab.diagram().find(block)) m_lab.select({{block}, {}});
}

} // namespace widgets
