// Lays diagrams out without keeping the window waiting: small ones at once, large ones on a thread.
#pragma once

#include "core/picture/layout.h"

#include <QObject>
#include <QThreadPool>

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

    /// What was being computed is cancelled.
    void arrange(core::picture::LayoutGraph);

signals:
    void arranged(const Layout&);

private:
    std::stop_source m_stop;
    uint64_t m_ticket = 0;
    QThreadPool m_pool;
};

} // namespace widgets
