#include "widgets/forms/inplace.h"

#include "core/error.h"

#include <QKeyEvent>
#include <QStyle>

namespace widgets
{

InPlaceEditor::InPlaceEditor(QWidget* owner, QRect words, InPlaceText subject, const QFont& font)
    : QLineEdit(subject.text, owner)
    , m_subject(std::move(subject))
{
    for (auto* other : owner->findChildren<InPlaceEditor*>(QString(), Qt::FindDirectChildrenOnly))
        if (other != this) other->finish(false);
    setObjectName(QStringLiteral("inPlaceEditor"));
    setAccessibleName(m_subject.name);
    setToolTip(m_subject.help);
    setAlignment(Qt::AlignCenter);
    setFont(font);
    const int wide = QFontMetrics(font).horizontalAdvance(m_subject.text) + 60;
    const int width = qMin(qMax(qMax(170, words.width() + 20), wide), owner->width() - 16);
    const int height = sizeHint().height();
    const QPoint corner(words.center().x() - width / 2, words.center().y() - height / 2);
    setGeometry(QRect(QPoint(qBound(8, corner.x(), qMax(8, owner->width() - width - 8)),
                             qBound(4, corner.y(), qMax(4, owner->height() - height - 4))),
                      QSize(width, height)));
    selectAll();
    show();
    setFocus();
    connect(this, &QLineEdit::textChanged, this, &InPlaceEditor::judge);
    connect(this, &QLineEdit::editingFinished, this, [this] { finish(true); });
}

void InPlaceEditor::judge()
{
    QString error;
    try {
        if (m_subject.check) m_subject.check(text());
    } catch (const core::Error& wrong) {
        error = QString::fromStdString(wrong.text());
    }
    setProperty("wrong", !error.isEmpty());
    setToolTip(error.isEmpty() ? m_subject.help : error);
    style()->polish(this);
}

void InPlaceEditor::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) return finish(false);
    QLineEdit::keyPressEvent(event);
}

void InPlaceEditor::finish(bool commit)
{
    if (std::exchange(m_finished, true)) return;
    setObjectName({}); // no longer the one to be found
    deleteLater();
    if (hasFocus()) parentWidget()->setFocus();
    hide();
    if (commit && text() != m_subject.text) m_subject.commit(text());
}

} // namespace widgets
