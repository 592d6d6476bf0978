#include "widgets/canvas/palette.h"

#include "core/diagram/text.h"
#include "widgets/canvas/icon.h"
#include "widgets/edits.h"
#include "widgets/forms/finder.h"
#include "widgets/forms/settings.h"

namespace widgets
{

void openPalette(CanvasView& canvas, QPoint at, const PaletteWish& wish)
{
    if (!canvas.viewport()->rect().contains(at)) at = canvas.viewport()->rect().center();
    Lab& lab = canvas.lab();
    const auto add = [&lab, wish](AddBlock add) {
        if (wish.wire) {
            insertBlock(lab, add, *wish.wire);
            return;
        }
        if (wish.place) add.pin = core::Point{std::round(wish.place->x()), std::round(wish.place->y())};
        if (wish.loose) (wish.loose->output ? add.from : add.to) = wish.loose->port;
        addBlock(lab, add);
    };
    const auto icon = [&lab, ratio = canvas.devicePixelRatioF()](const core::BlockDeclaration& kind) {
        return QIcon(blockIcon(kind, lab.theme(), {30, 24}, ratio));
    };
    QList<FinderEntry> entries;
    for (const core::BlockDeclaration& kind : lab.library().all()) {
        if (core::isEnd(kind)) continue;
        entries << FinderEntry{QString::fromStdString(kind.title.empty() ? kind.name : kind.title),
                               QString::fromStdString(kind.help), icon(kind), [add, name = kind.name] {
                                   add({name, {}});
                               }};
    }
    auto* finder = new Finder(&canvas, at - QPoint(20, 14),
                              QObject::tr("Type the name of a block, or a formula"), std::move(entries));
    finder->setMeaning([&lab, add, icon](const QString& query) {
        const auto meant = blockOfFormula(lab.library(), query.toStdString());
        if (!meant) return FinderEntry{};
        const core::BlockDeclaration& kind = *lab.library().find(meant->kind);
        return FinderEntry{query, QString::fromStdString(kind.title), icon(kind),
                           [add, meant] { add(*meant); }};
    });
}

void openFind(CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    QList<FinderEntry> entries;
    std::map<std::string, std::set<std::string>> axes; // -> blocks that a wire with it leaves
    for (const core::Block& block : lab.diagram().blocks) {
        const core::BlockDeclaration* kind = lab.library().find(block.kind);
        QStringList settings;
        for (const auto& [name, setting] : block.settings)
            settings << QString::fromStdString(name) + QStringLiteral(" = ") + settingText(setting);
        entries << FinderEntry{
            QString::fromStdString(block.id),
            QString::fromStdString(kind && !kind->title.empty() ? kind->title : block.kind) +
                (settings.isEmpty() ? QString() : QStringLiteral(":  ")) +
                settings.join(QStringLiteral(", ")),
            kind ? QIcon(blockIcon(*kind, lab.theme(), {30, 24}, canvas.devicePixelRatioF())) : QIcon(),
            [&canvas, id = block.id] { canvas.reveal(id); }};
    }
    for (const auto& [port, wire] : lab.elaboration().types)
        for (const core::Axis& axis : wire.type.axes) axes[axis.name].insert(port.substr(0, port.rfind('.')));
    for (const auto& [axis, blocks] : axes) {
        Selection selection;
        for (const core::Wire& wire : lab.diagram().wires)
            if (const auto found = lab.elaboration().types.find(wire.from.text());
                found != lab.elaboration().types.end() && found->second.type.has(axis))
                selection.wires.push_back(wire);
        entries << FinderEntry{
            QObject::tr("axis %1").arg(QString::fromStdString(axis)),
            QObject::tr("of %n wire(s)", nullptr, int(selection.wires.size()))
                .replace(QLatin1String("(s)"), selection.wires.size() == 1 ? QString() : QStringLiteral("s")),
            {},
            [&lab, selection] { lab.select(selection); }};
    }
    for (const core::Error& error : lab.problems())
        entries << FinderEntry{QStringLiteral("\u26a0 ") + QString::fromStdString(error.where),
                               QString::fromStdString(error.what),
                               {},
                               [&canvas, block = lab.blockOf(error)] { canvas.reveal(block); }};
    new Finder(&canvas, QPoint((canvas.width() - 400) / 2, 24),
               QObject::tr("Find a block, a setting, an axis"), std::move(entries));
}

} // namespace widgets
