// Lines over an axis, those of a theory dashed and thin; or stacked areas.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/axis.h"
#include "widgets/views/figure.h"

namespace widgets
{

class LineFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void show(core::SeriesReading);
    /// Vertical range that is always in view, e.g. 0 to 1 for shares.
    void setBounds(std::optional<double> low, std::optional<double> high);
    void setTitle(const QString& title) { m_title = title; }
    /// A place on the x axis that is pointed out.
    void setMark(std::optional<double> x) { m_mark = x; }
    void setDashed(std::vector<bool> dashed) { m_dashed = std::move(dashed); }

    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QRectF area(QSizeF, const Gaze&) const override;
    int abilities() const override { return Zoom | LogX | LogY | Readout; }

private:
    struct Axes {
        Axis x, y; ///< of the part that is seen
        Frame frame;
    };
    Axes axes(QSizeF, const Gaze&) const;
    Axis whole(bool vertical, bool logarithmic) const;
    QColor colour(size_t line) const;
    QPen pen(size_t line) const;
    bool stacked() const { return m_reading.form == core::SeriesReading::Form::Areas; }
    void paintLine(QPainter&, size_t line, const Axes&) const;
    void paintAreas(QPainter&, const Axes&) const;
    void paintLegend(QPainter&, QSizeF, const Axes&) const;
    void paintReadout(QPainter&, const Axes&, double x) const;

    core::SeriesReading m_reading;
    std::vector<std::vector<double>> m_tops; ///< of areas, by line: sums from the first on
    std::vector<bool> m_dashed;
    std::optional<double> m_low, m_high, m_mark;
    QString m_title;
};

} // namespace widgets
