#include "widgets/canvas/commands.h"

#include "widgets/canvas/arrange.h"
#include "widgets/canvas/clipboard.h"
#include "widgets/canvas/costs.h"
#include "widgets/canvas/palette.h"
#include "widgets/canvas/wiring.h"
#include "widgets/commands.h"

#include <QCursor>

namespace widgets
{
namespace
{

/// Where the mouse is, if it is over the canvas.
std::optional<QPointF> mouseIn(const CanvasView& canvas)
{
    const QPoint mouse = canvas.viewport()->mapFromGlobal(QCursor::pos());
    if (!canvas.viewport()->rect().contains(mouse)) return std::nullopt;
    return canvas.mapToScene(mouse);
}

/// Behind the selected block or in the selected wire, else where the mouse is.
void addByTyping(CanvasView& canvas)
{
    const Selection& selection = canvas.lab().selection();
    PaletteWish wish;
    if (selection.wires.size() == 1 && selection.blocks.empty())
        wish.wire = selection.wires.front();
    else if (selection.blocks.size() != 1)
        wish.place = mouseIn(canvas).value_or(canvas.mapToScene(canvas.viewport()->rect().center()));
    openPalette(canvas, canvas.viewport()->mapFromGlobal(QCursor::pos()), wish);
}

void editSelected(CanvasView& canvas)
{
    const Selection& selection = canvas.lab().selection();
    if (selection.blocks.size() == 1) return canvas.editInPlace(*selection.blocks.begin());
    if (!selection.wires.empty()) chooseAxisToRename(canvas);
}

/// From a block along a wire; without a selection to the first block.
void walk(CanvasView& canvas, bool forwards)
{
    const auto& blocks = canvas.lab().selection().blocks;
    if (const std::string next =
            blocks.size() == 1 ? alongWire(canvas.lab(), canvas.diagramScene(), *blocks.begin(), forwards)
                               : nextInOrder(canvas.lab(), canvas.diagramScene(), forwards);
        !next.empty())
        canvas.reveal(next);
}

/// To the nearest block above or below.
void walkAcross(CanvasView& canvas, bool down)
{
    Lab& lab = canvas.lab();
    if (lab.selection().blocks.size() != 1) return walk(canvas, down);
    const QPointF here = canvas.diagramScene().placeOf(*lab.selection().blocks.begin());
    std::string best;
    double nearest = 0;
    for (const core::Block& block : lab.diagram().blocks) {
        const QPointF by = canvas.diagramScene().placeOf(block.id) - here;
        const double away = down ? by.y() : -by.y(), distance = away + 2 * std::abs(by.x());
        if (away < 8 || (!best.empty() && distance >= nearest)) continue;
        best = block.id;
        nearest = distance;
    }
    if (!best.empty()) canvas.reveal(best);
}

void selectAll(Lab& lab)
{
    Selection all;
    for (const core::Block& block : lab.diagram().blocks) all.blocks.insert(block.id);
    lab.select(all);
}

/// Every block that the selected ones feed or are fed by, however far.
void selectConnected(Lab& lab, bool forwards)
{
    Selection grown{lab.selection().blocks, {}};
    for (size_t before = 0; before != grown.blocks.size();) {
        before = grown.blocks.size();
        for (const core::Wire& wire : lab.diagram().wires)
            if (grown.blocks.contains(forwards ? wire.from.block : wire.to.block))
                grown.blocks.insert(forwards ? wire.to.block : wire.from.block);
    }
    lab.select(grown);
}

void addEdit(Commands& commands, CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    const DiagramScene& scene = canvas.diagramScene();
    const auto some = [&lab] { return !lab.selection().blocks.empty(); };
    const auto any = [&lab] { return !lab.selection().empty(); };
    const auto one = [&lab] { return lab.selection().blocks.size() == 1; };
    const QString edit = QObject::tr("&Edit");
    const Command rows[] = {
        {"edit.cut",
         edit,
         1,
         QObject::tr("Cu&t"),
         {QKeySequence::Cut},
         [&] { copySelected(lab, scene), removeSelected(lab); },
         some,
         true},
        {"edit.copy",
         edit,
         1,
         QObject::tr("&Copy"),
         {QKeySequence::Copy},
         [&] { copySelected(lab, scene); },
         some,
         true},
        {"edit.paste",
         edit,
         1,
         QObject::tr("&Paste"),
         {QKeySequence::Paste},
         [&] { paste(lab, Inputs::Free, mouseIn(canvas)); }},
        {"edit.pasteKept",
         edit,
         1,
         QObject::tr("Paste, &keeping inputs"),
         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V)},
         [&] { paste(lab, Inputs::Kept, mouseIn(canvas)); }},
        {"edit.duplicate",
         edit,
         1,
         QObject::tr("&Duplicate"),
         {QKeySequence(Qt::CTRL | Qt::Key_D)},
         [&] { duplicateSelected(lab, scene, Inputs::Free); },
         some,
         true},
        {"edit.duplicateKept",
         edit,
         1,
         QObject::tr("Duplicate, keeping &inputs"),
         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D)},
         [&] { duplicateSelected(lab, scene, Inputs::Kept); },
         some},
        {"edit.delete",
         edit,
         1,
         QObject::tr("De&lete"),
         {Qt::Key_Delete, Qt::Key_Backspace},
         [&] { removeSelected(lab); },
         any,
         true,
         &canvas},
        {"edit.add",
         edit,
         2,
         QObject::tr("&Add a block\u2026"),
         {Qt::Key_Slash},
         [&] { addByTyping(canvas); },
         {},
         false,
         &canvas},
        {"edit.inPlace",
         edit,
         2,
         QObject::tr("&Edit its text"),
         {Qt::Key_F2, Qt::Key_Return, Qt::Key_Enter},
         [&] { editSelected(canvas); },
         any,
         true,
         &canvas},
        {"edit.rename",
         edit,
         2,
         QObject::tr("&Rename it"),
         {QKeySequence(Qt::SHIFT | Qt::Key_F2)},
         [&] { canvas.renameInPlace(*lab.selection().blocks.begin()); },
         one,
         true,
         &canvas},
        {"edit.wire",
         edit,
         2,
         QObject::tr("&Wire it to\u2026"),
         {Qt::Key_W},
         [&] { openWiring(canvas); },
         one,
         true,
         &canvas},
        {"edit.find", edit, 2, QObject::tr("&Find\u2026"), {QKeySequence::Find}, [&] { openFind(canvas); }},
        {"select.all",
         edit,
         3,
         QObject::tr("&Select all"),
         {QKeySequence::SelectAll},
         [&] { selectAll(lab); }},
        {"select.after",
         edit,
         3,
         QObject::tr("Select what &follows"),
         {QKeySequence(Qt::SHIFT | Qt::Key_Right)},
         [&] { selectConnected(lab, true); },
         some,
         false,
         &canvas},
        {"select.before",
         edit,
         3,
         QObject::tr("Select what &leads here"),
         {QKeySequence(Qt::SHIFT | Qt::Key_Left)},
         [&] { selectConnected(lab, false); },
         some,
         false,
         &canvas},
        {"select.none",
         edit,
         3,
         QObject::tr("Select &nothing"),
         {Qt::Key_Escape},
         [&] { canvas.cancelGesture(); },
         {},
         false,
         &canvas},
    };
    for (const Command& row : rows) commands.add(row);
}

