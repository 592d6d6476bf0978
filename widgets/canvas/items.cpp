#include "widgets/canvas/items.h"

#include "widgets/canvas/paint.h"

#include "core/picture/route.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace widgets
{
namespace
{

/// Below the first zoom factor blocks are boxes and wires single lines; below the second sizes are not
/// legible, above the third there is room for names.
constexpr double farZoom = 0.4, labelZoom = 0.55, nameZoom = 1.35;

} // namespace

void BlockItem::show(BlockContent content, bool always)
{
    if (!always && content == m_content) return;
    prepareGeometryChange();
    m_content = std::move(content);
    m_picture =
        pictureOf(m_content.block, m_content.kind, m_content.in, m_content.out, m_theme, m_content.words);
    m_bounds = m_picture.body.united(m_picture.caption).adjusted(-14, -14, 14, 8);
    setToolTip(QString::fromStdString(m_content.block.id) + QLatin1Char('\n') +
               (m_content.kind ? QString::fromStdString(m_content.kind->help)
                               : QObject::tr("This kind of block is not known.")));
    m_error.clear();
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

QPointF BlockItem::place(const std::map<std::string, QPointF>& ports, const std::string& port) const
{
    const auto found = ports.find(port);
    return pos() + (found == ports.end() ? QPointF() : found->second);
}

void BlockItem::paintFar(QPainter& painter, BlockMark mark, double zoom) const
{
    const QColor edge = mark == BlockMark::None    ? m_theme.blockEdge
                        : mark == BlockMark::Wrong ? m_theme.bad
                                                   : m_theme.accent;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(edge, 0));
    painter.setBrush(m_picture.learned ? m_theme.learned : m_theme.block);
    painter.drawRect(m_picture.body);
    const QRectF& body = m_picture.body;
    if (body.width() * zoom < 30 || body.height() * zoom < 12) return;
    painter.setPen(m_theme.text);
    painter.setFont(m_theme.font(0.92, QFont::DemiBold));
    painter.drawText(body, Qt::AlignCenter, m_picture.title);
}

void BlockItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const BlockMark mark = !m_error.isEmpty() ? BlockMark::Wrong
                           : m_selected       ? BlockMark::Selected
                           : m_hovered        ? BlockMark::Hovered
                                              : BlockMark::None;
    if (zoom <= farZoom && !m_portsShown) return paintFar(*painter, mark, zoom);
    painter->setRenderHint(QPainter::Antialiasing);
    paintBlock(*painter, m_picture, m_theme, mark, zoom > farZoom);
    if (!m_error.isEmpty() && m_selected) {
        painter->setPen(QPen(m_theme.accent, 1.2, Qt::DashLine));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(m_picture.body.adjusted(-6, -6, 6, 6));
    }
    for (const auto* side : {&m_picture.shape.inputs, &m_picture.shape.outputs})
        for (const auto& [port, place] : *side) {
            const bool isFree = m_content.freePorts.contains(port);
            if (!m_portsShown && !m_hovered && !isFree) continue;
            painter->setPen(QPen(m_theme.accent, 1.4));
            painter->setBrush(isFree ? m_theme.canvas : m_theme.accent);
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

void WireItem::show(core::Wire wire, Lanes lanes)
{
    if (lanes == m_lanes && wire == m_wire) return;
    m_wire = std::move(wire);
    m_lanes = std::move(lanes);
    const QFontMetricsF metrics(m_theme.font(smallestText));
    double widest = 0;
    QStringList axes;
    for (const Lane& lane : m_lanes) {
        widest = qMax(widest, metrics.horizontalAdvance(lane.size));
        if (!lane.name.isEmpty()) axes << lane.name + QLatin1String("  ") + lane.size;
    }
    m_labelRoom = widest + 12;
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
    update();
}

void WireItem::setHovered(bool hovered)
{
    m_hovered = hovered;
    update();
}

QString WireItem::label(const Lane& lane, bool named) const
{
    if (!named || lane.name.isEmpty()) return lane.size;
    return lane.name + QLatin1Char(' ') + lane.size;
}

void WireItem::route(const core::picture::WireRun& run, Reach reach)
{
    if (run == m_run && reach == m_reach) return;
    m_run = run;
    m_reach = reach;
    bound();
}

/// The box of the run, the lanes and their labels; the curves themselves wait until they are seen.
void WireItem::bound()
{
    prepareGeometryChange();
    m_paths.clear();
    m_line.clear();
    m_hit.clear();
    core::picture::Rect box = core::picture::Rect::between(m_run.start, m_run.end);
    for (const core::picture::WireRun::Bend& bend : m_run.bends)
        box = box.united(core::Point{bend.x, bend.y});
    if (!m_run.forward) box = lanePath(m_run, 0, 0).bounds();
    const double half = double(m_lanes.size() - 1) / 2 * lanePitch;
    m_extent = QRectF(QPointF(box.left, box.top - half), QPointF(box.right, box.bottom + half));
    m_bounds = m_extent.adjusted(-m_reach.start - 8, -18, m_reach.end + 8, 9);
    m_bounds.setRight(qMax(m_bounds.right(), m_run.start.x + 60));
}

void WireItem::draw() const
{
    if (!m_paths.empty()) return;
    core::picture::WireRun run = m_run;
    run.start.x -= m_reach.start;
    run.end.x += m_reach.end;
    for (const core::picture::Path& path : lanePaths(run, int(m_lanes.size())))
        m_paths.push_back(painterPath(path));
    const auto line = lanePath(run, 0, 0).flattened(2).front();
    for (const core::Point p : line) m_line << QPointF(p.x, p.y);
}

QPainterPath WireItem::shape() const
{
    if (m_hit.isEmpty()) m_hit = painterPath(bundleOutline(m_run, int(m_lanes.size()), 6));
    return m_hit;
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    draw();
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const bool marked = m_selected || m_hovered || m_receiving;
    const bool known = !m_lanes.front().name.isEmpty();
    const QColor colour = m_receiving ? m_theme.good
                          : marked    ? m_theme.accent
                          : known     ? m_theme.wire
                                      : m_theme.faint;
    painter->setBrush(Qt::NoBrush);
    if (zoom <= farZoom) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(QPen(colour, 0));
        painter->drawPolyline(m_line.data(), int(m_line.size()));
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_selected || m_receiving) {
        QColor glow = m_receiving ? m_theme.good : m_theme.accent;
        glow.setAlphaF(0.16);
        painter->fillPath(shape(), glow);
    }
    const size_t lanes = m_lanes.size();
    for (size_t i = 0; i < lanes; ++i) {
        const QColor own = m_lanes[i].batch && !marked ? m_theme.faint : colour;
        painter->setPen(QPen(own, marked ? 1.7 : 1.15, known ? Qt::SolidLine : Qt::DashLine));
        painter->drawPath(m_paths[i]);
        if (!m_run.copy) continue;
        painter->setPen(Qt::NoPen);
        painter->setBrush(own);
        painter->drawEllipse(QPointF(m_run.copy->x, m_run.copy->y + laneOffset(i, lanes)), 2.6, 2.6);
        painter->setBrush(Qt::NoBrush);
    }
    if (zoom > labelZoom) {
        painter->setFont(m_theme.font(smallestText));
        const bool named = m_hovered || zoom > nameZoom;
        for (size_t i = 0; i < lanes; ++i) {
            painter->setPen(marked ? m_theme.accent : m_lanes[i].batch ? m_theme.faint : m_theme.muted);
            painter->drawText(QPointF(m_run.start.x + 6, m_run.start.y + laneOffset(i, lanes) - 2.5),
                              label(m_lanes[i], named));
        }
    }
    if (m_watched) paintEye(*painter);
}

void WireItem::paintEye(QPainter& painter) const
{
    const core::Point at = pointAlong(m_run, 0.62);
    const QPointF badge(at.x, at.y);
    painter.setPen(QPen(m_theme.accent, 1.3));
    painter.setBrush(m_theme.canvas);
    QPainterPath eye(badge - QPointF(8, 0));
    eye.quadTo(badge - QPointF(0, 10), badge + QPointF(8, 0));
    eye.quadTo(badge + QPointF(0, 10), badge - QPointF(8, 0));
    painter.drawPath(eye);
    painter.setBrush(m_theme.accent);
    painter.drawEllipse(badge, 2.2, 2.2);
}

} // namespace widgets
