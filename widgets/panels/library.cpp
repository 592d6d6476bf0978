#include "widgets/panels/library.h"

#include "core/diagram/text.h"
#include "widgets/canvas/icon.h"
#include "widgets/canvas/view.h"
#include "widgets/edits.h"
#include "widgets/forms/finder.h"

#include <QDrag>
#include <QHeaderView>
#include <QLineEdit>
#include <QMimeData>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace widgets
{
namespace
{

constexpr int nameRole = Qt::UserRole;
constexpr QSize symbolSize(30, 24);

/// Rows carry the kind of the block that is dragged.
class BlockTree : public QTreeWidget
{
public:
    using QTreeWidget::QTreeWidget;

protected:
    QMimeData* mimeData(const QList<QTreeWidgetItem*>& items) const override
    {
        const QString name = items.isEmpty() ? QString() : items.front()->data(0, nameRole).toString();
        if (name.isEmpty()) return nullptr;
        auto* mime = new QMimeData;
        mime->setData(blockMime, name.toUtf8());
        return mime;
    }
    void startDrag(Qt::DropActions) override
    {
        const QTreeWidgetItem* item = currentItem();
        QMimeData* mime = item ? mimeData({currentItem()}) : nullptr;
        if (!mime) return;
        auto* drag = new QDrag(this);
        drag->setMimeData(mime);
        drag->setPixmap(item->icon(0).pixmap(symbolSize));
        drag->setHotSpot({symbolSize.width() / 2, symbolSize.height() / 2});
        drag->exec(Qt::CopyAction);
    }
};

QTreeWidgetItem* heading(QTreeWidget* list, const QString& text, const Theme& theme)
{
    auto* item = new QTreeWidgetItem(list, {text});
    item->setFlags(Qt::ItemIsEnabled);
    item->setFont(0, theme.font(0.84, QFont::DemiBold));
    item->setForeground(0, theme.faint);
    item->setExpanded(true);
    return item;
}

} // namespace

LibraryPanel::LibraryPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_search(new QLineEdit)
    , m_tabs(new QTabBar)
{
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search the library"));
    m_search->setObjectName(QStringLiteral("librarySearch"));
    m_search->setClearButtonEnabled(true);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    auto* pages = new QStackedWidget;
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_tabs);
    column->addWidget(m_search);
    column->addWidget(pages);
    addTab(tr("Blocks"), tr("Drag onto the canvas, or double-click to add"));
    addTab(tr("Data"), tr("Double-click to learn from it"));
    addTab(tr("Examples"), tr("Double-click to open"));
    for (QTreeWidget* list : m_lists) pages->addWidget(list);
    connect(m_tabs, &QTabBar::currentChanged, this, [this, pages](int tab) {
        pages->setCurrentIndex(tab);
        filter();
    });
    connect(m_search, &QLineEdit::textChanged, this, &LibraryPanel::filter);
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        for (QTreeWidgetItemIterator it(m_lists[m_tabs->currentIndex()]); *it; ++it)
            if (!(*it)->isHidden() && !(*it)->data(0, nameRole).toString().isEmpty()) return activate(*it);
    });
    const auto fill = [this] {
        fillBlocks();
        fillData();
        fillExamples();
        filter();
    };
    connect(&lab, &Lab::themeChanged, this, fill);
    connect(&lab, &Lab::libraryChanged, this, [this] {
        fillBlocks();
        filter();
    });
    connect(&lab, &Lab::documentChanged, this, [this] { // the chosen data set is marked
        for (QTreeWidgetItemIterator it(m_lists[1]); *it; ++it) {
            const bool chosen =
                (*it)->data(0, nameRole).toString().toStdString() == m_lab.document().data.name;
            if ((*it)->parent())
                (*it)->setFont(0, m_lab.theme().font(1, chosen ? QFont::DemiBold : QFont::Normal));
        }
    });
    fill();
}

QTreeWidget* LibraryPanel::addTab(const QString& title, const QString& hint)
{
    auto* list = new BlockTree;
    list->setHeaderHidden(true);
    list->setRootIsDecorated(false);
    list->setIndentation(0);
    list->setIconSize(symbolSize);
    list->setDragEnabled(m_lists.isEmpty());
    if (m_lists.isEmpty()) list->setObjectName(QStringLiteral("blockList"));
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setAccessibleName(title);
    list->setAccessibleDescription(hint);
    list->setExpandsOnDoubleClick(false);
    m_tabs->setTabToolTip(m_tabs->addTab(title), hint);
    connect(list, &QTreeWidget::itemActivated, this, &LibraryPanel::activate);
    m_lists << list;
    return list;
}

