// A matrix as a heat map with names, numbers where they fit, and a colour bar.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/colours.h"
#include "widgets/views/figure.h"

namespace widgets
{

class MatrixFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QString tipAt(QPointF, QSizeF, const Gaze&) const override;
    QRectF area(QSizeF, const Gaze&) const override;
    int abilities() const override { return Zoom | LogColours; }

private:
    /// The cells that are seen, as shares of a cell at the edges.
    struct Part {
        double left, top, columns, rows;
    };
    Part part(const Gaze&) const;
    double barRoom(double width) const; ///< right of the elements: a colour bar, with numbers if they fit
    double nameRoom(QSizeF) const;      ///< left of them: names of rows, where most is left for the elements
    bool labelled(QSizeF size) const { return size.height() > 11 * m_theme.size; }
    void paintNumbers(QPainter&, const QRectF& area, const Part&, const ColourScale&) const;
    void paintNames(QPainter&, QSizeF, const QRectF& area, const Part&) const;
    void paintBar(QPainter&, QSizeF, const QRectF& area, const ColourScale&) const;
    const QImage& image(bool logarithmic) const;
    ColourScale scale(bool logarithmic) const;

    core::MatrixReading m_reading;
    ColourScale m_scale;
    bool m_whole = false;       ///< all values are whole numbers
    mutable QImage m_image;     ///< one pixel a cell
    mutable bool m_log = false; ///< that m_image is made with
};

} // namespace widgets
