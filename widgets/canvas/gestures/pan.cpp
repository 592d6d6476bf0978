#include "widgets/canvas/gestures/gesture.h"

namespace widgets
{
namespace
{

class Pan : public Gesture
{
public:
    Pan(CanvasView& canvas, const MouseState& pressed)
        : Gesture(canvas, pressed)
        , m_last(pressed.view)
    {
        canvas.viewport()->setCursor(Qt::ClosedHandCursor);
    }
    void move(const MouseState& now) override
    {
        const QPoint step = now.view - std::exchange(m_last, now.view);
        m_canvas.centerOn(m_canvas.mapToScene(m_canvas.viewport()->rect().center() - step));
        m_canvas.stay();
    }

private:
    QPoint m_last;
};

} // namespace

std::unique_ptr<Gesture> beginPan(CanvasView& canvas, const MouseState& pressed)
{
    if (pressed.button != Qt::MiddleButton && pressed.held != Qt::Key_Space) return nullptr;
    return std::make_unique<Pan>(canvas, pressed);
}

} // namespace widgets
