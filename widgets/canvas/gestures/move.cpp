#include "widgets/canvas/arrange.h"
#include "widgets/canvas/gestures/gesture.h"
#include "widgets/edits.h"

#include <QPainter>

namespace widgets
{
namespace
{

/// How near, in pixels, a middle must come to that of another block to be drawn to it.
constexpr double snapReach = 5;

class Move : public Gesture
{
public:
    Move(CanvasView& canvas, const MouseState& pressed, std::string block)
        : Gesture(canvas, pressed)
        , m_block(std::move(block))
    {
        Selection selection = m_lab.selection();
        if (pressed.shift())
            selection.blocks.insert(m_block);
        else if (!selection.blocks.contains(m_block))
            selection = {{m_block}, {}};
        m_kept = pressed.shift() && m_lab.selection().blocks.contains(m_block);
        m_lab.select(selection);
    }
    void move(const MouseState& now) override
    {
        if (!m_moving && !dragged(now)) return;
        if (!std::exchange(m_moving, true)) m_canvas.viewport()->setCursor(Qt::SizeAllCursor);
        const auto& blocks = m_lab.selection().blocks;
        m_scene.shift(blocks, snapped(now.scene - m_pressed.scene, now.alt()));
        m_scene.setReceiving(receiver(now));
    }
    void release(const MouseState& now) override
    {
        if (!m_moving) return click();
        const std::set<std::string> blocks = m_lab.selection().blocks;
        if (const core::Wire* under = receiver(now)) {
            const core::Wire wire = *under;
            const auto insert = [&](core::Document& document) {
                insertOnWire(document, m_lab.library(), wire, *blocks.begin());
            };
            if (m_lab.change(QObject::tr("Insert on wire"), insert)) return;
        }
        std::map<std::string, QPointF> places;
        for (const std::string& id : blocks)
            if (const BlockItem* item = m_scene.block(id)) places[id] = item->pos();
        m_canvas.stay();
        placeBlocks(m_lab, blocks.size() == 1 ? QObject::tr("Move block") : QObject::tr("Move blocks"),
                    places);
    }
    void cancel() override
    {
        if (m_moving) m_scene.shift(m_lab.selection().blocks, {});
    }
    void paint(QPainter& painter) const override
    {
        painter.setPen(QPen(m_lab.theme().accent, 1 / painter.transform().m11(), Qt::DotLine));
        const QRectF seen = m_canvas.mapToScene(m_canvas.viewport()->rect()).boundingRect();
        if (m_column) painter.drawLine(QLineF(*m_column, seen.top(), *m_column, seen.bottom()));
        if (m_row) painter.drawLine(QLineF(seen.left(), *m_row, seen.right(), *m_row));
    }

private:
    void click()
    {
        Selection selection = m_lab.selection();
        if (m_kept)
            selection.blocks.erase(m_block);
        else if (!m_pressed.shift())
            selection = {{m_block}, {}};
        m_lab.select(selection);
    }
    const core::Wire* receiver(const MouseState& now) const
    {
        const auto& blocks = m_lab.selection().blocks;
        return blocks.size() == 1 && !now.alt() ? m_canvas.receiverAt(now.scene, *blocks.begin()) : nullptr;
    }
    /// So that the dragged block stands in line with another one that is in sight.
    QPointF snapped(QPointF by, bool freely)
    {
        m_column.reset();
        m_row.reset();
        if (freely) return by;
        const QPointF place = m_scene.placeOf(m_block) + by;
        const QRectF seen = m_canvas.mapToScene(m_canvas.viewport()->rect()).boundingRect();
        double across = snapReach / m_canvas.transform().m11(), along = across;
        for (const core::Block& block : m_lab.diagram().blocks) {
            if (m_lab.selection().blocks.contains(block.id)) continue;
            const QPointF other = m_scene.placeOf(block.id);
            if (!seen.contains(other)) continue;
            if (std::abs(other.x() - place.x()) < along) {
                along = std::abs(other.x() - place.x());
                m_column = other.x();
            }
            if (std::abs(other.y() - place.y()) < across) {
                across = std::abs(other.y() - place.y());
                m_row = other.y();
            }
        }
        return by + QPointF(m_column ? *m_column - place.x() : 0, m_row ? *m_row - place.y() : 0);
    }

    const std::string m_block;
    bool m_kept = false; ///< was selected: a click with Shift takes it out
    bool m_moving = false;
    std::optional<double> m_column, m_row; ///< that it snapped to
};

} // namespace

std::unique_ptr<Gesture> beginMove(CanvasView& canvas, const MouseState& pressed)
{
    const std::string block = canvas.diagramScene().blockAt(pressed.scene);
    return block.empty() ? nullptr : std::make_unique<Move>(canvas, pressed, block);
}

} // namespace widgets
