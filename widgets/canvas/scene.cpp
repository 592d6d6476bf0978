#include "widgets/canvas/scene.h"

#include "core/picture/far.h"

namespace widgets
{
namespace
{

/// More blocks than these go to their places at once.
constexpr size_t mostAnimated = 300;

core::Point pointOf(QPointF p) { return {p.x(), p.y()}; }

core::picture::Palette paletteOf(const Theme& theme)
{
    return core::picture::paletteOf(theme.name.toStdString());
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
    connect(&lab, &Lab::documentChanged, this, [this] {
        m_edited = true;
        sync();
    });
    connect(&lab, &Lab::documentOpened, this, &DiagramScene::arrangeAfresh);
    connect(&lab, &Lab::elaborationChanged, this, [this] {
        if (m_held)
            m_syncDue = true;
        else if (m_shownTypes != m_lab.typesRevision())
            sync();
    });
    connect(&lab, &Lab::libraryChanged, this, [this] { m_known.clear(); });
    connect(&lab, &Lab::themeChanged, this, [this] {
        m_look.palette = paletteOf(m_lab.theme());
        update();
    });
    for (auto signal : {&Lab::selectionChanged, &Lab::watchesChanged})
        connect(&lab, signal, this, &DiagramScene::mark);
    connect(&lab, &Lab::problemsChanged, this, [this] { collectErrors(), mark(); });
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

void DiagramScene::arrange(core::picture::LayoutGraph graph)
{
    if (graph == m_graph) return routeAll();
    m_graph = graph;
    m_layout = m_waiting = nullptr;
    m_animation.stop();
    m_moving.clear();
    m_arranger.arrange(std::move(graph), precedent());
}

/// What is opened is arranged for itself, so that it always looks the same; what is edited, after what it
/// was.
std::optional<core::picture::Precedent> DiagramScene::precedent() const
{
    if (!m_settled.layout || !m_edited) return {};
    core::picture::Precedent before;
    for (const BlockItem* item : m_order) {
        const auto place = item->place();
        before.blocks.push_back(place ? std::optional(pointOf(*place)) : std::nullopt);
    }
    for (const WireItem* item : m_wires) {
        const auto known = m_settled.wires.find(item);
        before.wires.emplace_back();
        if (known != m_settled.wires.end()) before.wires.back() = m_settled.layout->wires[known->second];
    }
    return before;
}

void DiagramScene::arrangeAfresh()
{
    m_edited = false;
    arrange(std::exchange(m_graph, {}));
}

void DiagramScene::hold()
{
    m_held = true;
    if (m_animation.state() != QAbstractAnimation::Running) return;
    m_animation.stop();
    for (const auto& [item, ends] : m_moving) item->setPos(ends.second);
    m_moving.clear();
    routeAll();
}

void DiagramScene::letGo()
{
    m_held = false;
    if (const Arranger::Layout layout = std::exchange(m_waiting, nullptr)) settle(layout);
    if (std::exchange(m_syncDue, false) && m_shownTypes != m_lab.typesRevision()) sync();
}

/// Of what is not pinned: the leftmost block stays in its column, and most blocks stay at their heights.
QPointF DiagramScene::commonShift(const core::picture::Layout& layout) const
{
    std::map<double, int> votes;
    std::optional<QPointF> leftmost;
    double by = 0;
    for (size_t i = 0; i < m_order.size(); ++i) {
        const auto before = m_order[i]->place();
        if (!before || m_graph.blocks[i].pin) continue;
        const QPointF now = pointOf(layout.centres[i]);
        ++votes[now.y() - before->y()];
        if (leftmost && before->x() >= leftmost->x()) continue;
        leftmost = before;
        by = now.x() - leftmost->x();
    }
    const auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    return most == votes.end() ? QPointF() : QPointF(by, most->first);
}

void DiagramScene::settle(const Arranger::Layout& layout)
{
    if (m_held) {
        m_waiting = layout;
        return;
    }
    m_animation.stop();
    m_moving.clear();
    m_layout = layout;
    m_settled.layout = layout;
    m_settled.wires.clear();
    for (size_t i = 0; i < m_wires.size(); ++i) m_settled.wires[m_wires[i]] = i;
    std::vector<core::picture::Rect> bodies;
    for (size_t i = 0; i < m_order.size(); ++i)
        bodies.push_back(core::picture::Rect::around(layout->centres[i], m_order[i]->cell().size));
    const std::vector<core::picture::Rect> rooms = core::picture::farRooms(bodies);
    const std::vector<double> labels = labelRooms(m_lab.diagram(), m_graph, layout->wires);
    for (size_t i = 0; i < m_wires.size(); ++i) m_wires[i]->setRoom(labels[i]);
    for (size_t i = 0; i < m_order.size(); ++i) m_order[i]->setRoom(rooms[i].translated(-layout->centres[i]));
    if (const QPointF by = commonShift(*layout); !by.isNull()) {
        for (BlockItem* item : m_order) item->setPos(item->pos() + by);
        emit shifted(by);
    }
    for (size_t i = 0; i < m_order.size(); ++i) {
        BlockItem* item = m_order[i];
        const QPointF target = pointOf(layout->centres[i]);
        const bool appears = !item->place();
        item->setPlace(target);
        item->show();
        if (appears)
            item->setPos(target);
        else if (item->pos() != target)
            m_moving.emplace_back(item, std::pair(item->pos(), target));
    }
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

void DiagramScene::collectErrors()
{
    m_errors.clear();
    for (const core::Error& error : m_lab.problems())
        if (const std::string id = m_lab.blockOf(error); !id.empty()) {
            QString& text = m_errors[id];
            if (!text.isEmpty()) text += QLatin1Char('\n');
            text += QString::fromStdString(error.text()).trimmed();
        }
}

void DiagramScene::mark()
{
    const Selection& selection = m_lab.selection();
    for (BlockItem* item : m_order) {
        const auto error = m_errors.find(item->id());
        item->setMarks(selection.blocks.contains(item->id()),
                       error == m_errors.end() ? QString() : error->second);
    }
    for (WireItem* item : m_wires)
        item->setMarks(std::ranges::find(selection.wires, item->wire()) != selection.wires.end(),
                       m_receiving == item->wire(),
                       m_lab.watchesAny() && m_lab.watched(item->wire().from.text()));
}

BlockItem* DiagramScene::block(const std::string& id) const
{
    const auto found = m_blocks.find(id);
    return found == m_blocks.end() ? nullptr : found->second;
}

QPointF DiagramScene::placeOf(const std::string& id) const
{
    const BlockItem* item = block(id);
    return item ? item->place().value_or(QPointF()) : QPointF();
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

void DiagramScene::setCosts(const QRectF& room)
{
    if (std::exchange(m_costs, room) != room) emit extended();
}

QRectF DiagramScene::diagramRect() const { return drawnRect() | m_costs; }

QRectF DiagramScene::drawnRect() const
{
    QRectF all;
    for (const BlockItem* item : m_order)
        all |= item->extent().translated(item->place().value_or(item->pos()));
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

std::vector<core::Wire> DiagramScene::wiresUnder(const QPainterPath& path) const
{
    std::vector<core::Wire> wires;
    const QRectF area = path.boundingRect();
    for (const WireItem* item : m_wires)
        if (item->isVisible() && item->boundingRect().intersects(area) && item->shape().intersects(path))
            wires.push_back(item->wire());
    return wires;
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
