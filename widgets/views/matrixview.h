// A matrix as a heat map with names, numbers where they fit, and a colour bar.
#pragma once

#include "widgets/views/colours.h"
#include "widgets/views/readingview.h"

namespace widgets
{

class MatrixView : public PaintedView<core::MatrixReading>
{
    Q_OBJECT
public:
    using PaintedView::PaintedView;

protected:
    void prepare() override;
    void paintEvent(QPaintEvent*) override;
    QString tipAt(QPointF) const override;

private:
    QRectF cells() const;                                          ///< where the elements are drawn
    bool labelled() const { return height() > 11 * m_theme.size; } ///< else the room is for the elements
    ColourScale m_scale;
    QImage m_image;
};

} // namespace widgets
