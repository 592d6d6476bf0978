// The pictures on the canvas: one item a block, one a wire with all its axes. They show; the view handles the
// mouse. From afar a block is a box with its title and a wire one line; then come its axes, then their sizes.
#pragma once

#include "core/diagram/document.h"
#include "core/picture/draw.h"
#include "core/picture/layout.h"
#include "widgets/canvas/paint.h"
#include "widgets/theme.h"

#include <QGraphicsItem>

#include <memory>

namespace widgets
{

inline QPointF pointOf(core::Point p) { return {p.x, p.y}; }

/// What all items are painted with.
struct CanvasLook {
    const Theme& theme;
    core::picture::Palette palette;
};

/// What a block's picture is made of; equal content is not drawn anew.
struct BlockContent {
    std::string id;
    core::BlockState state = core::BlockState::Active;
    QString title, setting, help; ///< setting: the value that the declaration names as label
    std::shared_ptr<const core::picture::Cell> cell;
    friend bool operator==(const BlockContent&, const BlockContent&) = default;
};

class BlockItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 1 };
    explicit BlockItem(const CanvasLook& look)
        : m_look(look)
    {
        setZValue(2);
    }
    int type() const override { return Type; }

    using QGraphicsItem::show;
    void show(BlockContent);
    void setRoom(const core::picture::Rect&); ///< around it, for its title when it is seen from afar
    void setMarks(bool selected, const QString& error);
    void setHovered(bool);
    void setPortsShown(bool); ///< all of them, while something could be connected

    const std::string& id() const { return m_content.id; }
    const BlockContent& content() const { return m_content; }
    const core::picture::Cell& cell() const { return *m_content.cell; }
    /// Where it stands once it has arrived; none before it was laid out.
    std::optional<QPointF> place() const { return m_place; }
    void setPlace(QPointF place) { m_place = place; }
    QRectF body() const;                       ///< of the cell, around the centre (0, 0)
    QRectF words() const;                      ///< where it is edited in place
    QRectF extent() const { return m_extent; } ///< of all that is drawn of it when seen from nearby
    /// Scene position of a port's middle; `wire` says which one of a port that takes several.
    QPointF input(const std::string& port, int wire = -1) const;
    QPointF output(const std::string& port) const;

    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override { return m_outline; }
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    void paintGlow(QPainter&) const;
    void paintState(QPainter&, double zoom) const;
    void paintPorts(QPainter&) const;
    void paintBadge(QPainter&) const;

    const CanvasLook& m_look;
    BlockContent m_content{.cell = std::make_shared<const core::picture::Cell>()};
    std::optional<QPointF> m_place;
    mutable PaintedMarks m_marks, m_far, m_wires; ///< made when it is seen for the first time
    core::picture::Rect m_room;
    QPainterPath m_outline;
    QRectF m_extent, m_bounds;
    QString m_error;
    bool m_selected = false, m_hovered = false, m_portsShown = false;
};

class WireItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 2 };
    explicit WireItem(const CanvasLook& look)
        : m_look(look)
    {
        setZValue(1);
    }
    int type() const override { return Type; }

    using QGraphicsItem::show;
    void show(core::Wire, core::picture::Lanes);
    void setRoom(double);                                            ///< for its labels; 0: it has none
    void route(const core::picture::WireRun&, core::picture::Trunk); ///< in scene coordinates
    void setMarks(bool selected, bool receiving, bool watched);
    void setHovered(bool);

    const core::Wire& wire() const { return m_wire; }
    const core::picture::Lanes& lanes() const { return m_lanes; }
    QRectF extent() const { return m_extent; } ///< of its lines
    QPointF middle() const;                    ///< halfway along it, in the scene

    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    void draw() const; ///< the curves, when they are seen for the first time
    void bound();
    void paintEye(QPainter&) const;

    const CanvasLook& m_look;
    core::Wire m_wire;
    core::picture::Lanes m_lanes;
    double m_room = 0, m_labelWidth = 0;
    core::picture::WireRun m_run;
    core::picture::Trunk m_trunk = core::picture::Trunk::Whole;
    QRectF m_bounds, m_extent;
    mutable PaintedMarks m_marks;  ///< empty: to be made
    mutable QList<QPointF> m_line; ///< the middle, as straight pieces
    mutable QPainterPath m_hit;
    bool m_selected = false, m_hovered = false, m_receiving = false, m_watched = false;
};

} // namespace widgets
