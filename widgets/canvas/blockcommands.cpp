// Commands on whole blocks: switched off, opened, grouped, kept; and on axes.
#include "core/diagram/edit.h"
#include "core/diagram/text.h"
#include "widgets/canvas/commands.h"
#include "widgets/canvas/view.h"
#include "widgets/commands.h"
#include "widgets/forms/finder.h"
#include "widgets/forms/inplace.h"
#include "widgets/forms/saveblock.h"

namespace widgets
{
namespace
{

bool canOpen(const Lab& lab, const std::string& id)
{
    const core::Block* block = lab.diagram().find(id);
    const auto kind = block ? lab.library().declarationOf(*block) : nullptr;
    return kind && core::opens(*kind);
}

void toggleOpen(Lab& lab)
{
    const std::set<std::string> blocks = lab.selection().blocks;
    const bool anyClosed = std::ranges::any_of(
        blocks, [&](const std::string& id) { return canOpen(lab, id) && !lab.diagram().find(id)->open; });
    lab.change(anyClosed ? QObject::tr("Open in place") : QObject::tr("Close"),
               [&](core::Document& document) {
                   for (const std::string& id : blocks)
                       if (canOpen(lab, id)) core::edit::setOpen(document, id, anyClosed);
               });
}

void toggleState(Lab& lab, core::BlockState state, const QString& text)
{
    lab.change(text, [&](core::Document& document) {
        core::edit::toggleState(document, lab.selection().blocks, state);
    });
}

/// The name is asked for over the blocks that it is for.
void groupSelected(CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    QRectF around;
    for (const std::string& id : lab.selection().blocks)
        if (const BlockItem* item = canvas.diagramScene().block(id)) around |= item->sceneBoundingRect();
    const auto commit = [&lab, blocks = lab.selection().blocks](const QString& name) {
        std::string id;
        const bool done = lab.change(QObject::tr("Group"), [&](core::Document& document) {
            id = core::edit::group(document, lab.library(), blocks, name.trimmed().toStdString());
        });
        if (done) lab.select({{id}, {}});
    };
    QRect words(QPoint(), QSize(200, 24));
    words.moveCenter(canvas.mapFromScene(around.center()));
    auto* editor = new InPlaceEditor(
        &canvas, words,
        {QObject::tr("Name of the group"), QObject::tr("What the block is called"), {}, {}, commit},
        lab.theme().font());
    editor->setAlignment(Qt::AlignLeft); // the prompt of a centred line is hidden while it has the focus
    editor->setPlaceholderText(QObject::tr("Name of the group"));
}

void ungroupSelected(Lab& lab)
{
    Selection inside;
    const auto edit = [&](core::Document& document) {
        for (const std::string& id : lab.selection().blocks) {
            if (!canOpen(lab, id)) continue;
            const std::set<std::string> now = core::edit::ungroup(document, lab.library(), id);
            inside.blocks.insert(now.begin(), now.end());
        }
    };
    if (lab.change(QObject::tr("Ungroup"), edit)) lab.select(inside);
}

void renameAxis(CanvasView& canvas, const std::string& axis, QRect words)
{
    Lab& lab = canvas.lab();
    const auto rename = [&lab, axis](core::Document& document, const QString& name) {
        core::edit::renameAxis(document, lab.library(), lab.elaboration(), axis,
                               name.trimmed().toStdString());
    };
    const auto check = [&lab, rename](const QString& name) {
        core::Document copy = lab.document();
        rename(copy, name);
    };
    const auto commit = [&lab, axis, rename](const QString& name) {
        lab.change(QObject::tr("Rename axis %1").arg(QString::fromStdString(axis)),
                   [&](core::Document& document) { rename(document, name); });
    };
    new InPlaceEditor(&canvas, words,
                      {QObject::tr("Name of the axis"), QObject::tr("It is renamed everywhere"),
                       QString::fromStdString(axis), check, commit},
                      lab.theme().mono());
}

} // namespace

void chooseAxisToRename(CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    std::vector<std::string> axes;
    const auto collect = [&](const std::string& port) {
        const auto found = lab.elaboration().types.find(port);
        if (found == lab.elaboration().types.end()) return;
        for (const core::Axis& axis : found->second.type.axes)
            if (std::ranges::find(axes, axis.name) == axes.end() && axis.name != "batch")
                axes.push_back(axis.name);
    };
    QRect words(canvas.viewport()->rect().center() - QPoint(80, 12), QSize(160, 24));
    if (lab.selection().wires.empty())
        for (const auto& [port, type] : lab.elaboration().types) collect(port);
    for (const core::Wire& wire : lab.selection().wires) {
        collect(wire.from.text());
        if (const BlockItem* from = canvas.diagramScene().block(wire.from.block))
            words.moveCenter(canvas.mapFromScene(from->output(wire.from.port)) + QPoint(60, 0));
    }
    if (axes.size() == 1) return renameAxis(canvas, axes.front(), words);
    QList<FinderEntry> entries;
    for (const std::string& axis : axes)
        entries << FinderEntry{QString::fromStdString(axis),
                               QObject::tr("rename everywhere"),
                               {},
                               [&canvas, axis, words] { renameAxis(canvas, axis, words); }};
    new Finder(&canvas, words.topLeft() + QPoint(0, 20), QObject::tr("Which axis?"), std::move(entries));
}

void addBlockCommands(Commands& commands, CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    const auto some = [&lab] { return !lab.selection().blocks.empty(); };
    const auto opens = [&lab] {
        return std::ranges::any_of(lab.selection().blocks,
                                   [&](const std::string& id) { return canOpen(lab, id); });
    };
    const QString menu = QObject::tr("&Block");
    const Command rows[] = {
        {"block.bypass",
         menu,
         1,
         QObject::tr("&Bypass"),
         {QKeySequence(Qt::CTRL | Qt::Key_B)},
         [&] { toggleState(lab, core::BlockState::Bypassed, QObject::tr("Bypass")); },
         some,
         true},
        {"block.mute",
         menu,
         1,
         QObject::tr("&Mute"),
         {Qt::Key_M},
         [&] { toggleState(lab, core::BlockState::Muted, QObject::tr("Mute")); },
         some,
         true,
         &canvas},
        {"block.open",
         menu,
         2,
         QObject::tr("&Open or close in place"),
         {QKeySequence(Qt::CTRL | Qt::Key_E)},
         [&] { toggleOpen(lab); },
         opens,
         true},
        {"block.group",
         menu,
         3,
         QObject::tr("&Group\u2026"),
         {QKeySequence(Qt::CTRL | Qt::Key_G)},
         [&] { groupSelected(canvas); },
         some,
         true},
        {"block.ungroup",
         menu,
         3,
         QObject::tr("&Ungroup"),
         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_G)},
         [&] { ungroupSelected(lab); },
         opens,
         true},
        {"block.save",
         menu,
         4,
         QObject::tr("&Save to the library\u2026"),
         {},
         [&] { (new SaveBlockDialog(lab, lab.selection().blocks, canvas.window()))->show(); },
         some,
         true},
        {"axis.rename",
         menu,
         5,
         QObject::tr("Rename an &axis\u2026"),
         {QKeySequence(Qt::CTRL | Qt::Key_F2)},
         [&] { chooseAxisToRename(canvas); }},
    };
    for (const Command& row : rows) commands.add(row);
}

} // namespace widgets
