// One view for every kind of Reading; a new instrument needs none.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/figure.h"

#include <QWidget>

namespace widgets
{

class ReadingView : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// False when the reading is of another kind than this view draws.
    virtual bool showReading(const core::Reading&) = 0;
    virtual void showTrail(std::shared_ptr<const core::Trail>) {}
    /// How it looks; views that are given the same are linked. Views of words have none.
    virtual std::shared_ptr<Gaze> gaze() const { return {}; }
    virtual void setGaze(std::shared_ptr<Gaze>) {}

signals:
    void gazeChanged();
};

/// The view for this kind of reading, already showing it. `theme` must outlive it.
ReadingView* makeView(const core::Reading&, const Theme& theme, QWidget* parent);

} // namespace widgets
