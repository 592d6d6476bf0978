#include "widgets/canvas/gestures/gesture.h"

namespace widgets
{

using Begin = std::unique_ptr<Gesture>(CanvasView&, const MouseState&);
Begin beginPan, beginMoveLens, beginCut, beginConnect, beginLazyConnect, beginMove, beginReroute, beginBand;

std::span<const GestureDeclaration> allGestures()
{
    static constexpr GestureDeclaration gestures[] = {
        {QT_TR_NOOP("Middle button or Space, drag"), QT_TR_NOOP("Move the view"), beginPan},
        {QT_TR_NOOP("Drag a picture"),
         QT_TR_NOOP("Put it somewhere else; by its lower right corner make it larger"), beginMoveLens},
        {QT_TR_NOOP("Ctrl, drag on nothing; Y, drag"), QT_TR_NOOP("Cut the wires that the line crosses"),
         beginCut},
        {QT_TR_NOOP("Drag from a port"), QT_TR_NOOP("Draw a wire; dropped on nothing it offers blocks"),
         beginConnect},
        {QT_TR_NOOP("Ctrl, drag from block to block"), QT_TR_NOOP("Connect the ports that fit best"),
         beginLazyConnect},
        {QT_TR_NOOP("Drag a block"),
         QT_TR_NOOP("Move the selection; on a wire it goes between its ends, with Alt it does not"),
         beginMove},
        {QT_TR_NOOP("Drag a wire"), QT_TR_NOOP("Lead it through a point"), beginReroute},
        {QT_TR_NOOP("Drag on nothing"), QT_TR_NOOP("Select what the frame touches; Shift adds"), beginBand},
    };
    return gestures;
}

} // namespace widgets
