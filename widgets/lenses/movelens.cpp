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

/// By the lower right corner; the upper left one stays where it is.
class ResizeLens : public Gesture
{
public:
    ResizeLens(CanvasView& canvas, const MouseState& pressed, LensLayer& layer, LensItem& item)
        : Gesture(canvas, pressed)
        , m_layer(layer)
        , m_item(item)
        , m_from(item.pos())
        , m_before(item.picture())
        , m_lens(item.lens())
    {
    }
    void move(const MouseState& now) override
    {
        if (!m_moved && !dragged(now)) return;
        m_moved = true;
        const QPointF by = now.scene - m_pressed.scene, wire = m_item.wire();
        m_item.setSize({{qBound(LensItem::leastWidth, m_before.width() + by.x(), LensItem::most),
                         qBound(LensItem::leastHeight, m_before.height() + by.y(), LensItem::most)}});
        const QSize grown = m_item.picture() - m_before;
        const QPointF place = m_from + QPointF(grown.width(), grown.height()) / 2;
        m_item.stand(place, wire);
        m_item.setOffset({{place.x() - wire.x(), place.y() - wire.y()}});
        m_layer.fit();
    }
    void release(const MouseState&) override
    {
        if (m_moved) m_layer.store(QObject::tr("Resize a picture"));
    }
    void cancel() override
    {
        m_item.setSize(m_lens.size);
        m_item.stand(m_from, m_item.wire());
        m_item.setOffset(m_lens.offset);
        m_layer.fit();
    }

private:
    LensLayer& m_layer;
    LensItem& m_item;
    const QPointF m_from;
    const QSize m_before;
    const core::Lens m_lens;
    bool m_moved = false;
};

} // namespace

std::unique_ptr<Gesture> beginMoveLens(CanvasView& canvas, const MouseState& pressed)
{
    auto* layer = canvas.findChild<LensLayer*>();
    LensItem* item = layer && pressed.button == Qt::LeftButton ? layer->itemAt(pressed.scene) : nullptr;
    if (!item) return nullptr;
    if (item->gripAt(pressed.scene)) return std::make_unique<ResizeLens>(canvas, pressed, *layer, *item);
    return std::make_unique<MoveLens>(canvas, pressed, *layer, *item);
}

} // namespace widgets
