// Nodes joined by edges: width of an edge by its weight, colour of a node by its value.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/figure.h"

namespace widgets
{

class GraphFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QString tipAt(QPointF, QSizeF, const Gaze&) const override;
    QRectF area(QSizeF, const Gaze&) const override;
    int abilities() const override { return Zoom | LogColours; }

private:
    QPointF place(size_t node, const QRectF& area, const Gaze&) const;
    double radius(QSizeF) const;
    void paintEdges(QPainter&, QSizeF, const QRectF&, const Gaze&) const;
    void paintNodes(QPainter&, QSizeF, const QRectF&, const Gaze&) const;

    core::GraphReading m_reading;
    double m_heaviest = 1;
    double m_xLow = 0, m_xHigh = 1, m_yLow = 0, m_yHigh = 1;
};

} // namespace widgets
