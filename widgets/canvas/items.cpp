#include "widgets/canvas/items.h"

#include "core/picture/far.h"
#include "core/picture/route.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace widgets
{

using namespace core::picture;

namespace
{

QRectF rectOf(const Rect& r) { return {QPointF(r.left, r.top), QPointF(r.right, r.bottom)}; }

/// All lines in one colour.
Palette tinted(Palette palette, const QColor& colour)
{
    palette.ink = palette.muted =
        palette.faint = {uint8_t(colour.red()), uint8_t(colour.green()), uint8_t(colour.blue())};
    return palette;
}

} // namespace

void BlockItem::show(BlockContent content)
{
    if (content == m_content) return;
    prepareGeometryChange();
    m_content = std::move(content);
    m_marks = m_far = {};
    m_outline = painterPath(cell().outline);
    m_extent = rectOf(boundsOf(cell().marks)).united(body()).adjusted(-14, -14, 14, 14);
    m_bounds = m_room.empty() ? m_extent : m_extent | rectOf(m_room);
    setToolTip(QStringLiteral("<p><b>%1</b><br>%2</p>") // rich text is broken into lines
                   .arg(QString::fromStdString(id()).toHtmlEscaped(), m_content.help.toHtmlEscaped()));
    m_error.clear();
    update();
}

void BlockItem::setRoom(const Rect& room)
{
    if (room == m_room) return;
    prepareGeometryChange();
    m_room = room;
    m_far = m_marks = {};
    m_bounds = m_extent | rectOf(room);
    update();
}

void BlockItem::setMarks(bool selected, const QString& error)
{
    if (selected == m_selected && error == m_error) return;
    if (!error.isEmpty()) setToolTip(error);
    m_selected = selected;
    m_error = error;
    update();
}

void BlockItem::setHovered(bool hovered)
{
    m_hovered = hovered;
    update();
}

void BlockItem::setPortsShown(bool shown)
{
    if (shown == m_portsShown) return;
    m_portsShown = shown;
    update();
}

QRectF BlockItem::body() const { return rectOf(Rect::around({}, cell().size)); }
QRectF BlockItem::words() const { return cell().words.empty() ? body() : rectOf(cell().words); }

QPointF BlockItem::input(const std::string& port, int wire) const
{
    const Slot* slot = cell().input(port, wire);
    return pos() + (slot ? pointOf(slot->place) : QPointF());
}

QPointF BlockItem::output(const std::string& port) const
{
    const Slot* slot = cell().output(port);
    return pos() + (slot ? pointOf(slot->place) : QPointF());
}

void BlockItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    if (m_portsShown) zoom = qMax(zoom, farZoom);
    if (m_marks.empty()) {
        m_far = PaintedMarks(farMarks(cell(), m_room.empty() ? Rect::around({}, cell().size) : m_room));
        m_marks = PaintedMarks(cell().marks);
        Marks wires;
        std::ranges::copy_if(cell().marks, std::back_inserter(wires), [](const Mark& mark) {
            return mark.role == Role::Wire || mark.role == Role::Batch;
        });
        m_wires = PaintedMarks(wires);
    }
    painter->setRenderHint(QPainter::Antialiasing, zoom > farZoom / 2);
    if (!m_error.isEmpty() || m_selected || m_hovered) paintGlow(*painter);
    const bool active = m_content.state == core::BlockState::Active;
    if (m_content.state == core::BlockState::Bypassed && zoom >= farZoom)
        m_wires.paint(*painter, m_look.palette, zoom);
    if (!active) painter->setOpacity(0.35);
    (zoom < farZoom && !m_far.empty() ? m_far : m_marks).paint(*painter, m_look.palette, zoom);
    painter->setOpacity(1);
    if (!active) paintState(*painter, zoom);
    if (zoom >= farZoom) paintPorts(*painter);
    if (!m_error.isEmpty()) paintBadge(*painter);
}

void BlockItem::paintGlow(QPainter& painter) const
{
    const bool wrong = !m_error.isEmpty();
    const QColor edge = wrong ? m_look.theme.bad : m_look.theme.accent;
    QColor glow = edge;
    glow.setAlphaF(wrong || m_selected ? 0.16 : 0.07);
    painter.setBrush(glow);
    painter.setPen(wrong || m_selected ? QPen(edge, 1.4) : QPen(Qt::NoPen));
    painter.drawPath(m_outline);
    if (!wrong || !m_selected) return;
    painter.setPen(QPen(m_look.theme.accent, 1.2, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(body().adjusted(-5, -5, 5, 5));
}

/// The array goes on past a bypassed block, seen from nearby as its wires; a muted one is struck out.
void BlockItem::paintState(QPainter& painter, double zoom) const
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_look.theme.muted, 2, Qt::DashLine));
    const QRectF box = body().adjusted(6, 6, -6, -6);
    const bool muted = m_content.state == core::BlockState::Muted;
    if (muted || cell().inputs.empty() || cell().outputs.empty()) {
        painter.save();
        painter.setClipPath(m_outline, Qt::IntersectClip);
        painter.drawLine(box.bottomLeft(), box.topRight());
        return painter.restore();
    }
    const Slot &in = cell().inputs.front(), &out = cell().outputs.front();
    const bool seen =
        zoom >= farZoom && std::ranges::equal(in.lanes, out.lanes, {}, &Lane::axis, &Lane::axis);
    if (!seen) painter.drawLine(pointOf(in.place), pointOf(out.place));
}

