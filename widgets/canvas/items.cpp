#include "widgets/canvas/items.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace widgets
{
namespace
{

/// Below these zoom factors sizes are not legible, above the second there is room for names.
constexpr double labelZoom = 0.55, nameZoom = 1.35;

} // namespace

void BlockItem::show(std::string id, BlockPicture picture, const QString& toolTip,
                     std::set<std::string> freePorts)
{
    prepareGeometryChange();
    m_id = std::move(id);
    m_picture = std::move(picture);
    m_freePorts = std::move(freePorts);
    setToolTip(toolTip);
    update();
}

void BlockItem::setMarks(bool selected, bool hovered, const QString& error)
{
    if (selected == m_selected && hovered == m_hovered && error == m_error) return;
    m_selected = selected;
    m_hovered = hovered;
    m_error = error;
    update();
}

void BlockItem::setPortsShown(bool shown)
{
    if (shown == m_portsShown) return;
    m_portsShown = shown;
    update();
}

QRectF BlockItem::boundingRect() const
{
    return m_picture.body.united(m_picture.caption).adjusted(-14, -14, 14, 8);
}

QPointF BlockItem::place(const std::map<std::string, QPointF>& ports, const std::string& port) const
{
    const auto found = ports.find(port);
    return pos() + (found == ports.end() ? QPointF() : found->second);
}

void BlockItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    painter->setRenderHint(QPainter::Antialiasing);
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const BlockMark mark = !m_error.isEmpty() ? BlockMark::Wrong
                           : m_selected       ? BlockMark::Selected
                           : m_hovered        ? BlockMark::Hovered
                                              : BlockMark::None;
    paintBlock(*painter, m_picture, m_theme, mark, zoom > 0.4);
    if (!m_error.isEmpty() && m_selected) {
        painter->setPen(QPen(m_theme.accent, 1.2, Qt::DashLine));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(m_picture.body.adjusted(-6, -6, 6, 6));
    }
    for (const auto* side : {&m_picture.shape.inputs, &m_picture.shape.outputs})
        for (const auto& [port, place] : *side) {
            if (!m_portsShown && !m_hovered && !m_freePorts.contains(port)) continue;
            painter->setPen(QPen(m_theme.accent, 1.4));
            painter->setBrush(m_freePorts.contains(port) ? m_theme.canvas : m_theme.accent);
            painter->drawEllipse(place, 4, 4);
        }
    if (!m_error.isEmpty()) {
        const QRectF badge(m_picture.body.right() - 8, m_picture.body.top() - 9, 17, 17);
        painter->setPen(Qt::NoPen);
        painter->setBrush(m_theme.bad);
        painter->drawEllipse(badge);
        painter->setPen(m_theme.canvas);
        painter->setFont(m_theme.font(0.85, QFont::Bold));
        painter->drawText(badge, Qt::AlignCenter, QStringLiteral("!"));
    }
}

void WireItem::show(core::Wire wire, Lanes lanes, bool branches)
{
    m_wire = std::move(wire);
    m_lanes = std::move(lanes);
    m_branches = branches;
    QStringList axes;
    for (const Lane& lane : m_lanes)
        if (!lane.name.isEmpty()) axes << lane.name + QLatin1String("  ") + lane.size;
    setToolTip(QString::fromStdString(m_wire.from.text() + " \u2192 " + m_wire.to.text()) +
               QLatin1String("\n") +
               (axes.isEmpty() ? QStringLiteral("its type is not known yet") : axes.join(QLatin1Char('\n'))));
    update();
}

void WireItem::setMarks(bool selected, bool hovered, bool receiving, bool watched)
{
    if (selected == m_selected && hovered == m_hovered && receiving == m_receiving && watched == m_watched)
        return;
    m_selected = selected;
    m_hovered = hovered;
    m_receiving = receiving;
    m_watched = watched;
    update();
}

QString WireItem::label(const Lane& lane, bool named) const
{
    if (!named || lane.name.isEmpty()) return lane.size;
    return lane.name + QLatin1Char(' ') + lane.size;
}

double WireItem::labelRoom() const
{
    const QFontMetricsF metrics(m_theme.font(smallestText));
    double widest = 0;
    for (const Lane& lane : m_lanes) widest = qMax(widest, metrics.horizontalAdvance(lane.size));
    return widest + 12;
}

