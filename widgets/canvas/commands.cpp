// What the canvas does to the document besides the mouse: add, edit in place, clipboard, delete.
#include "core/diagram/edit.h"
#include "widgets/canvas/view.h"
#include "widgets/edits.h"
#include "widgets/forms/finder.h"
#include "widgets/forms/settings.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStyle>

namespace widgets
{

/// Pins are whole numbers, so that files stay readable.
static core::Point pointOf(QPointF place) { return {std::round(place.x()), std::round(place.y())}; }

void CanvasView::addBlock(const std::string& kind, std::optional<QPointF> place)
{
    widgets::addBlock(m_lab, {kind, place ? std::optional(pointOf(*place)) : std::nullopt});
}

void CanvasView::openPalette(QPoint at, std::optional<PortHit> loose)
{
    if (!viewport()->rect().contains(at)) at = viewport()->rect().center();
    const QPointF place = mapToScene(at);
    QList<FinderEntry> entries;
    for (const core::BlockDeclaration& kind : m_lab.library().all()) {
        const auto chosen = [this, name = kind.name, place, loose] {
            AddBlock wish{name, pointOf(place)};
            if (loose) (loose->output ? wish.from : wish.to) = loose->port;
            widgets::addBlock(m_lab, wish);
        };
        entries << FinderEntry{QString::fromStdString(kind.title.empty() ? kind.name : kind.title),
                               QString::fromStdString(kind.help),
                               blockIcon(kind, m_lab.theme(), {30, 24}, devicePixelRatioF()), chosen};
    }
    new Finder(this, at - QPoint(20, 14), tr("Type the name of a block"), std::move(entries));
}

void CanvasView::editInPlace(const std::string& id)
{
    const core::Block* block = m_lab.diagram().find(id);
    BlockItem* item = m_scene->block(id);
    const core::BlockDeclaration* kind = block ? m_lab.library().find(block->kind) : nullptr;
    const auto* parameter = kind && item ? kind->parameter(item->picture().name.toStdString()) : nullptr;
    if (!parameter) return;
    delete m_editor;
    m_editor = new QLineEdit(settingText(settingOf(*block, *parameter)), this);
    m_editor->setObjectName(QStringLiteral("inPlaceEditor"));
    m_editor->setAccessibleName(QString::fromStdString(parameter->name));
    m_editor->setToolTip(QString::fromStdString(parameter->help));
    m_editor->setAlignment(Qt::AlignCenter);
    const QRect words = mapFromScene(item->picture().caption.translated(item->pos())).boundingRect();
    const int width = qMax(150, words.width() + 20), height = m_editor->sizeHint().height();
    m_editor->setGeometry(words.center().x() - width / 2, words.bottom() - height / 2 - 6, width, height);
    m_editor->selectAll();
    m_editor->show();
    m_editor->setFocus();

    QLineEdit* editor = m_editor;
    const auto close = [this, editor] {
        if (m_editor != editor) return;
        m_editor = nullptr;
        editor->deleteLater();
        setFocus();
    };
    connect(editor, &QLineEdit::textChanged, this, [editor, parameter] {
        try {
            readSetting(*parameter, editor->text());
            editor->setProperty("wrong", false);
            editor->setToolTip(QString::fromStdString(parameter->help));
        } catch (const core::Error& error) {
            editor->setProperty("wrong", true);
            editor->setToolTip(QString::fromStdString(error.text()));
        }
        editor->style()->polish(editor);
    });
    connect(editor, &QLineEdit::editingFinished, this, [this, editor, close, id, parameter] {
        if (m_editor != editor) return;
        m_lab.change(
            tr("Set %1 of %2").arg(QString::fromStdString(parameter->name), QString::fromStdString(id)),
            [&](core::Document& document) {
                core::edit::setSetting(document, id, parameter->name,
                                       readSetting(*parameter, editor->text()));
            });
        close();
    });
    auto* escape = new QAction(editor);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetShortcut);
    editor->addAction(escape);
    connect(escape, &QAction::triggered, this, close);
}

void CanvasView::removeSelected()
{
    const Selection selection = m_lab.selection();
    if (selection.empty()) return;
    m_lab.change(tr("Delete"), [&](core::Document& document) {
        for (const core::Wire& wire : selection.wires) core::edit::disconnect(document, wire);
        core::edit::removeBlocks(document, m_lab.library(), selection.blocks);
    });
}

/// The selected blocks, the wires among them, at the places where they stand.
core::Document CanvasView::selectedPart() const
{
    core::Document part;
    const auto& chosen = m_lab.selection().blocks;
    for (core::Block block : m_lab.diagram().blocks) {
        if (!chosen.contains(block.id)) continue;
        const QPointF place = m_scene->block(block.id)->pos();
        block.pin = pointOf(place);
        part.diagram.blocks.push_back(std::move(block));
    }
    for (const core::Wire& wire : m_lab.diagram().wires)
        if (chosen.contains(wire.from.block) && chosen.contains(wire.to.block))
            part.diagram.wires.push_back(wire);
    return part;
}

void CanvasView::insertPart(const core::Document& part, const QString& text, QPointF by)
{
    std::map<std::string, std::string> names;
    const bool inserted = m_lab.change(text, [&](core::Document& document) {
        for (core::Block block : part.diagram.blocks) {
            const std::string id = document.diagram.freshId(block.kind);
            names[block.id] = id;
            block.id = id;
            if (block.pin) block.pin = core::Point{block.pin->x + by.x(), block.pin->y + by.y()};
            document.diagram.blocks.push_back(std::move(block));
        }
        for (const core::Wire& wire : part.diagram.wires)
            document.diagram.wires.push_back(
                {{names.at(wire.from.block), wire.from.port}, {names.at(wire.to.block), wire.to.port}});
    });
    if (!inserted) return;
    Selection selection;
    for (const auto& [before, after] : names) selection.blocks.insert(after);
    m_lab.select(selection);
}

void CanvasView::copySelected()
{
    if (m_lab.selection().blocks.empty()) return;
    QGuiApplication::clipboard()->setText(QString::fromStdString(core::writeDocument(selectedPart())));
}

void CanvasView::paste()
{
    core::Errors problems;
    const std::string text = QGuiApplication::clipboard()->text().toStdString();
    const core::Document part = core::parseDocument(text, "clipboard", problems);
    if (part.diagram.blocks.empty())
        emit m_lab.messageShown(tr("The clipboard holds no blocks"));
    else
        insertPart(part, tr("Paste"), {40, 60});
}

void CanvasView::duplicateSelected()
{
    if (!m_lab.selection().blocks.empty()) insertPart(selectedPart(), tr("Duplicate"), {40, 60});
}

void CanvasView::selectAll()
{
    Selection all;
    for (const core::Block& block : m_lab.diagram().blocks) all.blocks.insert(block.id);
    m_lab.select(all);
}

void CanvasView::unpin()
{
    const auto blocks = m_lab.selection().blocks;
    m_lab.change(tr("Place automatically"), [&](core::Document& document) {
        for (core::Block& block : document.diagram.blocks)
            if (blocks.empty() || blocks.contains(block.id)) block.pin.reset();
    });
}

} // namespace widgets
