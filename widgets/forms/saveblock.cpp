#include "widgets/forms/saveblock.h"

#include "core/diagram/edit.h"
#include "core/diagram/text.h"
#include "core/picture/lanes.h"
#include "widgets/canvas/icon.h"
#include "widgets/forms/settings.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTreeWidget>

namespace widgets
{

constexpr int blockRole = Qt::UserRole, parameterRole = Qt::UserRole + 1;

namespace
{

const core::BlockDeclaration* declaredHere(const core::Document& document, const core::Block& block)
{
    for (const core::Definition& definition : document.diagram.definitions)
        if (definition.block->name == block.kind) return definition.block.get();
    return nullptr;
}

/// Of a row only the name can be typed.
class ReadOnly : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QWidget* createEditor(QWidget*, const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return nullptr;
    }
};

} // namespace

SaveBlockDialog::SaveBlockDialog(Lab& lab, std::set<std::string> blocks, QWidget* parent)
    : QDialog(parent)
    , m_lab(lab)
    , m_blocks(std::move(blocks))
    , m_document(lab.document())
    , m_title(new QLineEdit(tr("My block")))
    , m_symbol(new QLineEdit)
    , m_help(new QPlainTextEdit)
    , m_settings(new QTreeWidget)
    , m_icon(new QLabel)
    , m_error(new QLabel)
{
    setWindowTitle(tr("Save as a block"));
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("saveBlock"));
    m_title->setObjectName(QStringLiteral("blockTitle"));
    m_symbol->setObjectName(QStringLiteral("blockSymbol"));
    m_symbol->setToolTip(tr("A few letters in its middle; none: its name"));
    m_symbol->setMaxLength(8);
    m_help->setPlaceholderText(tr("What it does, for the palette and the inspector"));
    m_help->setMaximumHeight(70);
    m_settings->setColumnCount(3);
    m_settings->setHeaderLabels({tr("Setting inside"), tr("Value"), tr("Name outside")});
    m_settings->setRootIsDecorated(false);
    m_settings->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    for (int column : {0, 1}) m_settings->setItemDelegateForColumn(column, new ReadOnly(m_settings));
    m_settings->setAccessibleName(tr("Settings that become settings of the block"));
    m_error->setProperty("role", "error");
    m_error->setWordWrap(true);

    auto* form = new QFormLayout;
    form->addRow(tr("Name"), m_title);
    form->addRow(tr("Help"), m_help);
    auto* look = new QHBoxLayout;
    look->addWidget(m_symbol);
    look->addWidget(m_icon);
    form->addRow(tr("Icon"), look);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    m_save = buttons->button(QDialogButtonBox::Save);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(new QLabel(tr("Settings that it has (ticked), under their names outside:")));
    column->addWidget(m_settings, 1);
    column->addWidget(m_error);
    column->addWidget(buttons);
    resize(560, 560);

    const core::BlockDeclaration* group =
        m_blocks.size() == 1 ? declaredHere(m_document, *m_document.diagram.find(*m_blocks.begin()))
                             : nullptr;
    if (group) {
        m_title->setText(QString::fromStdString(group->title));
        m_help->setPlainText(QString::fromStdString(group->help));
        if (group->draw.symbol != group->title) m_symbol->setText(QString::fromStdString(group->draw.symbol));
    }
    fillSettings();
    for (QLineEdit* line : {m_title, m_symbol})
        connect(line, &QLineEdit::textChanged, this, &SaveBlockDialog::judge);
    connect(m_settings, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* row, int column) {
        if (column == 0) m_settings->setCurrentItem(row, 2); // where F2 types
        judge();
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &SaveBlockDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    m_title->selectAll();
    judge();
}

/// Settings of what is selected, or of what is inside a block that the document declares.
void SaveBlockDialog::fillSettings()
{
    const auto add = [this](const core::Block& block) {
        const auto kind = m_lab.library().declarationOf(block);
        if (!kind) return;
        for (const core::ParameterDeclaration& parameter : kind->parameters) {
            auto* row =
                new QTreeWidgetItem(m_settings, {QString::fromStdString(block.id + "." + parameter.name),
                                                 settingText(core::picture::settingOf(block, parameter)),
                                                 QString::fromStdString(parameter.name)});
            row->setFlags(row->flags() | Qt::ItemIsUserCheckable | Qt::ItemIsEditable);
            row->setCheckState(0, Qt::Unchecked);
            row->setData(0, blockRole, QString::fromStdString(block.id));
            row->setData(0, parameterRole, QString::fromStdString(parameter.name));
        }
    };
    for (const core::Block& block : m_document.diagram.blocks) {
        if (!m_blocks.contains(block.id)) continue;
        if (!declaredHere(m_document, block)) {
            add(block);
            continue;
        }
        const core::Inside inside = core::insideOf(block, m_document.diagram, m_lab.library());
        for (const core::Block& inner : inside.diagram.blocks)
            if (inner.kind != "input" && inner.kind != "output") add(inner);
    }
}

std::pair<core::Document, std::string> SaveBlockDialog::described() const
{
    core::Document document = m_document;
    const core::BlockLibrary& library = m_lab.library();
    const std::string title = m_title->text().trimmed().toStdString();
    std::string id = *m_blocks.begin();
    if (m_blocks.size() > 1 || !declaredHere(document, *document.diagram.find(id)))
        id = core::edit::group(document, library, m_blocks, title);
    const std::string kind = document.diagram.find(id)->kind;
    for (int i = 0; i < m_settings->topLevelItemCount(); ++i) {
        const QTreeWidgetItem* row = m_settings->topLevelItem(i);
        if (row->checkState(0) != Qt::Checked) continue;
        core::edit::lift(document, library, kind, row->data(0, blockRole).toString().toStdString(),
                         row->data(0, parameterRole).toString().toStdString(),
                         row->text(2).trimmed().toStdString());
    }
    const std::string symbol = m_symbol->text().trimmed().toStdString();
    core::edit::describe(document, kind, title, m_help->toPlainText().trimmed().toStdString(),
                         symbol.empty() ? title : symbol);
    return {std::move(document), kind};
}

void SaveBlockDialog::judge()
{
    QString error;
    try {
        const auto [document, kind] = described();
        const core::BlockLibrary all = m_lab.library().with(document.diagram);
        m_icon->setPixmap(blockIcon(*all.find(kind), m_lab.theme(), {48, 34}, devicePixelRatioF()));
    } catch (const core::Error& wrong) {
        error = QString::fromStdString(wrong.text());
    }
    m_error->setText(error);
    m_save->setEnabled(error.isEmpty());
}

void SaveBlockDialog::save()
{
    const auto [document, kind] = described();
    if (!m_lab.saveBlock(document, kind)) return;
    emit m_lab.messageShown(tr("%1 is in the library now").arg(m_title->text()));
    close();
}

} // namespace widgets
