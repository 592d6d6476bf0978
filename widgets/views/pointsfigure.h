// Points in the plane over the field that the network makes of it (decision boundaries), or in space.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/figure.h"

#include <QImage>

namespace widgets
{

class PointsFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QString tipAt(QPointF, QSizeF, const Gaze&) const override;
    QRectF area(QSizeF, const Gaze&) const override;
    int abilities() const override { return Zoom | (inSpace() ? Turn : 0); }

private:
    bool inSpace() const { return !m_reading.z.empty() && m_reading.z.size() == m_reading.x.size(); }
    bool worded(QSizeF) const;
    /// Of the range that is seen.
    QRectF range(const Gaze&) const;
    QPointF place(size_t point, const QRectF& area, const Gaze&) const;
    QPointF projected(double x, double y, double z, const QRectF& area, const Gaze&, double* depth) const;
    QColor colour(size_t point) const;
    void paintPoint(QPainter&, size_t, QPointF at, double radius) const;
    void paintPlane(QPainter&, QSizeF, const QRectF&, const Gaze&) const;
    void paintSpace(QPainter&, const QRectF&, const Gaze&) const;
    void paintClasses(QPainter&, const QRectF&) const;

    core::PointsReading m_reading;
    float m_least = 0, m_most = 1; ///< of the values
    float m_zLow = 0, m_zHigh = 1;
    QImage m_field;
};

} // namespace widgets
