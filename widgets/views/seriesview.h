// Lines over an axis, as an instrument read them.
#pragma once

#include "widgets/views/readingview.h"

namespace widgets
{

class Plot;

class SeriesView : public ReadingView
{
    Q_OBJECT
public:
    SeriesView(const Theme&, QWidget* parent);
    bool showReading(const core::Reading&) override;

private:
    Plot* m_plot;
};

} // namespace widgets
