#include "widgets/panels/pytorch.h"

#include "core/diagram/pytorch.h"
#include "widgets/forms/codeedit.h"

#include <QLabel>
#include <QVBoxLayout>

namespace widgets
{

PytorchPage::PytorchPage(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_text(new CodeEdit(Grammar::Python, lab.theme()))
    , m_state(new QLabel)
{
    m_pool.setMaxThreadCount(1);
    m_text->setReadOnly(true);
    m_text->setObjectName(QStringLiteral("pytorchText"));
    m_text->setAccessibleName(tr("The diagram as a module of PyTorch"));
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setProperty("role", "error");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(5);
    column->addWidget(m_text, 1);
    column->addWidget(m_state);
    m_state->hide();
    connect(&lab, &Lab::elaborationChanged, this, &PytorchPage::refresh);
    connect(&lab, &Lab::themeChanged, this, [this] { m_text->setTheme(m_lab.theme()); });
}

PytorchPage::~PytorchPage()
{
    ++*m_newest;
    m_pool.waitForDone();
}

QString PytorchPage::text() const { return m_text->toPlainText(); }

void PytorchPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void PytorchPage::refresh()
{
    if (!isVisible()) return;
    const uint64_t ticket = ++*m_newest;
    m_pool.start([this, ticket, newest = m_newest, document = m_lab.document(), library = m_lab.library(),
                  signature = m_lab.signature()] {
        if (*newest != ticket) return;
        QString text, problem;
        try {
            text = QString::fromStdString(core::pytorchOf(document, library, signature));
        } catch (const core::Error& error) {
            problem = QString::fromStdString(error.text());
        }
        if (*newest != ticket) return;
        QMetaObject::invokeMethod(
            this,
            [this, ticket, text, problem] {
                if (*m_newest == ticket) take(text, problem);
            },
            Qt::QueuedConnection);
    });
}

/// With an error the last text that was right stays.
void PytorchPage::take(const QString& text, const QString& problem)
{
    if (problem.isEmpty()) m_text->replaceText(text);
    m_state->setText(problem);
    m_state->setVisible(!problem.isEmpty());
}

} // namespace widgets
