#include "widgets/canvas/scene.h"

namespace widgets
{
namespace
{

/// More blocks than these go to their places at once.
constexpr size_t mostAnimated = 300;

QPointF pointOf(core::Point p) { return {p.x, p.y}; }
core::Point pointOf(QPointF p) { return {p.x(), p.y()}; }

/// What a block's picture shows of the wires at its ports.
struct PortUse {
    std::map<std::string, size_t> in, out; ///< lanes
};

} // namespace

DiagramScene::DiagramScene(Lab& lab, QObject* parent)
    : QGraphicsScene(parent)
    , m_lab(lab)
{
    setItemIndexMethod(NoIndex);
    connect(&lab, &Lab::documentChanged, this, [this] { sync(); });
    connect(&lab, &Lab::elaborationChanged, this, [this] { sync(); });
    connect(&lab, &Lab::themeChanged, this, [this] { sync(Refresh::All); });
    for (auto signal : {&Lab::selectionChanged, &Lab::problemsChanged, &Lab::watchesChanged})
        connect(&lab, signal, this, &DiagramScene::mark);
    connect(&m_arranger, &Arranger::arranged, this, &DiagramScene::settle);
    m_animation.setDuration(160);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        for (const auto& [item, ends] : m_moving)
            item->setPos(ends.first + (ends.second - ends.first) * value.toDouble());
        routeAll();
    });
    connect(&m_animation, &QVariantAnimation::finished, this, &DiagramScene::arranged);
    sync();
}

/// Items for what is new, none for what is gone, pictures for what changed; then all go to their places.
void DiagramScene::sync(Refresh refresh)
{
    const core::Diagram& diagram = m_lab.diagram();
    const core::Elaboration& elaboration = m_lab.elaboration();
    std::map<std::string_view, PortUse> uses;
    std::vector<Lanes> lanes;
    for (const core::Wire& wire : diagram.wires) {
        lanes.push_back(lanesOf(elaboration, wire.from.text()));
        uses[wire.to.block].in[wire.to.port] = lanes.back().size();
        uses[wire.from.block].out[wire.from.port] = lanes.back().size();
    }

    std::map<std::string, BlockItem*> gone = std::exchange(m_blocks, {});
    m_order.clear();
    for (const core::Block& block : diagram.blocks) {
        const core::BlockDeclaration* kind = m_lab.library().find(block.kind);
        auto known = gone.extract(block.id);
        BlockItem* item = known ? known.mapped() : new BlockItem(m_lab.theme());
        if (!known) {
            item->hide(); // until it has a place
            addItem(item);
        }
        m_blocks[block.id] = item;
        m_order.push_back(item);
        const PortUse& use = uses[block.id];
        BlockContent content{block, kind, use.in, use.out, {}, {}};
        content.block.pin.reset();
        if (kind)
            for (const core::PortDeclaration& port : kind->inputs)
                if (!port.optional && !use.in.contains(port.name)) content.freePorts.insert(port.name);
        if (kind && kind->inputs.empty() && kind->parameters.empty())
            content.words = QString::fromStdString(m_lab.document().data.name).section(QLatin1Char('/'), -1);
        item->show(std::move(content), refresh == Refresh::All);
    }
    for (const auto& [id, item] : gone) {
        if (item == m_hoveredBlock) m_hoveredBlock = nullptr;
        delete item;
    }

    std::map<std::pair<core::PortRef, core::PortRef>, WireItem*> goneWires;
    for (WireItem* item : m_wires) goneWires[{item->wire().from, item->wire().to}] = item;
    m_wires.clear();
    m_ends.clear();
    for (size_t i = 0; i < diagram.wires.size(); ++i) {
        const core::Wire& wire = diagram.wires[i];
        auto known = goneWires.extract({wire.from, wire.to});
        WireItem* item = known ? known.mapped() : new WireItem(m_lab.theme());
        if (!known) addItem(item);
        m_wires.push_back(item);
        m_ends.emplace_back(block(wire.from.block), block(wire.to.block));
        item->show(wire, std::move(lanes[i]));
    }
    for (const auto& [unused, item] : goneWires) {
        if (item == m_hoveredWire) m_hoveredWire = nullptr;
        delete item;
    }
    arrange();
    mark();
}

