#include "widgets/forms/finder.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace widgets
{
namespace
{

constexpr int detailRole = Qt::UserRole, indexRole = Qt::UserRole + 1;

/// Draws the detail at the right end of the row.
class DetailDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString detail = index.data(detailRole).toString();
        QRect area = option.rect.adjusted(8, 0, -10, 0);
        area.setLeft(area.left() + option.decorationSize.width() + 16 +
                     option.fontMetrics.horizontalAdvance(index.data().toString()));
        painter->setPen(option.palette.color(QPalette::Disabled, QPalette::Text));
        painter->setFont(option.font);
        painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(detail, Qt::ElideRight, area.width()));
    }
};

} // namespace

int matchQuality(const QString& text, const QString& query)
{
    if (query.isEmpty()) return 4;
    const qsizetype at = text.indexOf(query, 0, Qt::CaseInsensitive);
    if (at == 0) return text.size() == query.size() ? 0 : 1;
    if (at > 0) return text[at - 1].isLetterOrNumber() ? 3 : 2;
    qsizetype next = 0;
    for (QChar letter : text)
        if (next < query.size() && letter.toLower() == query[next].toLower()) ++next;
    return next == query.size() ? 5 : -1;
}

Finder::Finder(QWidget* parent, QPoint place, const QString& prompt, QList<FinderEntry> entries)
    : QFrame(parent)
    , m_entries(std::move(entries))
    , m_search(new QLineEdit)
    , m_list(new QListWidget)
{
    setObjectName(QStringLiteral("popup"));
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(prompt);
    m_search->setPlaceholderText(prompt);
    m_search->setAccessibleName(prompt);
    m_search->setObjectName(QStringLiteral("finderSearch"));
    m_list->setItemDelegate(new DetailDelegate(m_list));
    m_list->setIconSize({30, 24});
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_search);
    column->addWidget(m_list);
    resize(qMin(400, parent->width() - 16), qMin(340, parent->height() - 16));
    move(qBound(8, place.x(), qMax(8, parent->width() - width() - 8)),
         qBound(8, place.y(), qMax(8, parent->height() - height() - 8)));
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &Finder::fill);
    connect(m_list, &QListWidget::itemClicked, this, &Finder::choose);
    fill({});
    show();
    raise();
    m_search->setFocus(Qt::PopupFocusReason);
}

void Finder::fill(const QString& query)
{
    std::vector<std::pair<int, int>> ranked;
    for (int i = 0; i < m_entries.size(); ++i) {
        int quality = matchQuality(m_entries[i].text, query);
        if (quality < 0 && m_entries[i].detail.contains(query, Qt::CaseInsensitive) && query.size() > 2)
            quality = 6;
        if (quality >= 0) ranked.emplace_back(quality, i);
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<int, int>::first);
    m_list->clear();
    const auto add = [this](const FinderEntry& entry, int index) {
        auto* item = new QListWidgetItem(entry.icon, entry.text, m_list);
        item->setData(detailRole, entry.detail);
        item->setData(indexRole, index);
        item->setToolTip(entry.detail);
    };
    m_meant = m_meaning && !query.isEmpty() ? m_meaning(query) : FinderEntry{};
    const auto vague = std::ranges::find_if(ranked, [](const auto& one) { return one.first > 3; });
    for (auto it = ranked.begin(); it != vague; ++it) add(m_entries[it->second], it->second);
    if (!m_meant.text.isEmpty()) add(m_meant, -1);
    for (auto it = vague; it != ranked.end(); ++it) add(m_entries[it->second], it->second);
    m_list->setCurrentRow(0);
}

void Finder::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item) return;
    const int index = item->data(indexRole).toInt();
    const auto chosen = index < 0 ? m_meant.chosen : m_entries[index].chosen;
    QWidget* owner = parentWidget();
    owner->setFocus();
    close();
    chosen();
}

bool Finder::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut && !isAncestorOf(qApp->focusWidget())) close();
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const int rows = m_list->count();
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
        m_list->setCurrentRow(qMin(rows - 1, m_list->currentRow() + 1));
        return true;
    case Qt::Key_Up:
        m_list->setCurrentRow(qMax(0, m_list->currentRow() - 1));
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        return true;
    case Qt::Key_Escape:
        parentWidget()->setFocus();
        close();
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

} // namespace widgets