void LibraryPanel::fillBlocks()
{
    QTreeWidget* list = m_lists[0];
    list->clear();
    QTreeWidgetItem* category = nullptr;
    for (const core::BlockDeclaration& kind : m_lab.library().all()) {
        if (core::isEnd(kind)) continue;
        const QString name = QString::fromStdString(kind.category);
        if (!category || category->text(0) != name) category = heading(list, name, m_lab.theme());
        auto* item = new QTreeWidgetItem(
            category, {QString::fromStdString(kind.title.empty() ? kind.name : kind.title)});
        item->setIcon(0, blockIcon(kind, m_lab.theme(), symbolSize, devicePixelRatioF()));
        item->setToolTip(0,
                         QStringLiteral("<p>%1</p>").arg(QString::fromStdString(kind.help).toHtmlEscaped()));
        item->setData(0, nameRole, QString::fromStdString(kind.name));
    }
    list->expandAll();
}

void LibraryPanel::fillData()
{
    QTreeWidget* list = m_lists[1];
    list->clear();
    using Kind = core::DataDeclaration::Kind;
    for (const auto& [kind, title] :
         {std::pair{Kind::Embedded, tr("Built in")}, std::pair{Kind::Generator, tr("Generated")},
          std::pair{Kind::External, tr("In the data folder")}}) {
        QTreeWidgetItem* category = nullptr;
        for (const core::DataDeclaration& data : core::dataDeclarations()) {
            if (data.kind != kind) continue;
            if (!category) category = heading(list, title, m_lab.theme());
            auto* item = new QTreeWidgetItem(
                category, {QString::fromStdString(data.title.empty() ? data.name : data.title)});
            item->setData(0, nameRole, QString::fromStdString(data.name));
            item->setToolTip(0, QStringLiteral("<p>%1</p><p>%2</p>")
                                    .arg(QString::fromStdString(data.help).toHtmlEscaped(),
                                         QString::fromStdString(data.source).toHtmlEscaped()));
            item->setDisabled(!data.available);
        }
    }
    list->expandAll();
}

void LibraryPanel::fillExamples()
{
    QTreeWidget* list = m_lists[2];
    list->clear();
    for (const std::string& name : core::presetNames()) {
        auto* item = new QTreeWidgetItem(list, {QString::fromStdString(name)});
        item->setData(0, nameRole, QString::fromStdString(name));
        const core::Document document = core::preset(name);
        item->setToolTip(
            0, QStringLiteral("<p>%1</p>").arg(QString::fromStdString(document.notes).toHtmlEscaped()));
    }
}

void LibraryPanel::filter()
{
    QTreeWidget* list = m_lists[m_tabs->currentIndex()];
    const QString query = m_search->text().trimmed();
    const auto matches = [&](const QTreeWidgetItem* item) {
        const int quality = matchQuality(item->text(0), query);
        return query.isEmpty() || (quality >= 0 && (quality < 5 || query.size() < 4));
    };
    for (int i = 0; i < list->topLevelItemCount(); ++i) {
        QTreeWidgetItem* top = list->topLevelItem(i);
        bool any = top->childCount() == 0 && matches(top);
        for (int k = 0; k < top->childCount(); ++k) {
            const bool shown = matches(top->child(k));
            top->child(k)->setHidden(!shown);
            any |= shown;
        }
        top->setHidden(!any);
    }
}

void LibraryPanel::activate(QTreeWidgetItem* item)
{
    const std::string name = item->data(0, nameRole).toString().toStdString();
    if (name.empty() || item->isDisabled()) return;
    if (m_tabs->currentIndex() == 0) {
        addBlock(m_lab, {name});
    } else if (m_tabs->currentIndex() == 1) {
        m_lab.change(tr("Learn from %1").arg(item->text(0)), [&](core::Document& document) {
            document.data.name = name;
            document.data.settings.clear();
        });
    } else {
        if (!m_lab.mayLeave()) return;
        try {
            m_lab.open(core::preset(name), {}, true);
        } catch (const core::Error& error) {
            m_lab.report(error);
        }
    }
}

} // namespace widgets
