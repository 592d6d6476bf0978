// What can be done about pictures on the canvas, by name.
#include "widgets/canvas/view.h"
#include "widgets/commands.h"
#include "widgets/lenses/layer.h"
#include "widgets/lenses/places.h"

namespace widgets
{

void addLensCommands(Commands& commands, CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    auto* layer = new LensLayer(lab, canvas);
    const auto port = [&lab] { return lab.selectedPort(); };
    const auto middle = [&lab, &canvas] {
        QPoint place = canvas.viewport()->rect().center();
        for (const core::Wire& wire : lab.selection().wires)
            if (const WireItem* item = canvas.diagramScene().wire(wire))
                place = canvas.mapFromScene(item->middle());
        return place;
    };
    const auto any = [layer, port] { return layer->anyAt(port()); };
    const QString menu = QObject::tr("&View");
    commands.add({"lens.add",
                  menu,
                  3,
                  QObject::tr("&Look at it here\u2026"),
                  {Qt::Key_L},
                  [&lab, &canvas, layer, port, middle] {
                      const std::string at = port();
                      chooseInstrument(
                          lab, &canvas, middle(), at,
                          [layer, at](const core::Instrument& chosen) { layer->add(chosen, at); });
                  },
                  [&lab, port] { return lab.elaboration().types.contains(port()); },
                  true,
                  &canvas});
    commands.add({"lens.remove",
                  menu,
                  3,
                  QObject::tr("&Close its pictures"),
                  {QKeySequence(Qt::SHIFT | Qt::Key_L)},
                  [layer, port] { layer->removeAt(port()); },
                  any,
                  true,
                  &canvas});
    commands.add({"lens.settings",
                  menu,
                  3,
                  QObject::tr("&Settings of its pictures\u2026"),
                  {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L)},
                  [&canvas, layer, port, middle] {
                      layer->openSettings(port(), canvas.viewport()->mapToGlobal(middle()));
                  },
                  any,
                  true,
                  &canvas});
    for (const auto& [id, title, key, times] :
         {std::tuple{"lens.larger", QObject::tr("&Larger pictures of it"), Qt::Key_Plus, 1.25},
          {"lens.smaller", QObject::tr("S&maller pictures of it"), Qt::Key_Minus, 0.8}})
        commands.add({id,
                      menu,
                      3,
                      title,
                      {QKeySequence(Qt::ALT | key)},
                      [layer, port, times = times] { layer->enlarge(port(), times); },
                      any,
                      true,
                      &canvas});
    commands.add({"lens.arrange",
                  menu,
                  3,
                  QObject::tr("&Arrange pictures"),
                  {},
                  [layer] { layer->letStandFreely(); },
                  [layer] { return layer->anyPlaced(); },
                  true,
                  &canvas});
    commands.refresh();
}

} // namespace widgets
