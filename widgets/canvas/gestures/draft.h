// A wire that is being drawn: what gestures that connect have in common.
#pragma once

#include "core/diagram/connection.h"
#include "widgets/canvas/gestures/gesture.h"

#include <QTimer>

namespace widgets
{

class Draft : public Gesture
{
public:
    Draft(CanvasView&, const MouseState&);
    ~Draft() override;
    void release(const MouseState&) override; ///< connects, or says again why not
    void paint(QPainter&) const override;

protected:
    /// The wire that would be drawn now, or why none can be.
    void judge(std::optional<core::Wire>, const std::optional<core::Error>& reason, QPoint cursor,
               std::optional<core::Wire> wanted = {});
    /// Ports in sight that `start` could be wired to light up, nearest first, a few milliseconds at a time.
    void light(const PortHit& start);

    /// Says why a wire cannot be drawn.
    const core::ConnectionCheck& check();

    core::Diagram m_diagram; ///< without the wire that was taken by its end
    std::optional<core::Wire> m_detached, m_wire;
    QPointF m_from, m_to; ///< ends of the picture: an output, an input
    bool m_refused = false;
    QString m_reason;
    std::optional<core::Wire> m_wanted; ///< what was judged, whether it fits or not

private:
    void lightSome();

    std::optional<core::ConnectionCheck> m_check; ///< of `m_diagram`, made when the first port is judged
    std::vector<PortHit> m_waiting, m_lit;
    PortHit m_start;
    QTimer m_pace;
};

} // namespace widgets