void WireItem::route(QPointF from, double fromReach, QPointF to, double toReach,
                     const std::vector<QPointF>& waypoints)
{
    prepareGeometryChange();
    m_paths.clear();
    m_start = from;
    std::vector<QPointF> via;
    for (const QPointF& point : waypoints)
        if (point.x() > from.x() + 10 && point.x() < to.x() - 10) via.push_back(point);
    if (via.size() != waypoints.size()) via.clear(); // an end was moved past them
    const QPointF next = via.empty() ? to : via.front();
    m_stub = qBound(6.0, next.x() - from.x() - 30, labelRoom());
    const auto curve = [](QPainterPath& path, QPointF end) {
        const QPointF begin = path.currentPosition();
        if (qAbs(begin.y() - end.y()) < 0.5 && end.x() > begin.x()) return path.lineTo(end);
        const double reach = end.x() > begin.x() ? (end.x() - begin.x()) / 2 : 40 + (begin.x() - end.x()) / 3;
        path.cubicTo(begin + QPointF(reach, 0), end - QPointF(reach, 0), end);
    };
    QPainterPath middle;
    for (size_t i = 0; i <= m_lanes.size(); ++i) { // the last round draws the centre line
        const QPointF shift(0, i < m_lanes.size() ? laneOffset(i, m_lanes.size()) : 0);
        QPainterPath path(from + shift - QPointF(fromReach, 0));
        path.lineTo(from + shift + QPointF(m_stub, 0));
        for (size_t v = 0; v < via.size(); ++v)
            v % 2 ? path.lineTo(via[v] + shift) : curve(path, via[v] + shift);
        curve(path, to + shift);
        path.lineTo(to + shift + QPointF(toReach, 0));
        if (i < m_lanes.size())
            m_paths.push_back(path);
        else
            middle = path;
    }
    QPainterPathStroker stroker;
    stroker.setWidth(double(m_lanes.size() - 1) * lanePitch + 12);
    m_hit = stroker.createStroke(middle);
    m_badge = middle.pointAtPercent(0.62);
    m_bounds = m_hit.boundingRect().adjusted(-6, -18, 60, 6);
    update();
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    painter->setRenderHint(QPainter::Antialiasing);
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const bool marked = m_selected || m_hovered || m_receiving;
    const bool known = !m_lanes.front().name.isEmpty();
    painter->setBrush(Qt::NoBrush);
    if (m_selected || m_receiving) {
        QColor glow = m_receiving ? m_theme.good : m_theme.accent;
        glow.setAlphaF(0.16);
        painter->fillPath(m_hit, glow);
    }
    for (size_t i = 0; i < m_paths.size(); ++i) {
        QColor colour = m_receiving ? m_theme.good
                        : marked    ? m_theme.accent
                        : known     ? m_theme.wire
                                    : m_theme.faint;
        if (m_lanes[i].batch && !marked) colour = m_theme.faint;
        painter->setPen(QPen(colour, marked ? 1.7 : 1.15, known ? Qt::SolidLine : Qt::DashLine));
        painter->drawPath(m_paths[i]);
        if (m_branches) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(colour);
            painter->drawEllipse(m_start + QPointF(m_stub, laneOffset(i, m_paths.size())), 2.6, 2.6);
            painter->setBrush(Qt::NoBrush);
        }
    }
    if (zoom > labelZoom) {
        painter->setFont(m_theme.font(smallestText));
        const bool named = m_hovered || zoom > nameZoom;
        for (size_t i = 0; i < m_lanes.size(); ++i) {
            painter->setPen(marked ? m_theme.accent : m_lanes[i].batch ? m_theme.faint : m_theme.muted);
            painter->drawText(m_start + QPointF(6, laneOffset(i, m_lanes.size()) - 2.5),
                              label(m_lanes[i], named));
        }
    }
    if (m_watched && zoom > 0.4) {
        painter->setPen(QPen(m_theme.accent, 1.3));
        painter->setBrush(m_theme.canvas);
        QPainterPath eye(m_badge - QPointF(8, 0));
        eye.quadTo(m_badge - QPointF(0, 10), m_badge + QPointF(8, 0));
        eye.quadTo(m_badge + QPointF(0, 10), m_badge - QPointF(8, 0));
        painter->drawPath(eye);
        painter->setBrush(m_theme.accent);
        painter->drawEllipse(m_badge, 2.2, 2.2);
    }
}

} // namespace widgets
