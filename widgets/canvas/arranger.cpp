#include "widgets/canvas/arranger.h"

namespace widgets
{

/// Laid out in less than a frame.
constexpr size_t fewBlocks = 400;

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

void Arranger::arrange(core::picture::LayoutGraph graph)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    const uint64_t ticket = ++m_ticket;
    if (graph.blocks.size() <= fewBlocks)
        return emit arranged(std::make_shared<core::picture::Layout>(*layoutOf(graph)));
    m_pool.start([this, ticket, stop = m_stop.get_token(), graph = std::move(graph)] {
        auto layout = core::picture::layoutOf(graph, stop);
        if (!layout) return;
        const Layout result = std::make_shared<core::picture::Layout>(std::move(*layout));
        QMetaObject::invokeMethod(
            this,
            [this, ticket, result] {
                if (ticket == m_ticket) emit arranged(result);
            },
            Qt::QueuedConnection);
    });
}

} // namespace widgets
