#include "widgets/canvas/gestures/draft.h"
#include "widgets/edits.h"

namespace widgets
{
namespace
{

/// From anywhere on a block to anywhere on another. A click toggles the selection.
class LazyConnect : public Draft
{
public:
    LazyConnect(CanvasView& canvas, const MouseState& pressed, std::string block)
        : Draft(canvas, pressed)
        , m_block(std::move(block))
    {
    }
    void move(const MouseState& now) override
    {
        m_from = m_pressed.scene;
        m_to = now.scene;
        const std::string other = m_scene.blockAt(now.scene);
        if (other.empty() || other == m_block) return judge(std::nullopt, std::nullopt, now.view);
        BestWire best = bestWire(m_lab, m_diagram, check(), m_block, other);
        if (best.wire) {
            m_from = m_scene.block(best.wire->from.block)->output(best.wire->from.port);
            m_to = m_scene.block(best.wire->to.block)->input(best.wire->to.port);
        }
        judge(std::move(best.wire), best.reason, now.view, std::move(best.wanted));
    }
    void release(const MouseState& now) override
    {
        if (dragged(now)) return Draft::release(now);
        Selection selection = m_lab.selection();
        if (!selection.blocks.erase(m_block)) selection.blocks.insert(m_block);
        m_lab.select(selection);
    }

private:
    const std::string m_block;
};

} // namespace

std::unique_ptr<Gesture> beginLazyConnect(CanvasView& canvas, const MouseState& pressed)
{
    const std::string block = canvas.diagramScene().blockAt(pressed.scene);
    if (!pressed.control() || block.empty()) return nullptr;
    return std::make_unique<LazyConnect>(canvas, pressed, block);
}

} // namespace widgets