void BlockItem::paintPorts(QPainter& painter) const
{
    for (const auto* side : {&cell().inputs, &cell().outputs})
        for (const Slot& slot : *side) {
            const bool lacking = side == &cell().inputs && !slot.wired && !slot.lanes.empty();
            if (!m_portsShown && !m_hovered && !lacking) continue;
            painter.setPen(QPen(m_look.theme.accent, 1.4));
            painter.setBrush(lacking ? m_look.theme.canvas : m_look.theme.accent);
            const double half = stackHeight(slot.lanes.size()) / 2 + 4;
            painter.drawRoundedRect(QRectF(slot.place.x - 4, slot.place.y - half, 8, 2 * half), 4, 4);
        }
}

void BlockItem::paintBadge(QPainter& painter) const
{
    const QRectF badge(body().right() - 10, body().top() - 9, 17, 17);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.theme.bad);
    painter.drawEllipse(badge);
    painter.setPen(m_look.theme.canvas);
    painter.setFont(m_look.theme.font(0.85, QFont::Bold));
    painter.drawText(badge, Qt::AlignCenter, QStringLiteral("!"));
}

void WireItem::show(core::Wire wire, Lanes lanes)
{
    if (lanes == m_lanes && wire == m_wire) return;
    m_wire = std::move(wire);
    m_lanes = std::move(lanes);
    m_labelWidth = 0;
    QStringList axes;
    for (const Lane& lane : m_lanes) {
        const Runs label = laneLabel(lane, Sizes::Symbolic);
        m_labelWidth = qMax(m_labelWidth, widthOf(label, styleOf(Role::Label).size) + 14);
        if (lane.known)
            axes << (lane.axis.empty() ? QStringLiteral("scalar")
                                       : QString::fromStdString(lane.axis + "  " + lane.size));
    }
    setToolTip(QString::fromStdString(m_wire.from.text() + " \u2192 " + m_wire.to.text()) +
               QLatin1String("\n") +
               (axes.isEmpty() ? QStringLiteral("its type is not known yet") : axes.join(QLatin1Char('\n'))));
    bound();
}

void WireItem::setMarks(bool selected, bool receiving, bool watched)
{
    if (selected == m_selected && receiving == m_receiving && watched == m_watched) return;
    m_selected = selected;
    m_receiving = receiving;
    m_watched = watched;
    if (m_run.copy) m_marks = {};
    update();
}

void WireItem::setRoom(double room)
{
    if (room == m_room) return;
    m_room = room;
    m_marks = {};
    update();
}

void WireItem::setHovered(bool hovered)
{
    m_hovered = hovered;
    if (m_run.copy) m_marks = {};
    update();
}

void WireItem::route(const WireRun& run, Trunk trunk)
{
    if (run == m_run && trunk == m_trunk) return;
    m_run = run;
    m_trunk = trunk;
    bound();
}

/// The box of the run, the lanes and their labels; the curves themselves wait until they are seen.
void WireItem::bound()
{
    prepareGeometryChange();
    m_marks = {};
    m_line.clear();
    m_hit.clear();
    Rect box = Rect::between(m_run.start, m_run.end);
    for (const WireRun::Bend& bend : m_run.bends) box = box.united(core::Point{bend.x, bend.y});
    if (!m_run.forward) box = lanePath(m_run, 0, 0).bounds();
    m_extent = rectOf(box.grown(0, stackHeight(m_lanes.size()) / 2));
    m_bounds = m_extent.adjusted(-8, -18, 8, 9);
    m_bounds.setRight(qMax(m_bounds.right(), m_run.start.x + m_labelWidth));
    update();
}

QPointF WireItem::middle() const { return pointOf(pointAlong(m_run, 0.5)); }

void WireItem::draw() const
{
    if (!m_marks.empty()) return;
    // One that is marked shows its whole way.
    const Trunk trunk = m_selected || m_receiving || m_hovered ? Trunk::Whole : m_trunk;
    m_marks = PaintedMarks(wireMarks(m_run, m_lanes, Sizes::Symbolic, m_room, trunk));
    const std::vector<core::Point> line = lanePath(m_run, 0, 0).flattened(2).front();
    for (const core::Point p : line) m_line << pointOf(p);
}

QPainterPath WireItem::shape() const
{
    if (m_hit.isEmpty()) m_hit = painterPath(bundleOutline(m_run, int(m_lanes.size()), 6));
    return m_hit;
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    draw();
    const Theme& theme = m_look.theme;
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const bool marked = m_selected || m_hovered || m_receiving;
    const QColor colour = m_receiving ? theme.good : marked ? theme.accent : theme.wire;
    if (zoom < farZoom) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(colour, 0));
        painter->drawPolyline(m_line.data(), int(m_line.size()));
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_selected || m_receiving) {
        QColor glow = colour;
        glow.setAlphaF(0.16);
        painter->fillPath(shape(), glow);
    }
    // All labels of a wire that is pointed at are shown.
    m_marks.paint(*painter, marked ? tinted(m_look.palette, colour) : m_look.palette,
                  m_hovered ? qMax(zoom, nearZoom) : zoom);
    if (m_watched) paintEye(*painter);
}

void WireItem::paintEye(QPainter& painter) const
{
    const double length = qMax(1.0, m_run.end.x - m_run.start.x); // past the labels
    const QPointF badge = pointOf(pointAlong(m_run, qBound(0.62, (m_labelWidth + 14) / length, 0.92)));
    painter.setPen(QPen(m_look.theme.accent, 1.3));
    painter.setBrush(m_look.theme.canvas);
    QPainterPath eye(badge - QPointF(8, 0));
    eye.quadTo(badge - QPointF(0, 10), badge + QPointF(8, 0));
    eye.quadTo(badge + QPointF(0, 10), badge - QPointF(8, 0));
    painter.drawPath(eye);
    painter.setBrush(m_look.theme.accent);
    painter.drawEllipse(badge, 2.2, 2.2);
}

} // namespace widgets
