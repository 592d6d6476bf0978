#include "core/diagram/edit.h"
#include "widgets/canvas/gestures/draft.h"
#include "widgets/edits.h"

namespace widgets
{
namespace
{

class Connect : public Draft
{
public:
    Connect(CanvasView& canvas, const MouseState& pressed, PortHit start)
        : Draft(canvas, pressed)
        , m_start(std::move(start))
    {
        if (!m_start.output) // a wire that ends here is taken by its end
            for (const core::Wire& wire : m_lab.diagram().wires)
                if (const BlockItem* from = m_scene.block(wire.from.block); from && wire.to == m_start.port) {
                    m_detached = wire;
                    m_start = PortHit{wire.from, true, from->output(wire.from.port)};
                    break;
                }
        if (m_detached) std::erase(m_diagram.wires, *m_detached);
        m_from = m_to = m_start.place;
        light(m_start);
    }

    /// The wire snaps to the nearest port of the other side, or to the best port of a block under the mouse,
    /// and says at once whether it may end there.
    void move(const MouseState& now) override
    {
        QPointF& loose = m_start.output ? m_to : m_from;
        loose = now.scene;
        const auto hit = m_scene.portAt(now.scene, 1.6 * m_canvas.portReach());
        const std::string block = m_scene.blockAt(now.scene);
        if (hit && hit->output != m_start.output) {
            loose = hit->place;
            const core::Wire wire =
                m_start.output ? core::Wire{m_start.port, hit->port} : core::Wire{hit->port, m_start.port};
            const auto reason = check()(wire);
            judge(reason ? std::nullopt : std::optional(wire), reason, now.view, wire);
        } else if (!block.empty() && block != m_start.port.block) {
            BestWire best = bestWire(m_lab, m_diagram, check(), m_start.port, m_start.output, block);
            if (const BlockItem* item = m_scene.block(block); item && best.wire)
                loose = m_start.output ? item->input(best.wire->to.port) : item->output(best.wire->from.port);
            judge(std::move(best.wire), best.reason, now.view, std::move(best.wanted));
        } else {
            judge(std::nullopt, std::nullopt, now.view);
        }
    }
    void release(const MouseState& now) override
    {
        if (!dragged(now)) {
            if (!m_scene.blockAt(m_pressed.scene).empty()) m_lab.select({{m_start.port.block}, {}});
            return;
        }
        if (m_wire || m_refused) return Draft::release(now);
        if (!m_detached) return m_canvas.openPalette(now.view, m_start);
        m_lab.change(QObject::tr("Disconnect"),
                     [&](core::Document& document) { core::edit::disconnect(document, *m_detached); });
    }

private:
    PortHit m_start;
};

} // namespace

std::unique_ptr<Gesture> beginConnect(CanvasView& canvas, const MouseState& pressed)
{
    auto port = canvas.diagramScene().portAt(pressed.scene, canvas.portReach());
    return port ? std::make_unique<Connect>(canvas, pressed, std::move(*port)) : nullptr;
}

} // namespace widgets
