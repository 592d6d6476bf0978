// One view for every kind of Reading; a new instrument needs none.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/theme.h"

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
};

/// The view for this kind of reading, already showing it. `theme` must outlive it.
ReadingView* makeView(const core::Reading&, const Theme& theme, QWidget* parent);

/// A view of readings of type R that paints itself; `tipAt` is what is under the cursor.
template<typename R> class PaintedView : public ReadingView
{
public:
    PaintedView(const Theme& theme, QWidget* parent)
        : ReadingView(parent)
        , m_theme(theme)
    {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
        setMouseTracking(true);
    }
    bool showReading(const core::Reading& reading) override
    {
        const R* mine = std::get_if<R>(&reading);
        if (!mine) return false;
        m_reading = *mine;
        prepare();
        update();
        return true;
    }

protected:
    virtual void prepare() {}
    virtual QString tipAt(QPointF) const { return {}; }
    bool event(QEvent*) override;

    const Theme& m_theme;
    R m_reading;
};

void showTip(QWidget*, QEvent*, const QString&);
QPointF helpPosition(QEvent*);

template<typename R> bool PaintedView<R>::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return ReadingView::event(event);
    showTip(this, event, tipAt(helpPosition(event)));
    return true;
}

} // namespace widgets
