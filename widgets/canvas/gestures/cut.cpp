#include "core/diagram/edit.h"
#include "widgets/canvas/gestures/gesture.h"

#include <QPainter>

namespace widgets
{
namespace
{

/// A line is drawn across wires; at the end they are gone.
class Cut : public Gesture
{
public:
    using Gesture::Gesture;
    void move(const MouseState& now) override
    {
        m_line.lineTo(now.scene);
        QPainterPathStroker pen;
        pen.setWidth(0.5);
        m_wires = m_scene.wiresUnder(pen.createStroke(m_line));
        m_lab.select({{}, m_wires}); // shows which ones
    }
    void release(const MouseState&) override
    {
        if (m_wires.empty()) return;
        m_lab.change(m_wires.size() == 1 ? QObject::tr("Cut a wire") : QObject::tr("Cut wires"),
                     [&](core::Document& document) {
                         for (const core::Wire& wire : m_wires) core::edit::disconnect(document, wire);
                     });
    }
    void cancel() override { m_lab.select({}); }
    void paint(QPainter& painter) const override
    {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_lab.theme().bad, 1.6 / painter.transform().m11(), Qt::DashLine));
        painter.drawPath(m_line);
    }

private:
    QPainterPath m_line{m_pressed.scene};
    std::vector<core::Wire> m_wires;
};

} // namespace

std::unique_ptr<Gesture> beginCut(CanvasView& canvas, const MouseState& pressed)
{
    DiagramScene& scene = canvas.diagramScene();
    const bool nothing = scene.blockAt(pressed.scene).empty() && !scene.wireAt(pressed.scene) &&
                         !scene.portAt(pressed.scene, canvas.portReach());
    if (pressed.held != Qt::Key_Y && !(pressed.control() && nothing)) return nullptr;
    return std::make_unique<Cut>(canvas, pressed);
}

} // namespace widgets
