#include "core/diagram/edit.h"
#include "widgets/canvas/gestures/gesture.h"

#include <QPainter>

namespace widgets
{
namespace
{

/// A click selects the wire; dragged, it is led through a point that stays there.
class Reroute : public Gesture
{
public:
    Reroute(CanvasView& canvas, const MouseState& pressed, core::Wire wire)
        : Gesture(canvas, pressed)
        , m_wire(std::move(wire))
    {
        const bool more = pressed.shift() || pressed.control();
        Selection selection = more ? m_lab.selection() : Selection{};
        if (!std::erase(selection.wires, m_wire) || !more) selection.wires.push_back(m_wire);
        m_lab.select(selection);
    }
    void move(const MouseState& now) override
    {
        if (m_place || dragged(now)) m_place = now.scene;
    }
    void release(const MouseState&) override
    {
        if (!m_place) return;
        const core::Point pin{std::round(m_place->x()), std::round(m_place->y())};
        std::string id;
        const bool done = m_lab.change(QObject::tr("Lead a wire"), [&](core::Document& document) {
            id = core::edit::addBlock(document, m_lab.library(), "point", pin);
            core::edit::insertOnWire(document, m_lab.library(), m_wire, id);
        });
        if (done) m_lab.select({{id}, {}});
    }
    void paint(QPainter& painter) const override
    {
        const BlockItem *from = m_scene.block(m_wire.from.block), *to = m_scene.block(m_wire.to.block);
        if (!m_place || !from || !to) return;
        painter.setPen(QPen(m_lab.theme().accent, 1.6 / painter.transform().m11(), Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(bent(from->output(m_wire.from.port), *m_place));
        painter.drawPath(bent(*m_place, to->input(m_wire.to.port)));
        painter.setBrush(m_lab.theme().accent);
        painter.drawEllipse(*m_place, 4, 4);
    }

private:
    static QPainterPath bent(QPointF a, QPointF b)
    {
        const QPointF reach(std::max(20.0, std::abs(b.x() - a.x()) / 2), 0);
        QPainterPath path(a);
        path.cubicTo(a + reach, b - reach, b);
        return path;
    }

    const core::Wire m_wire;
    std::optional<QPointF> m_place;
};

} // namespace

std::unique_ptr<Gesture> beginReroute(CanvasView& canvas, const MouseState& pressed)
{
    const core::Wire* wire = canvas.diagramScene().wireAt(pressed.scene);
    return wire ? std::make_unique<Reroute>(canvas, pressed, *wire) : nullptr;
}

} // namespace widgets
