// Commands on whole blocks: switched off, opened.
#include "core/diagram/text.h"
#include "widgets/canvas/commands.h"
#include "widgets/canvas/view.h"
#include "widgets/commands.h"

namespace widgets
{
namespace
{

/// All of the selection to this state; back to work if all are in it already.
void toggleState(Lab& lab, core::BlockState state, const QString& on, const QString& off)
{
    const std::set<std::string> blocks = lab.selection().blocks;
    const bool all = std::ranges::all_of(
        blocks, [&](const std::string& id) { return lab.diagram().find(id)->state == state; });
    lab.change(all ? off : on, [&](core::Document& document) {
        for (const std::string& id : blocks)
            document.diagram.find(id)->state = all ? core::BlockState::Active : state;
    });
}

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
                       if (canOpen(lab, id)) document.diagram.find(id)->open = anyClosed;
               });
}

} // namespace

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
         [&] {
             toggleState(lab, core::BlockState::Bypassed, QObject::tr("Bypass"),
                         QObject::tr("Bypass no more"));
         },
         some,
         true},
        {"block.mute",
         menu,
         1,
         QObject::tr("&Mute"),
         {Qt::Key_M},
         [&] { toggleState(lab, core::BlockState::Muted, QObject::tr("Mute"), QObject::tr("Mute no more")); },
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
    };
    for (const Command& row : rows) commands.add(row);
}

} // namespace widgets
