#include "widgets/canvas/gestures/gesture.h"

#include <QPainter>

namespace widgets
{
namespace
{

class Band : public Gesture
{
public:
    Band(CanvasView& canvas, const MouseState& pressed)
        : Gesture(canvas, pressed)
        , m_original(m_lab.selection())
        , m_kept(pressed.shift() || pressed.control() ? m_original : Selection{})
    {
        m_lab.select(m_kept);
    }
    void move(const MouseState& now) override
    {
        m_area = QRectF(m_pressed.scene, now.scene).normalized();
        Selection selection = m_kept;
        const auto inside = m_scene.blocksIn(m_area);
        selection.blocks.insert(inside.begin(), inside.end());
        m_lab.select(selection);
    }
    void cancel() override { m_lab.select(m_original); }
    void paint(QPainter& painter) const override
    {
        QColor line = m_lab.theme().accent, fill = line;
        fill.setAlphaF(0.09);
        painter.setPen(QPen(line, 1 / painter.transform().m11()));
        painter.setBrush(fill);
        painter.drawRect(m_area);
    }

private:
    const Selection m_original, m_kept;
    QRectF m_area;
};

} // namespace

std::unique_ptr<Gesture> beginBand(CanvasView& canvas, const MouseState& pressed)
{
    return std::make_unique<Band>(canvas, pressed);
}

} // namespace widgets
