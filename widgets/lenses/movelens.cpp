#include "widgets/canvas/gestures/gesture.h"
#include "widgets/lenses/layer.h"

namespace widgets
{
namespace
{

class DragLens : public Gesture
{
public:
    DragLens(CanvasView& canvas, const MouseState& pressed, LensLayer& layer, LensItem& item, QString step)
        : Gesture(canvas, pressed)
        , m_layer(layer)
        , m_item(item)
        , m_from(item.pos())
        , m_lens(item.lens())
        , m_step(std::move(step))
    {
    }
    void move(const MouseState& now) final
    {
        m_moved = m_moved || dragged(now);
        if (m_moved) drag(now.scene - m_pressed.scene);
    }
    void release(const MouseState&) final
    {
        if (m_moved) m_layer.store(m_step);
    }
    void cancel() final
    {
        m_item.setSize(m_lens.size);
        m_item.stand(m_from, m_item.wire());
        m_item.setOffset(m_lens.offset);
        m_layer.fit();
    }

protected:
    virtual void drag(QPointF by) = 0;
    void stand(QPointF place)
    {
        const QPointF wire = m_item.wire();
        m_item.stand(place, wire);
        m_item.setOffset({{place.x() - wire.x(), place.y() - wire.y()}});
    }

    LensLayer& m_layer;
    LensItem& m_item;
    const QPointF m_from;
    const core::Lens m_lens;

private:
    const QString m_step;
    bool m_moved = false;
};

class MoveLens : public DragLens
{
public:
    MoveLens(CanvasView& canvas, const MouseState& pressed, LensLayer& layer, LensItem& item)
        : DragLens(canvas, pressed, layer, item, QObject::tr("Move a picture"))
    {
    }

private:
    void drag(QPointF by) override { stand(m_from + by); }
};

/// By the lower right corner; the upper left one stays where it is.
class ResizeLens : public DragLens
{
public:
    ResizeLens(CanvasView& canvas, const MouseState& pressed, LensLayer& layer, LensItem& item)
        : DragLens(canvas, pressed, layer, item, QObject::tr("Resize a picture"))
        , m_before(item.picture())
    {
    }

private:
    void drag(QPointF by) override
    {
        m_item.setSize({{qBound(LensItem::leastWidth, m_before.width() + by.x(), LensItem::most),
                         qBound(LensItem::leastHeight, m_before.height() + by.y(), LensItem::most)}});
        const QSize grown = m_item.picture() - m_before;
        stand(m_from + QPointF(grown.width(), grown.height()) / 2);
        m_layer.fit();
    }

    const QSize m_before;
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
