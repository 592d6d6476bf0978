#include "widgets/canvas/scene.h"

#include "core/picture/far.h"

namespace widgets
{
namespace
{

/// More blocks than these go to their places at once.
constexpr size_t mostAnimated = 300;

QPointF pointOf(core::Point p) { return {p.x, p.y}; }
core::Point pointOf(QPointF p) { return {p.x(), p.y()}; }

core::picture::Palette paletteOf(const Theme& theme)
{
    return core::picture::paletteOf(theme.name.toStdString());
}

BlockContent contentOf(const core::Block& block, const core::BlockDeclaration* kind, const std::string& data,
                       core::picture::Cell cell)
{
    BlockContent content{block.id,
                         block.state,
                         QString::fromStdString(kind && !kind->title.empty() ? kind->title : block.kind),
                         {},
                         kind ? QString::fromStdString(kind->help)
                              : QObject::tr("This kind of block is not known."),
                         std::move(cell)};
    if (const auto* parameter = kind ? kind->parameter(kind->draw.label) : nullptr)
        content.setting = QString::fromStdString(core::picture::shortened(
            core::picture::settingText(core::picture::settingOf(block, *parameter)), 26));
    else if (kind && kind->inputs.empty())
        content.setting = QString::fromStdString(data);
    return content;
}

/// Where the mouse can be on a port: anywhere along its wires.
double distanceTo(const core::picture::Slot& slot, QPointF from)
{
    const double half = core::picture::stackHeight(slot.lanes.size()) / 2;
    const double beyond = qMax(0.0, qAbs(from.y() - slot.place.y) - half);
    return std::hypot(from.x() - slot.place.x, beyond);
}

} // namespace

DiagramScene::DiagramScene(Lab& lab, QObject* parent)
    : QGraphicsScene(parent)
    , m_lab(lab)
    , m_look{lab.theme(), paletteOf(lab.theme())}
{
    setItemIndexMethod(NoIndex);
    connect(&lab, &Lab::documentChanged, this, [this] { sync(); });
    connect(&lab, &Lab::elaborationChanged, this, [this] { sync(); });
    connect(&lab, &Lab::libraryChanged, this, [this] { m_known.clear(); });
    connect(&lab, &Lab::themeChanged, this, [this] {
        m_look.palette = paletteOf(m_lab.theme());
        update();
    });
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

core::picture::Cell DiagramScene::known(const core::Block& block, const core::BlockDeclaration& kind,
                                        std::vector<core::picture::Slot> inputs,
                                        std::vector<core::picture::Slot> outputs)
{
    using core::picture::Slot;
    core::Block unpinned = block;
    unpinned.pin.reset();
    std::vector<Slot> unwired = inputs;
    for (size_t i = 0; i < unwired.size(); ++i) unwired[i].wire = inputs[i].wire < 0 ? -1 : int(i);
    const auto before = m_known.find(block.id);
    if (before == m_known.end() || before->second.block != unpinned || before->second.inputs != unwired ||
        before->second.outputs != outputs) {
        auto opened = openedCell(m_lab.diagram(), m_lab.library(), m_lab.elaboration(), m_lab.signature(),
                                 m_options, block, kind, unwired, outputs);
        core::picture::Cell cell = opened ? std::move(*opened)
                                          : cellOf(block, &kind, unwired, outputs,
                                                   {m_options.sizes, m_options.data, &m_lab.library()});
        m_known[block.id] = {std::move(unpinned), std::move(unwired), std::move(outputs), std::move(cell)};
    }
    core::picture::Cell cell = m_known[block.id].cell;
    for (Slot& slot : cell.inputs)
        if (slot.wire >= 0) slot.wire = inputs[size_t(slot.wire)].wire;
    return cell;
}

core::picture::Cells DiagramScene::cells()
{
    const std::string& data = m_lab.document().data.name;
    const std::string name = data.substr(data.rfind('/') + 1);
    if (std::exchange(m_options.data, name) != name) m_known.clear();
    core::picture::Cells cells = core::picture::cellsOf(
        m_lab.diagram(), m_lab.library(), m_lab.elaboration(), {m_options.sizes, m_options.data},
        {{},
         [this](const core::Block& block, const core::BlockDeclaration& kind,
                const std::vector<core::picture::Slot>& in, const std::vector<core::picture::Slot>& out)
             -> std::optional<core::picture::Cell> { return known(block, kind, in, out); }});
    std::erase_if(m_known, [&](const auto& entry) { return !cells.cells.contains(entry.first); });
    return cells;
}

/// Items for what is new, none for what is gone, pictures for what changed; then all go to their places.
void DiagramScene::sync()
{
    const core::Diagram& diagram = m_lab.diagram();
    core::picture::Cells cells = this->cells();
    core::picture::LayoutGraph graph = layoutGraphOf(diagram, cells);

    std::map<std::string, BlockItem*> gone = std::exchange(m_blocks, {});
    m_order.clear();
    for (const core::Block& block : diagram.blocks) {
        auto known = gone.extract(block.id);
        BlockItem* item = known ? known.mapped() : new BlockItem(m_look);
        if (!known) {
            item->hide(); // until it has a place
            addItem(item);
        }
        m_blocks[block.id] = item;
        m_order.push_back(item);
        item->show(contentOf(block, m_lab.library().find(block.kind), m_options.data,
                             std::move(cells.cells.at(block.id))));
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
        WireItem* item = known ? known.mapped() : new WireItem(m_look);
        if (!known) addItem(item);
        m_wires.push_back(item);
        m_ends.emplace_back(block(wire.from.block), block(wire.to.block));
        core::picture::Lanes& lanes = cells.wires[i];
        if (lanes.empty()) lanes = core::picture::lanesOf(m_lab.elaboration(), wire.from.text());
        item->show(wire, std::move(lanes));
    }
    for (const auto& [unused, item] : goneWires) {
        if (item == m_hoveredWire) m_hoveredWire = nullptr;
        delete item;
    }
    arrange(std::move(graph));
    mark();
}

void DiagramScene::arrange(core::picture::LayoutGraph graph)
{
    // A document that was just opened looks the same whatever was open before.
    const bool fresh = m_lab.history().count() == 0;
    if (graph == m_graph && fresh == m_fresh) return routeAll();
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
    std::vector<core::picture::Rect> bodies;
    for (size_t i = 0; i < m_order.size(); ++i)
        bodies.push_back(core::picture::Rect::around(layout->centres[i], m_order[i]->cell().size));
    const std::vector<core::picture::Rect> rooms = core::picture::farRooms(bodies);
    const std::vector<double> labels = labelRooms(m_lab.diagram(), m_graph, layout->wires);
    for (size_t i = 0; i < m_wires.size(); ++i) m_wires[i]->setRoom(labels[i]);
    for (size_t i = 0; i < m_order.size(); ++i) m_order[i]->setRoom(rooms[i].translated(-layout->centres[i]));
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

/// Wires run as they were laid out, or as near to that as blocks that are on their way allow; then copies of
/// one array draw the way that they share each for itself.
void DiagramScene::routeAll()
{
    if (!m_layout) return;
    std::vector<core::picture::WireRun> moved;
    std::vector<size_t> which;
    std::set<core::PortRef> parted;
    for (size_t i = 0; i < m_wires.size(); ++i) {
        const auto [from, to] = m_ends[i];
        m_wires[i]->setVisible(from && to);
        if (!from || !to) continue;
        const core::Point start = pointOf(from->pos()) + m_graph.wires[i].start,
                          end = pointOf(to->pos()) + m_graph.wires[i].end;
        const core::picture::WireRun& run = m_layout->wires[i];
        if (run.start == start && run.end == end) continue;
        moved.push_back(movedRun(run, start, end));
        which.push_back(i);
        parted.insert(m_wires[i]->wire().from);
    }
    using core::picture::Trunk;
    size_t next = 0;
    for (size_t i = 0; i < m_wires.size(); ++i) {
        if (!m_ends[i].first || !m_ends[i].second) continue;
        const bool other = next < which.size() && which[next] == i;
        const bool whole = other || (!parted.empty() && parted.contains(m_wires[i]->wire().from));
        m_wires[i]->route(other ? moved[next++] : m_layout->wires[i], whole ? Trunk::Whole : Trunk::Shared);
    }
    emit routed();
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
        const QPointF local = place - (*item)->pos();
        if (!(*item)->boundingRect().contains(local)) continue;
        if ((*item)->shape().contains(local) || (*item)->words().contains(local)) return (*item)->id();
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
    const auto offer = [&](const BlockItem* item, const std::vector<core::picture::Slot>& ports,
                           bool output) {
        const QPointF local = place - item->pos();
        const bool inside = item->shape().contains(local); // its own middle stays free
        for (const core::picture::Slot& slot : ports) {
            const double distance = distanceTo(slot, local);
            if (distance > (inside ? qMin(reach, item->body().width() * 0.25) : reach)) continue;
            reach = distance;
            best = {{item->id(), slot.port}, output, item->pos() + QPointF(slot.place.x, slot.place.y)};
        }
    };
    for (const BlockItem* item : m_order) {
        if (!item->boundingRect().adjusted(-reach, -reach, reach, reach).contains(place - item->pos()))
            continue;
        offer(item, item->cell().inputs, false);
        offer(item, item->cell().outputs, true);
    }
    return best;
}

QRectF DiagramScene::diagramRect() const
{
    QRectF all;
    for (const auto& [id, item] : m_blocks) {
        const auto target = m_target.find(id);
        const QPointF place = target == m_target.end() ? item->pos() : target->second;
        all |= item->extent().translated(place);
    }
    for (const WireItem* item : m_wires)
        if (item->isVisible() && m_animation.state() != QAbstractAnimation::Running) all |= item->extent();
    return all.isEmpty() ? all : all | m_pictures;
}

std::set<std::string> DiagramScene::blocksIn(const QRectF& area) const
{
    std::set<std::string> ids;
    for (const auto& [id, item] : m_blocks)
        if (area.intersects(item->body().translated(item->pos()))) ids.insert(id);
    return ids;
}

void DiagramScene::shift(const std::set<std::string>& blocks, QPointF by)
{
    m_animation.stop();
    for (const std::string& id : blocks)
        if (BlockItem* item = block(id)) item->setPos(placeOf(id) + by);
    routeAll();
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