void addArrange(Commands& commands, CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    const DiagramScene& scene = canvas.diagramScene();
    const auto some = [&lab] { return !lab.selection().blocks.empty(); };
    const auto several = [&lab] { return lab.selection().blocks.size() > 1; };
    const QString menu = QObject::tr("&Arrange");
    const auto lines = {
        std::tuple{Line::Left, "left", QObject::tr("Align &left"), Qt::Key_Left},
        {Line::Centre, "centre", QObject::tr("Align c&entres"), Qt::Key_unknown},
        {Line::Right, "right", QObject::tr("Align &right"), Qt::Key_Right},
        {Line::Top, "top", QObject::tr("Align &top"), Qt::Key_Up},
        {Line::Middle, "middle", QObject::tr("Align &middles"), Qt::Key_M},
        {Line::Bottom, "bottom", QObject::tr("Align &bottom"), Qt::Key_Down},
    };
    for (const auto& [line, name, title, key] : lines)
        commands.add({QStringLiteral("arrange.") + QLatin1String(name), menu, 1, title,
                      key == Qt::Key_unknown ? QList<QKeySequence>{}
                                             : QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::SHIFT | key)},
                      [&lab, &scene, line = line] { alignSelected(lab, scene, line); }, several});
    const auto many = [&lab] { return lab.selection().blocks.size() > 2; };
    const Command rows[] = {
        {"arrange.across",
         menu,
         2,
         QObject::tr("Distribute &across"),
         {},
         [&] { distributeSelected(lab, scene, Qt::Horizontal); },
         many},
        {"arrange.down",
         menu,
         2,
         QObject::tr("Distribute &down"),
         {},
         [&] { distributeSelected(lab, scene, Qt::Vertical); },
         many},
        {"arrange.unpin",
         menu,
         3,
         QObject::tr("&Place the selection automatically"),
         {QKeySequence(Qt::CTRL | Qt::Key_L)},
         [&] { unpinSelected(lab); },
         some,
         true},
        {"arrange.unpinAll",
         menu,
         3,
         QObject::tr("Place &everything automatically"),
         {},
         [&] { lab.select({}), unpinSelected(lab), canvas.diagramScene().arrangeAfresh(); }},
    };
    for (const Command& row : rows) commands.add(row);
    const auto arrows = {std::tuple{Qt::Key_Left, QPointF(-1, 0), QObject::tr("left")},
                         {Qt::Key_Right, QPointF(1, 0), QObject::tr("right")},
                         {Qt::Key_Up, QPointF(0, -1), QObject::tr("up")},
                         {Qt::Key_Down, QPointF(0, 1), QObject::tr("down")}};
    for (const auto& [key, by, word] : arrows)
        commands.add({QStringLiteral("arrange.nudge.") + word,
                      {},
                      0,
                      QObject::tr("Move %1").arg(word),
                      {QKeySequence(Qt::CTRL | key)},
                      [&canvas, &lab, &scene, by = by] { canvas.stay(), nudgeSelected(lab, scene, 10 * by); },
                      some,
                      false,
                      &canvas});
}

