#include "widgets/canvas/gestures/draft.h"

#include "core/diagram/edit.h"
#include "widgets/canvas/wiring.h"

#include <QElapsedTimer>
#include <QPainter>

namespace widgets
{

constexpr int budget = 4; ///< milliseconds at a time for judging ports

Draft::Draft(CanvasView& canvas, const MouseState& pressed)
    : Gesture(canvas, pressed)
    , m_diagram(m_lab.diagram())
    , m_from(pressed.scene)
    , m_to(pressed.scene)
{
    m_scene.setPortsShown(true);
    QObject::connect(&m_pace, &QTimer::timeout, &canvas, [this] { lightSome(); });
}

Draft::~Draft()
{
    m_scene.setPortsShown(false);
    m_canvas.showHint({}, {}, true);
}

void Draft::judge(std::optional<core::Wire> wire, const std::optional<core::Error>& reason, QPoint cursor,
                  std::optional<core::Wire> wanted)
{
    m_wanted = std::move(wanted);
    m_wire = std::move(wire);
    m_refused = reason.has_value();
    m_reason.clear();
    if (reason) {
        m_reason = QString::fromStdString(reason->what);
        if (!reason->hint.empty()) m_reason += QLatin1Char('\n') + QString::fromStdString(reason->hint);
    }
    const QString joined =
        m_wire ? QString::fromStdString(m_wire->from.text() + " \u2192 " + m_wire->to.text()) : QString();
    m_canvas.showHint(m_refused ? m_reason : joined, cursor, !m_refused);
}

const core::ConnectionCheck& Draft::check()
{
    if (!m_check) m_check.emplace(m_diagram, m_lab.library(), m_lab.signature());
    return *m_check;
}

void Draft::release(const MouseState& now)
{
    if (m_refused) {
        emit m_lab.messageShown(QString(m_reason).replace(QLatin1Char('\n'), QLatin1String("  ")));
        core::Document document = m_lab.document();
        document.diagram = m_diagram;
        if (m_wanted) offerFixes(m_canvas, now.view, document, *m_wanted);
    }
    if (!m_wire) return;
    m_lab.change(QObject::tr("Connect"), [&](core::Document& document) {
        if (m_detached) core::edit::disconnect(document, *m_detached);
        core::edit::connect(document, m_lab.library(), *m_wire);
    });
}

void Draft::light(const PortHit& start)
{
    m_start = start;
    const QRectF seen = m_canvas.mapToScene(m_canvas.viewport()->rect()).boundingRect();
    for (const core::Block& block : m_diagram.blocks) {
        const auto kind = m_lab.library().declarationOf(block);
        const BlockItem* item = m_scene.block(block.id);
        if (!kind || !item || block.id == start.port.block) continue;
        for (const core::PortDeclaration& port : start.output ? kind->inputs : kind->outputs) {
            const QPointF place = start.output ? item->input(port.name) : item->output(port.name);
            if (seen.contains(place)) m_waiting.push_back({{block.id, port.name}, !start.output, place});
        }
    }
    const auto farther = [&](const PortHit& a, const PortHit& b) {
        return QLineF(a.place, start.place).length() > QLineF(b.place, start.place).length();
    };
    std::ranges::sort(m_waiting, farther);
    m_pace.start(0);
}

void Draft::lightSome()
{
    QElapsedTimer time;
    time.start();
    while (!m_waiting.empty() && time.elapsed() < budget) {
        const PortHit port = m_waiting.back();
        m_waiting.pop_back();
        const core::Wire wire =
            m_start.output ? core::Wire{m_start.port, port.port} : core::Wire{port.port, m_start.port};
        if (!check()(wire)) m_lit.push_back(port);
    }
    if (m_waiting.empty()) m_pace.stop();
    m_canvas.viewport()->update();
}

void Draft::paint(QPainter& painter) const
{
    const Theme& theme = m_lab.theme();
    const double pixel = 1 / painter.transform().m11();
    QColor glow = theme.good;
    glow.setAlphaF(0.25);
    painter.setPen(QPen(theme.good, 1.6 * pixel));
    painter.setBrush(glow);
    const double radius = std::max(6.0, 5 * pixel);
    for (const PortHit& port : m_lit) painter.drawEllipse(port.place, radius, radius);

    const QPointF reach(std::max(30.0, std::abs(m_to.x() - m_from.x()) / 2), 0);
    QPainterPath path(m_from);
    path.cubicTo(m_from + reach, m_to - reach, m_to);
    const QColor colour = m_wire ? theme.good : m_refused ? theme.bad : theme.accent;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, 2, m_wire || m_refused ? Qt::SolidLine : Qt::DashLine));
    painter.drawPath(path);
    painter.setBrush(colour);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(m_from, 4, 4);
    painter.drawEllipse(m_to, 4, 4);
}

} // namespace widgets
