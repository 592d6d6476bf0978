#include "widgets/canvas/clipboard.h"

#include "core/diagram/edit.h"
#include "core/diagram/part.h"

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
    const auto& chosen = lab.selection().blocks;
    core::Document part;
    part.diagram = core::edit::partOf(lab.diagram(), chosen);
    for (core::Block& block : part.diagram.blocks) {
        const QPointF place = scene.placeOf(block.id);
        block.pin = core::Point{std::round(place.x()), std::round(place.y())};
    }
    QJsonArray inputs;
    for (const core::Wire& wire : lab.diagram().wires)
        if (chosen.contains(wire.to.block) && !chosen.contains(wire.from.block))
            inputs << QJsonArray{QString::fromStdString(wire.from.text()),
                                 QString::fromStdString(wire.to.text())};
    part.unknown =
        QJsonDocument(QJsonObject{{inputsKey, inputs}}).toJson(QJsonDocument::Compact).toStdString();
    return part;
}

bool hasOutput(const Lab& lab, const core::PortRef& port)
{
    const core::Block* block = lab.diagram().find(port.block);
    const auto kind = block ? lab.library().declarationOf(*block) : nullptr;
    return kind &&
           std::ranges::find(kind->outputs, port.port, &core::PortDeclaration::name) != kind->outputs.end();
}

constexpr QPointF beside{40, 60};

/// Not exactly on blocks that are there: the next copy stands beside the one before.
void moveAside(core::Diagram& part, const core::Diagram& there, QPointF by)
{
    std::set<std::pair<double, double>> taken;
    for (const core::Block& block : there.blocks)
        if (block.pin) taken.emplace(block.pin->x, block.pin->y);
    const auto meets = [&](const core::Block& block) {
        return block.pin && taken.contains({block.pin->x + by.x(), block.pin->y + by.y()});
    };
    while (std::ranges::any_of(part.blocks, meets)) by += beside;
    for (core::Block& block : part.blocks)
        if (block.pin) block.pin = core::Point{block.pin->x + by.x(), block.pin->y + by.y()};
}

bool insertPart(Lab& lab, const core::Document& part, const QString& text, QPointF by, Inputs inputs)
{
    std::map<std::string, std::string> names;
    const bool inserted = lab.change(text, [&](core::Document& document) {
        core::Diagram diagram = part.diagram;
        moveAside(diagram, document.diagram, by);
        names = core::edit::insertPart(document, lab.library(), std::move(diagram));
        if (inputs == Inputs::Free) return;
        const QJsonObject more = QJsonDocument::fromJson(QByteArray::fromStdString(part.unknown)).object();
        for (const QJsonValue& pair : more[inputsKey].toArray()) {
            const core::PortRef from = portOf(pair[0].toString());
            core::PortRef to = portOf(pair[1].toString());
            if (!hasOutput(lab, from) || !names.contains(to.block)) continue;
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
    if (!problems.empty()) emit lab.messageShown(QString::fromStdString(problems.front().text()));
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
