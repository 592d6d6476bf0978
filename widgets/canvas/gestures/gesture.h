// What the mouse does on the canvas. A gesture lasts from press to release and ends in one step of the
// history at most.
#pragma once

#include "widgets/canvas/view.h"

#include <memory>
#include <span>

class QPainter;

namespace widgets
{

struct MouseState {
    QPoint view;
    QPointF scene;
    Qt::MouseButton button = Qt::LeftButton; ///< the one that began it
    Qt::KeyboardModifiers modifiers;
    int held = 0; ///< Qt::Key_Space or Qt::Key_Y while it is down

    bool shift() const { return modifiers & Qt::ShiftModifier; }
    bool control() const { return modifiers & Qt::ControlModifier; }
    bool alt() const { return modifiers & Qt::AltModifier; }
};

class Gesture
{
public:
    Gesture(CanvasView& canvas, const MouseState& pressed)
        : m_canvas(canvas)
        , m_lab(canvas.lab())
        , m_scene(canvas.diagramScene())
        , m_pressed(pressed)
    {
    }
    virtual ~Gesture() = default;

    virtual void move(const MouseState&) {}
    virtual void release(const MouseState&) {}
    virtual void cancel() {}               ///< as if it had not begun
    virtual void paint(QPainter&) const {} ///< in scene coordinates, above everything

protected:
    /// Farther than a click does.
    bool dragged(const MouseState& now) const { return (now.view - m_pressed.view).manhattanLength() >= 6; }

    CanvasView& m_canvas;
    Lab& m_lab;
    DiagramScene& m_scene;
    const MouseState m_pressed;
};

struct GestureDeclaration {
    const char *how, *what; ///< as the sheet of shortcuts says it
    /// Null where the press does not mean this gesture.
    std::unique_ptr<Gesture> (*begin)(CanvasView&, const MouseState&);
};

/// The first that begins has the mouse.
std::span<const GestureDeclaration> allGestures();

} // namespace widgets
