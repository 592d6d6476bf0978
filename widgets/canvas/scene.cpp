#include "widgets/canvas/scene.h"

namespace widgets
{

DiagramScene::DiagramScene(Lab& lab, QObject* parent)
    : QGraphicsScene(parent)
    , m_lab(lab)
{
    setItemIndexMethod(NoIndex);
    connect(&lab, &Lab::documentChanged, this, &DiagramScene::sync);
    connect(&lab, &Lab::elaborationChanged, this, &DiagramScene::sync);
    connect(&lab, &Lab::themeChanged, this, &DiagramScene::sync);
    for (auto signal : {&Lab::selectionChanged, &Lab::problemsChanged, &Lab::watchesChanged})
        connect(&lab, signal, this, &DiagramScene::mark);
    m_animation.setDuration(160);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        for (const auto& [id, target] : m_target)
            if (BlockItem* item = block(id))
                item->setPos(m_from[id] + (target - m_from[id]) * value.toDouble());
        routeAll();
    });
    connect(&m_animation, &QVariantAnimation::finished, this, &DiagramScene::arranged);
    sync();
}

/// Items for what is new, none for what is gone, pictures for all; then everything goes to its place.
void DiagramScene::sync()
{
    const core::Diagram& diagram = m_lab.diagram();
    const core::Elaboration& elaboration = m_lab.elaboration();
    std::map<std::string, std::map<std::string, size_t>> in, out; // lanes of ports
    std::map<std::string, int> readers;
    std::set<core::PortRef> used;
    std::vector<Lanes> lanes;
    for (const core::Wire& wire : diagram.wires) {
        lanes.push_back(lanesOf(elaboration, wire.from.text()));
        in[wire.to.block][wire.to.port] = lanes.back().size();
        out[wire.from.block][wire.from.port] = lanes.back().size();
        ++readers[wire.from.text()];
        used.insert(wire.from);
        used.insert(wire.to);
    }

    std::map<std::string, BlockShape> shapes;
    for (auto it = m_blocks.begin(); it != m_blocks.end();) {
        if (diagram.find(it->first)) {
            ++it;
            continue;
        }
        delete it->second;
        it = m_blocks.erase(it);
    }
    std::set<std::string> fresh;
    for (const core::Block& block : diagram.blocks) {
        const core::BlockDeclaration* kind = m_lab.library().find(block.kind);
        BlockItem*& item = m_blocks[block.id];
        if (!item) {
            addItem(item = new BlockItem(m_lab.theme()));
            fresh.insert(block.id);
        }
        std::set<std::string> freePorts;
        if (kind)
            for (const core::PortDeclaration& port : kind->inputs)
                if (!port.optional && !used.contains({block.id, port.name})) freePorts.insert(port.name);
        const QString help =
            kind ? QString::fromStdString(kind->help) : tr("This kind of block is not known.");
        const bool source = kind && kind->inputs.empty() && kind->parameters.empty();
        const QString data =
            source ? QString::fromStdString(m_lab.document().data.name).section(QLatin1Char('/'), -1)
                   : QString();
        item->show(block.id, pictureOf(block, kind, in[block.id], out[block.id], m_lab.theme(), data),
                   QString::fromStdString(block.id) + QLatin1Char('\n') + help, std::move(freePorts));
        shapes[block.id] = item->picture().shape;
    }

    while (m_wires.size() > diagram.wires.size()) {
        delete m_wires.back();
        m_wires.pop_back();
    }
    for (size_t i = 0; i < diagram.wires.size(); ++i) {
        if (i == m_wires.size()) {
            m_wires.push_back(new WireItem(m_lab.theme()));
            addItem(m_wires.back());
        }
        const core::Wire& wire = diagram.wires[i];
        m_wires[i]->show(wire, std::move(lanes[i]), readers[wire.from.text()] > 1);
        if (const auto shape = shapes.find(wire.from.block); shape != shapes.end())
            shape->second.room = qMax(shape->second.room, m_wires[i]->labelRoom() + 10);
    }

    Layout layout = layoutDiagram(diagram, shapes);
    m_waypoints = std::move(layout.waypoints);
    for (const std::string& id : fresh) m_blocks[id]->setPos(layout.centres[id]);
    settle(std::move(layout.centres));
    mark();
}

void DiagramScene::settle(std::map<std::string, QPointF> target)
{
    m_animation.stop();
    m_target = std::move(target);
    bool moves = false;
    for (const auto& [id, place] : m_target) {
        m_from[id] = m_blocks[id]->pos();
        moves |= m_from[id] != place;
    }
    if (moves && m_animated) return m_animation.start();
    for (const auto& [id, place] : m_target) m_blocks[id]->setPos(place);
    routeAll();
    emit arranged();
}

