// A reading made ready to be drawn: at any size, into a view, a lens on the canvas, an image or an SVG.
#pragma once

#include "core/trainers/session.h"
#include "widgets/theme.h"

#include <QPointF>
#include <QRectF>

#include <memory>
#include <optional>

class QPainter;

namespace widgets
{

/// How a figure is looked at. Views that share one show the same part, with the cursor at the same place.
struct Gaze {
    QRectF seen{0, 0, 1, 1};       ///< part of the whole, in shares of it; y upwards
    std::optional<QPointF> cursor; ///< in shares of the whole
    double yaw = 0.7, pitch = 0.45;
    std::optional<bool> logX, logY; ///< chosen by the person; else as the reading says
    bool logColours = false, overTime = false;
    bool whole() const { return seen == QRectF(0, 0, 1, 1); }
};

class Figure
{
public:
    enum Ability : uint8_t {
        Zoom = 1,
        LogX = 2,
        LogY = 4,
        LogColours = 8,
        OverTime = 16, ///< has a trail to show
        Turn = 32,
        Readout = 64 ///< draws what is at the cursor itself
    };

    /// `theme` must outlive it.
    explicit Figure(const Theme& theme)
        : m_theme(theme)
    {
    }
    virtual ~Figure() = default;
    Figure(const Figure&) = delete;
    Figure& operator=(const Figure&) = delete;

    /// False when the reading is of another kind than this figure draws.
    virtual bool show(const core::Reading&) = 0;
    virtual void showTrail(std::shared_ptr<const core::Trail>) {}
    /// Into (0, 0) to `size`; a small one leaves out words. The background is the caller's.
    virtual void paint(QPainter&, QSizeF, const Gaze&) const = 0;
    virtual QString tipAt(QPointF, QSizeF, const Gaze&) const { return {}; }
    /// Where the part that is seen is drawn.
    virtual QRectF area(QSizeF size, const Gaze&) const { return {QPointF(), size}; }
    virtual int abilities() const { return 0; }

protected:
    const Theme& m_theme;
};

std::unique_ptr<Figure> makeFigure(const core::Reading&, const Theme&);

} // namespace widgets
