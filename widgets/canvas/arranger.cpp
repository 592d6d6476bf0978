#include "widgets/canvas/arranger.h"

namespace widgets
{

/// Laid out in less than a frame.
constexpr size_t fewBlocks = 400;
/// Arrangements that are kept; of 10,000 blocks one takes a few megabytes.
constexpr size_t mostRecent = 12;

Arranger::Arranger(QObject* parent)
    : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

Arranger::~Arranger()
{
    m_stop.request_stop();
    m_pool.waitForDone();
}

void Arranger::keep(const core::picture::LayoutGraph& graph, const Layout& layout)
{
    m_recent.emplace_front(graph, layout);
    if (m_recent.size() > mostRecent) m_recent.pop_back();
}

void Arranger::arrange(core::picture::LayoutGraph graph, std::optional<core::picture::Precedent> before)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    const uint64_t ticket = ++m_ticket;
    if (!before) m_recent.clear();
    for (size_t i = 0; i < m_recent.size(); ++i)
        if (m_recent[i].first == graph) {
            std::rotate(m_recent.begin(), m_recent.begin() + std::ptrdiff_t(i),
                        m_recent.begin() + std::ptrdiff_t(i) + 1);
            return emit arranged(Layout(m_recent.front().second));
        }
    const auto work = [stop = m_stop.get_token(), before = std::move(before)](const auto& shapes) {
        return core::picture::layoutOf(shapes, stop, before ? &*before : nullptr);
    };
    if (graph.blocks.size() <= fewBlocks) {
        const Layout layout = std::make_shared<core::picture::Layout>(*work(graph));
        keep(graph, layout);
        return emit arranged(layout);
    }
    m_pool.start([this, ticket, work, graph = std::move(graph)] {
        auto layout = work(graph);
        if (!layout) return;
        const Layout result = std::make_shared<core::picture::Layout>(std::move(*layout));
        QMetaObject::invokeMethod(
            this,
            [this, ticket, graph, result] {
                if (ticket != m_ticket) return;
                keep(graph, result);
                emit arranged(result);
            },
            Qt::QueuedConnection);
    });
}

} // namespace widgets
