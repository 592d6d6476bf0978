#include "widgets/views/figure.h"

#include "widgets/views/graphfigure.h"
#include "widgets/views/histogramfigure.h"
#include "widgets/views/imagefigure.h"
#include "widgets/views/matrixfigure.h"
#include "widgets/views/pointsfigure.h"
#include "widgets/views/wordfigures.h"

namespace widgets
{
namespace
{

/// Which figure draws which reading: one line a kind.
struct MakeFigure {
    const Theme& theme;
    Figure* operator()(const core::TextReading&) const { return new TextFigure(theme); }
    Figure* operator()(const core::ScalarReading&) const { return new ScalarFigure(theme); }
    Figure* operator()(const core::SeriesReading&) const { return new LineFigure(theme); }
    Figure* operator()(const core::MatrixReading&) const { return new MatrixFigure(theme); }
    Figure* operator()(const core::HistogramReading&) const { return new HistogramFigure(theme); }
    Figure* operator()(const core::PointsReading&) const { return new PointsFigure(theme); }
    Figure* operator()(const core::ImageReading&) const { return new ImageFigure(theme); }
    Figure* operator()(const core::GraphReading&) const { return new GraphFigure(theme); }
    Figure* operator()(const core::TableReading&) const { return new TableFigure(theme); }
};

} // namespace

std::unique_ptr<Figure> makeFigure(const core::Reading& reading, const Theme& theme)
{
    std::unique_ptr<Figure> figure(std::visit(MakeFigure{theme}, reading));
    figure->show(reading);
    return figure;
}

} // namespace widgets
