// How often each range of values occurs; over time as a ridge, the latest in front.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/axis.h"
#include "widgets/views/figure.h"

namespace widgets
{

class HistogramFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void showTrail(std::shared_ptr<const core::Trail>) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QString tipAt(QPointF, QSizeF, const Gaze&) const override;
    QRectF area(QSizeF, const Gaze&) const override;
    int abilities() const override { return Zoom | LogY | (m_trail ? OverTime : 0); }

private:
    bool ridge(const Gaze& gaze) const { return gaze.overTime && m_trail; }
    Axis values(const Gaze&) const;
    Axis counts(const Gaze&) const;
    void paintBars(QPainter&, const QRectF&, const Axis& x, const Axis& y) const;
    void paintRidge(QPainter&, QSizeF, const QRectF&, const Axis& x) const;

    core::HistogramReading m_reading;
    std::shared_ptr<const core::Trail> m_trail; ///< of at least two
};

} // namespace widgets
