#include "widgets/canvas/gestures/gesture.h"
#include "widgets/lenses/layer.h"

namespace widgets
{
namespace
{

class MoveLens : public Gesture
{
public:
    MoveLens(CanvasView& canvas, const MouseState& pressed, LensLayer& layer, LensItem& item)
        : Gesture(canvas, pressed)
        , m_layer(layer)
        , m_item(item)
        , m_from(item.pos())
        , m_before(item.lens().offset)
    {
    }
    void move(const MouseState& now) override
    {
        if (!m_moved && !dragged(now)) return;
        m_moved = true;
        const QPointF place = m_from + now.scene - m_pressed.scene, wire = m_item.wire();
        m_item.stand(place, wire);
        m_item.setOffset({{place.x() - wire.x(), place.y() - wire.y()}});
    }
    void release(const MouseState&) override
    {
        if (m_moved) m_layer.store(QObject::tr("Move a picture"));
    }
    void cancel() override
    {
        m_item.stand(m_from, m_item.wire());
        m_item.setOffset(m_before);
    }

private:
    LensLayer& m_layer;
    LensItem& m_item;
    const QPointF m_from;
    const std::optional<std::array<double, 2>> m_before;
    bool m_moved = false;
};

} // namespace

std::unique_ptr<Gesture> beginMoveLens(CanvasView& canvas, const MouseState& pressed)
{
    auto* layer = canvas.findChild<LensLayer*>();
    LensItem* item = layer && pressed.button == Qt::LeftButton ? layer->itemAt(pressed.scene) : nullptr;
    return item ? std::make_unique<MoveLens>(canvas, pressed, *layer, *item) : nullptr;
}

} // namespace widgets
