// How often each range of values occurs.
#pragma once

#include "widgets/views/readingview.h"

namespace widgets
{

class HistogramView : public PaintedView<core::HistogramReading>
{
    Q_OBJECT
public:
    using PaintedView::PaintedView;

protected:
    void prepare() override;
    void paintEvent(QPaintEvent*) override;
    QString tipAt(QPointF) const override;

private:
    QRectF plot() const { return QRectF(rect()).adjusted(8, 8, -8, -m_theme.size * 2.6); }
    double m_most = 0;
};

} // namespace widgets
