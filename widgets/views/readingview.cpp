#include "widgets/views/readingview.h"

#include "widgets/views/histogramview.h"
#include "widgets/views/imageview.h"
#include "widgets/views/matrixview.h"
#include "widgets/views/pointsview.h"
#include "widgets/views/seriesview.h"
#include "widgets/views/wordviews.h"

#include <QHelpEvent>
#include <QToolTip>

namespace widgets
{
namespace
{

/// Which view draws which reading: one line a kind.
struct MakeView {
    const Theme& theme;
    QWidget* parent;
    ReadingView* operator()(const core::TextReading&) const { return new TextView(theme, parent); }
    ReadingView* operator()(const core::ScalarReading&) const { return new ScalarView(theme, parent); }
    ReadingView* operator()(const core::SeriesReading&) const { return new SeriesView(theme, parent); }
    ReadingView* operator()(const core::MatrixReading&) const { return new MatrixView(theme, parent); }
    ReadingView* operator()(const core::HistogramReading&) const { return new HistogramView(theme, parent); }
    ReadingView* operator()(const core::PointsReading&) const { return new PointsView(theme, parent); }
    ReadingView* operator()(const core::ImageReading&) const { return new ImageView(theme, parent); }
    ReadingView* operator()(const core::TableReading&) const { return new TableView(theme, parent); }
};

} // namespace

ReadingView* makeView(const core::Reading& reading, const Theme& theme, QWidget* parent)
{
    ReadingView* view = std::visit(MakeView{theme, parent}, reading);
    view->showReading(reading);
    return view;
}

void showTip(QWidget* widget, QEvent* event, const QString& text)
{
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text, widget);
}

QPointF helpPosition(QEvent* event) { return static_cast<QHelpEvent*>(event)->pos(); }

} // namespace widgets