void DiagramScene::arrange()
{
    core::picture::LayoutGraph graph;
    std::map<const BlockItem*, int> index;
    for (size_t i = 0; i < m_order.size(); ++i) {
        const BlockPicture& picture = m_order[i]->picture();
        index[m_order[i]] = int(i);
        graph.blocks.push_back({m_order[i]->id(),
                                {picture.shape.size.width(), picture.shape.size.height()},
                                0,
                                m_lab.diagram().blocks[i].pin,
                                {}});
    }
    for (size_t w = 0; w < m_wires.size(); ++w) {
        const auto [from, to] = m_ends[w];
        core::picture::WireShape& shape = graph.wires.emplace_back();
        if (!from || !to) continue;
        const core::Wire& wire = m_wires[w]->wire();
        shape = {index[from], index[to], pointOf(from->output(wire.from.port) - from->pos()),
                 pointOf(to->input(wire.to.port) - to->pos()), int(m_wires[w]->lanes().size())};
        double& room = graph.blocks[size_t(shape.from)].room;
        room = qMax(room, m_wires[w]->labelRoom() + 10);
    }
    // A document that was just opened looks the same whatever was open before.
    const bool fresh = m_lab.history().count() == 0;
    if (graph == m_graph && fresh == m_fresh) return;
    m_graph = graph;
    m_fresh = fresh;
    m_layout = nullptr;
    m_animation.stop();
    m_moving.clear();
    m_arranger.arrange(std::move(graph), fresh);
}

void DiagramScene::settle(const Arranger::Layout& layout)
{
    m_animation.stop();
    m_moving.clear();
    m_layout = layout;
    for (size_t i = 0; i < m_order.size(); ++i) {
        BlockItem* item = m_order[i];
        const QPointF target = pointOf(layout->centres[i]);
        const bool appears = !m_target.contains(item->id());
        m_target[item->id()] = target;
        item->show();
        if (appears)
            item->setPos(target);
        else if (item->pos() != target)
            m_moving.emplace_back(item, std::pair(item->pos(), target));
    }
    if (m_target.size() > m_order.size())
        std::erase_if(m_target, [&](const auto& entry) { return !m_blocks.contains(entry.first); });
    if (m_animated && !m_moving.empty() && m_order.size() <= mostAnimated) return m_animation.start();
    for (const auto& [item, ends] : m_moving) item->setPos(ends.second);
    routeAll();
    emit arranged();
}

void DiagramScene::routeAll()
{
    if (!m_layout) return;
    for (size_t i = 0; i < m_wires.size(); ++i) route(i);
}

void DiagramScene::route(size_t i)
{
    const auto [from, to] = m_ends[i];
    m_wires[i]->setVisible(from && to);
    if (!from || !to) return;
    const core::Wire& wire = m_wires[i]->wire();
    const core::Point start = pointOf(from->output(wire.from.port)), end = pointOf(to->input(wire.to.port));
    const core::picture::WireRun& run = m_layout->wires[i];
    m_wires[i]->route(run.start == start && run.end == end ? run : movedRun(run, start, end),
                      {from->picture().outReach, to->picture().inReach});
}

void DiagramScene::mark()
{
    std::map<std::string, QString> errors;
    for (const core::Error& error : m_lab.problems())
        if (const std::string id = m_lab.blockOf(error); !id.empty())
            errors[id] += QString::fromStdString(error.text()) + QLatin1Char('\n');
    const Selection& selection = m_lab.selection();
    for (BlockItem* item : m_order) {
        const auto error = errors.find(item->id());
        item->setMarks(selection.blocks.contains(item->id()),
                       error == errors.end() ? QString() : error->second.trimmed());
    }
    for (WireItem* item : m_wires)
        item->setMarks(std::ranges::find(selection.wires, item->wire()) != selection.wires.end(),
                       m_receiving == item->wire(), m_lab.watched(item->wire().from.text()));
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
    for (auto item = m_order.rbegin(); item != m_order.rend(); ++item) {
        const BlockPicture& picture = (*item)->picture();
        const QPointF local = place - (*item)->pos();
        if (!(*item)->boundingRect().contains(local)) continue;
        if (picture.outline.contains(local) || picture.caption.contains(local)) return (*item)->id();
    }
    return {};
}

const core::Wire* DiagramScene::wireAt(QPointF place) const
{
    for (const WireItem* item : m_wires)
        if (item->isVisible() && item->boundingRect().contains(place) && item->shape().contains(place))
            return &item->wire();
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
    for (const BlockItem* item : m_order) {
        if (!item->boundingRect().adjusted(-reach, -reach, reach, reach).contains(place - item->pos()))
            continue;
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
        if (item->isVisible() && m_animation.state() != QAbstractAnimation::Running) all |= item->extent();
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
        if (BlockItem* item = block(id)) item->setPos(placeOf(id) + by);
    if (!m_layout) return;
    for (size_t i = 0; i < m_wires.size(); ++i)
        if (blocks.contains(m_wires[i]->wire().from.block) || blocks.contains(m_wires[i]->wire().to.block))
            route(i);
}

void DiagramScene::setHovered(const std::string& id, const core::Wire* wire)
{
    BlockItem* item = id.empty() ? nullptr : block(id);
    WireItem* wireItem = wire ? this->wire(*wire) : nullptr;
    if (BlockItem* before = std::exchange(m_hoveredBlock, item); before != item) {
        if (before) before->setHovered(false);
        if (item) item->setHovered(true);
    }
    if (WireItem* before = std::exchange(m_hoveredWire, wireItem); before != wireItem) {
        if (before) before->setHovered(false);
        if (wireItem) wireItem->setHovered(true);
    }
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
