// Lays diagrams out without keeping the window waiting: small ones at once, large ones on a thread.
#pragma once

#include "core/picture/layout.h"

#include <QObject>
#include <QThreadPool>

#include <deque>
#include <functional>
#include <memory>

namespace widgets
{

class Arranger : public QObject
{
    Q_OBJECT
public:
    using Layout = std::shared_ptr<const core::picture::Layout>;
    explicit Arranger(QObject* parent = nullptr);
    ~Arranger() override;

    /// What was being computed is cancelled. With a precedent, a graph that was arranged not long ago stands
    /// again as it stood then, so that undoing an edit undoes what it moved.
    void arrange(core::picture::LayoutGraph, std::optional<core::picture::Precedent>);

signals:
    void arranged(const Layout&);

private:
    void keep(const core::picture::LayoutGraph&, const Layout&);

    std::deque<std::pair<core::picture::LayoutGraph, Layout>> m_recent; ///< the latest first
    std::stop_source m_stop;
    uint64_t m_ticket = 0;
    QThreadPool m_pool;
};

} // namespace widgets