void addView(Commands& commands, CanvasView& canvas)
{
    const QString menu = QObject::tr("&View");
    const auto middle = [&canvas] { return canvas.viewport()->rect().center(); };
    const Command rows[] = {
        {"view.fit",
         menu,
         1,
         QObject::tr("&Fit the diagram"),
         {Qt::Key_Period, Qt::Key_F},
         [&] { canvas.follow(), canvas.fit(); },
         {},
         false,
         &canvas},
        {"view.in",
         menu,
         1,
         QObject::tr("Zoom &in"),
         {Qt::Key_Plus, Qt::Key_Equal},
         [&canvas, middle] { canvas.zoom(1.25, middle()); },
         {},
         false,
         &canvas},
        {"view.out",
         menu,
         1,
         QObject::tr("Zoom &out"),
         {Qt::Key_Minus},
         [&canvas, middle] { canvas.zoom(0.8, middle()); },
         {},
         false,
         &canvas},
        {"view.actual",
         menu,
         1,
         QObject::tr("&Actual size"),
         {Qt::Key_1},
         [&canvas, middle] { canvas.zoom(1 / canvas.transform().m11(), middle()); },
         {},
         false,
         &canvas},
        {"view.menu",
         {},
         0,
         QObject::tr("Open the context menu"),
         {Qt::Key_Menu},
         [&canvas, middle] { canvas.openContextMenu(middle()); },
         {},
         false,
         &canvas},
        {"walk.right",
         {},
         0,
         QObject::tr("Along a wire to the next block"),
         {Qt::Key_Right},
         [&] { walk(canvas, true); },
         {},
         false,
         &canvas},
        {"walk.left",
         {},
         0,
         QObject::tr("Against a wire to the block before"),
         {Qt::Key_Left},
         [&] { walk(canvas, false); },
         {},
         false,
         &canvas},
        {"walk.up",
         {},
         0,
         QObject::tr("To the block above"),
         {Qt::Key_Up},
         [&] { walkAcross(canvas, false); },
         {},
         false,
         &canvas},
        {"walk.down",
         {},
         0,
         QObject::tr("To the block below"),
         {Qt::Key_Down},
         [&] { walkAcross(canvas, true); },
         {},
         false,
         &canvas},
    };
    for (const Command& row : rows) commands.add(row);
    Command costs{"view.costs", menu, 5, QObject::tr("&Costs below the columns"), {Qt::Key_C}};
    costs.scope = &canvas;
    costs.action = costsAction(canvas.lab(), canvas.diagramScene(), &canvas);
    commands.add(std::move(costs));
}

} // namespace

void addCanvasCommands(Commands& commands, CanvasView& canvas)
{
    addEdit(commands, canvas);
    addBlockCommands(commands, canvas);
    addArrange(commands, canvas);
    addView(commands, canvas);
    const auto refresh = [&commands] { commands.refresh(); };
    QObject::connect(&canvas.lab(), &Lab::selectionChanged, &commands, refresh);
    QObject::connect(&canvas.lab(), &Lab::documentChanged, &commands, refresh);
    canvas.setCommands(&commands);
    commands.refresh();
}

} // namespace widgets
