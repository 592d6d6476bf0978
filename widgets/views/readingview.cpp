#include "widgets/views/readingview.h"

#include "widgets/views/figureview.h"
#include "widgets/views/wordviews.h"

namespace widgets
{

ReadingView* makeView(const core::Reading& reading, const Theme& theme, QWidget* parent)
{
    ReadingView* view = nullptr;
    if (std::holds_alternative<core::TextReading>(reading))
        view = new TextView(theme, parent); // can be selected
    else if (std::holds_alternative<core::TableReading>(reading))
        view = new TableView(theme, parent); // can be sorted
    else
        view = new FigureView(makeFigure(reading, theme), theme, parent);
    view->showReading(reading);
    return view;
}

} // namespace widgets
