// Points in the plane over the field that the network makes of it: decision boundaries.
#pragma once

#include "widgets/views/readingview.h"

#include <QImage>

namespace widgets
{

class PointsView : public PaintedView<core::PointsReading>
{
    Q_OBJECT
public:
    using PaintedView::PaintedView;

protected:
    void prepare() override;
    void paintEvent(QPaintEvent*) override;
    QString tipAt(QPointF) const override;

private:
    QRectF plot() const;
    QPointF place(const QRectF& area, float x, float y) const;
    QImage m_field;
};

} // namespace widgets
