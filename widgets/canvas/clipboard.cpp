#include "widgets/canvas/clipboard.h"

#include "core/diagram/edit.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMimeData>

namespace widgets
{
namespace
{

/// The key under which a part keeps the wires that came in from outside, as [from, to].
constexpr auto inputsKey = QLatin1String("inputs");

core::PortRef portOf(const QString& text)
{
    const qsizetype dot = text.lastIndexOf(QLatin1Char('.'));
    return {text.left(dot).toStdString(), text.mid(dot + 1).toStdString()};
}

/// The selected blocks at the places where they stand, the wires among them, and under a key of their own
/// those that come in.
core::Document selectedPart(const Lab& lab, const DiagramScene& scene)
{
    core::Document part;
    const auto& chosen = lab.selection().blocks;
    for (core::Block block : lab.diagram().blocks) {
        if (!chosen.contains(block.id)) continue;
        const QPointF place = scene.placeOf(block.id);
        block.pin = core::Point{std::round(place.x()), std::round(place.y())};
        part.diagram.blocks.push_back(std::move(block));
    }
    QJsonArray inputs;
    for (const core::Wire& wire : lab.diagram().wires)
        if (chosen.contains(wire.to.block) && chosen.contains(wire.from.block))
            part.diagram.wires.push_back(wire);
        else if (chosen.contains(wire.to.block))
            inputs << QJsonArray{QString::fromStdString(wire.from.text()),
                                 QString::fromStdString(wire.to.text())};
    part.unknown =
        QJsonDocument(QJsonObject{{inputsKey, inputs}}).toJson(QJsonDocument::Compact).toStdString();
    return part;
}

bool insertPart(Lab& lab, const core::Document& part, const QString& text, QPointF by, Inputs inputs)
{
    std::map<std::string, std::string> names;
    const bool inserted = lab.change(text, [&](core::Document& document) {
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
        if (inputs == Inputs::Free) return;
        const QJsonObject more = QJsonDocument::fromJson(QByteArray::fromStdString(part.unknown)).object();
        for (const QJsonValue& pair : more[inputsKey].toArray()) {
            const core::PortRef from = portOf(pair[0].toString());
            core::PortRef to = portOf(pair[1].toString());
            if (!document.diagram.find(from.block) || !names.contains(to.block)) continue;
            to.block = names.at(to.block);
            document.diagram.wires.push_back({from, to});
        }
    });
    if (!inserted) return false;
    Selection selection;
    for (const auto& [before, after] : names) selection.blocks.insert(after);
    lab.select(selection);
    return true;
}

constexpr QPointF beside{40, 60};

} // namespace

void copySelected(const Lab& lab, const DiagramScene& scene)
{
    if (lab.selection().blocks.empty()) return;
    const QByteArray text = QByteArray::fromStdString(core::writeDocument(selectedPart(lab, scene)));
    auto* mime = new QMimeData;
    mime->setData(partMime, text);
    mime->setText(QString::fromUtf8(text));
    QGuiApplication::clipboard()->setMimeData(mime);
}

void paste(Lab& lab, Inputs inputs, std::optional<QPointF> at)
{
    const QMimeData* mime = QGuiApplication::clipboard()->mimeData();
    if (!mime) return;
    const std::string text =
        mime->hasFormat(partMime) ? mime->data(partMime).toStdString() : mime->text().toStdString();
    core::Errors problems;
    const core::Document part = core::parseDocument(text, "clipboard", problems);
    if (part.diagram.blocks.empty()) {
        emit lab.messageShown(QObject::tr("The clipboard holds no blocks"));
        return;
    }
    QPointF by = beside;
    if (at) {
        QPolygonF places;
        for (const core::Block& block : part.diagram.blocks)
            if (block.pin) places << QPointF(block.pin->x, block.pin->y);
        if (!places.isEmpty()) by = (*at - places.boundingRect().center()).toPoint();
    }
    insertPart(lab, part, QObject::tr("Paste"), by, inputs);
}

void duplicateSelected(Lab& lab, const DiagramScene& scene, Inputs inputs)
{
    if (!lab.selection().blocks.empty())
        insertPart(lab, selectedPart(lab, scene), QObject::tr("Duplicate"), beside, inputs);
}

void removeSelected(Lab& lab)
{
    const Selection selection = lab.selection();
    if (selection.empty()) return;
    lab.change(QObject::tr("Delete"), [&](core::Document& document) {
        for (const core::Wire& wire : selection.wires) core::edit::disconnect(document, wire);
        core::edit::removeBlocks(document, lab.library(), selection.blocks);
    });
}

} // namespace widgets
