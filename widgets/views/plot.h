// Lines over an axis, by Qt Charts: replaced as a whole, never animated, thinned to what a screen can show.
#pragma once

#include "widgets/theme.h"

#include <QChartView>

QT_FORWARD_DECLARE_CLASS(QLineSeries)
QT_FORWARD_DECLARE_CLASS(QAbstractAxis)
class QLabel;

namespace widgets
{

class Plot : public QChartView
{
    Q_OBJECT
public:
    /// `theme` must outlive it.
    Plot(const Theme& theme, QWidget* parent = nullptr);

    struct Line {
        QString name;
        QList<QPointF> points; ///< x ascending; NaN in y is left out
        int colour = 0;        ///< index into the theme's series
        bool dashed = false;
    };
    void setLabels(const QString& title, const QString& x, const QString& y);
    void setLogarithmic(bool y, bool x = false);
    bool logarithmic() const { return m_logY; }
    /// Vertical range that is always in view, e.g. 0 to 1 for shares.
    void setBounds(std::optional<double> low, std::optional<double> high);
    void setLines(const QList<Line>&);
    void applyTheme();

protected:
    void mouseMoveEvent(QMouseEvent*) override;
    void leaveEvent(QEvent*) override;

private:
    void makeAxes();
    void fitAxes();
    void nameLines();

    const Theme& m_theme;
    QString m_title, m_xLabel, m_yLabel;
    QLabel* m_heading; ///< at the left of the legend's line
    QList<QLineSeries*> m_series;
    QAbstractAxis *m_x = nullptr, *m_y = nullptr;
    bool m_logX = false, m_logY = false;
    std::optional<double> m_low, m_high;
    QList<Line> m_lines;
};

/// Round numbers around [low, high] with at most `most` intervals between them.
struct NiceRange {
    double low, high, step;
};
NiceRange niceRange(double low, double high, int most);

} // namespace widgets
