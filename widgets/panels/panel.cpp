#include "widgets/panels/panel.h"

#include "widgets/panels/charts.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/library.h"
#include "widgets/panels/pictures.h"
#include "widgets/panels/problems.h"
#include "widgets/panels/runs.h"
#include "widgets/panels/text.h"

namespace widgets
{

template<typename Panel> static QWidget* make(Lab& lab, QWidget* parent) { return new Panel(lab, parent); }

std::span<const PanelDeclaration> allPanels()
{
    static constexpr PanelDeclaration panels[] = {
        {"library", QT_TR_NOOP("Library"), Qt::LeftDockWidgetArea, 236, 0, make<LibraryPanel>},
        {"text", QT_TR_NOOP("Text"), Qt::LeftDockWidgetArea, 400, 0, make<TextPanel>, "library", "Ctrl+T"},
        {"inspector", QT_TR_NOOP("Inspector"), Qt::RightDockWidgetArea, 296, 0, make<InspectorPanel>},
        {"charts", QT_TR_NOOP("Charts"), Qt::BottomDockWidgetArea, 380, 0.49, make<ChartsPanel>},
        {"pictures", QT_TR_NOOP("Pictures"), Qt::BottomDockWidgetArea, 860, 0.49, make<PicturesPanel>},
        {"runs", QT_TR_NOOP("Runs"), Qt::BottomDockWidgetArea, 420, 0, make<RunsPanel>, "charts",
         "Ctrl+Shift+R"},
        {"problems", QT_TR_NOOP("Problems"), Qt::RightDockWidgetArea, 0, 0.13, make<ProblemsPanel>},
    };
    return panels;
}

} // namespace widgets