void DiagramScene::routeAll()
{
    for (size_t i = 0; i < m_wires.size(); ++i) {
        const core::Wire& wire = m_wires[i]->wire();
        const BlockItem *from = block(wire.from.block), *to = block(wire.to.block);
        m_wires[i]->setVisible(from && to);
        if (from && to)
            m_wires[i]->route(from->output(wire.from.port), from->picture().outReach, to->input(wire.to.port),
                              to->picture().inReach, m_waypoints[i]);
    }
}

void DiagramScene::mark()
{
    std::map<std::string, QString> errors;
    for (const core::Error& error : m_lab.problems())
        if (const std::string id = m_lab.blockOf(error); !id.empty())
            errors[id] += QString::fromStdString(error.text()) + QLatin1Char('\n');
    const Selection& selection = m_lab.selection();
    for (const auto& [id, item] : m_blocks) {
        const QString error = errors[id].trimmed();
        item->setMarks(selection.blocks.contains(id), id == m_hoveredBlock, error);
        if (!error.isEmpty()) item->setToolTip(error);
    }
    for (WireItem* item : m_wires)
        item->setMarks(std::ranges::find(selection.wires, item->wire()) != selection.wires.end(),
                       m_hoveredWire == item->wire(), m_receiving == item->wire(),
                       m_lab.watched(item->wire().from.text()));
}

BlockItem* DiagramScene::block(const std::string& id) const
{
    const auto found = m_blocks.find(id);
    return found == m_blocks.end() ? nullptr : found->second;
}

QPointF DiagramScene::placeOf(const std::string& id) const
{
    const auto target = m_target.find(id);
    return target == m_target.end() ? QPointF() : target->second;
}

WireItem* DiagramScene::wire(const core::Wire& wire) const
{
    const auto found = std::ranges::find(m_wires, wire, &WireItem::wire);
    return found == m_wires.end() ? nullptr : *found;
}

std::string DiagramScene::blockAt(QPointF place) const
{
    for (auto block = m_lab.diagram().blocks.rbegin(); block != m_lab.diagram().blocks.rend(); ++block) {
        const BlockItem* item = this->block(block->id);
        const BlockPicture& picture = item->picture();
        const QPointF local = place - item->pos();
        if (picture.outline.contains(local) || picture.caption.contains(local)) return block->id;
    }
    return {};
}

const core::Wire* DiagramScene::wireAt(QPointF place) const
{
    for (const WireItem* item : m_wires)
        if (item->isVisible() && item->shape().contains(place)) return &item->wire();
    return nullptr;
}

std::optional<PortHit> DiagramScene::portAt(QPointF place, double reach) const
{
    std::optional<PortHit> best;
    const auto offer = [&](const BlockItem* item, const std::map<std::string, QPointF>& ports, bool output) {
        for (const auto& [port, offset] : ports) {
            const QPointF at = item->pos() + offset;
            const double distance = QLineF(place, at).length();
            const bool inside =
                item->picture().outline.contains(place - item->pos()); // its own middle stays free
            if (distance > (inside ? qMin(reach, item->picture().body.width() * 0.3) : reach)) continue;
            reach = distance;
            best = {{item->id(), port}, output, at};
        }
    };
    for (const auto& [id, item] : m_blocks) {
        offer(item, item->picture().shape.inputs, false);
        offer(item, item->picture().shape.outputs, true);
    }
    return best;
}

QRectF DiagramScene::diagramRect() const
{
    QRectF all;
    for (const auto& [id, item] : m_blocks) {
        const auto target = m_target.find(id);
        const QPointF place = target == m_target.end() ? item->pos() : target->second;
        all |= item->boundingRect().translated(place);
    }
    for (const WireItem* item : m_wires)
        if (item->isVisible() && m_animation.state() != QAbstractAnimation::Running)
            all |= item->shape().boundingRect();
    return all;
}

std::set<std::string> DiagramScene::blocksIn(const QRectF& area) const
{
    std::set<std::string> ids;
    for (const auto& [id, item] : m_blocks)
        if (area.intersects(item->picture().body.translated(item->pos()))) ids.insert(id);
    return ids;
}

void DiagramScene::shift(const std::set<std::string>& blocks, QPointF by)
{
    m_animation.stop();
    for (const std::string& id : blocks)
        if (BlockItem* item = block(id)) item->setPos(m_target[id] + by);
    routeAll();
}

void DiagramScene::setHovered(const std::string& block, const core::Wire* wire)
{
    const std::optional<core::Wire> hovered = wire ? std::optional(*wire) : std::nullopt;
    if (block == m_hoveredBlock && hovered == m_hoveredWire) return;
    m_hoveredBlock = block;
    m_hoveredWire = hovered;
    mark();
}

void DiagramScene::setReceiving(const core::Wire* wire)
{
    const std::optional<core::Wire> receiving = wire ? std::optional(*wire) : std::nullopt;
    if (receiving == m_receiving) return;
    m_receiving = receiving;
    mark();
}

void DiagramScene::setPortsShown(bool shown)
{
    for (const auto& [id, item] : m_blocks) item->setPortsShown(shown);
}

} // namespace widgets
