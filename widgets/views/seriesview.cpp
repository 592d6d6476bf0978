#include "widgets/views/seriesview.h"

#include "widgets/views/plot.h"

#include <QVBoxLayout>

namespace widgets
{

SeriesView::SeriesView(const Theme& theme, QWidget* parent)
    : ReadingView(parent)
    , m_plot(new Plot(theme))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_plot);
}

bool SeriesView::showReading(const core::Reading& reading)
{
    const auto* series = std::get_if<core::SeriesReading>(&reading);
    if (!series) return false;
    m_plot->setLabels({}, QString::fromStdString(series->xLabel), QString::fromStdString(series->yLabel));
    m_plot->setLogarithmic(series->logY, series->logX);
    QList<Plot::Line> lines;
    for (const auto& line : series->lines) {
        Plot::Line drawn{QString::fromStdString(line.name), {}, int(lines.size())};
        for (size_t i = 0; i < line.x.size() && i < line.y.size(); ++i)
            drawn.points << QPointF(line.x[i], line.y[i]);
        lines << drawn;
    }
    m_plot->setLines(lines);
    return true;
}

} // namespace widgets
