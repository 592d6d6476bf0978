// The pictures on the canvas: one item a block, one a wire with all its axes. They show; the view handles the
// mouse. From afar a block is a box with its title and a wire one line; then come its axes, then their sizes.
#pragma once

#include "core/picture/layout.h"
#include "widgets/canvas/picture.h"

#include <QGraphicsItem>

#include <set>

namespace widgets
{

/// What a block's picture is made of; equal content is not drawn anew.
struct BlockContent {
    core::Block block; ///< without its pin
    const core::BlockDeclaration* kind = nullptr;
    std::map<std::string, size_t> in, out; ///< lanes of wired ports
    std::set<std::string> freePorts;       ///< inputs that need a wire
    QString words;                         ///< where the declaration names no setting
    friend bool operator==(const BlockContent&, const BlockContent&) = default;
};

class BlockItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 1 };
    explicit BlockItem(const Theme& theme)
        : m_theme(theme)
    {
        setZValue(2);
    }
    int type() const override { return Type; }

    using QGraphicsItem::show;
    void show(BlockContent, bool always);
    void setMarks(bool selected, const QString& error);
    void setHovered(bool);
    void setPortsShown(bool); ///< all of them, while something could be connected

    const std::string& id() const { return m_content.block.id; }
    const BlockPicture& picture() const { return m_picture; }
    /// Scene position of a port's middle.
    QPointF input(const std::string& port) const { return place(m_picture.shape.inputs, port); }
    QPointF output(const std::string& port) const { return place(m_picture.shape.outputs, port); }

    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override { return m_picture.outline; }
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    QPointF place(const std::map<std::string, QPointF>& ports, const std::string& port) const;
    void paintFar(QPainter&, BlockMark, double zoom) const;

    const Theme& m_theme;
    BlockContent m_content;
    BlockPicture m_picture;
    QRectF m_bounds;
    QString m_error;
    bool m_selected = false, m_hovered = false, m_portsShown = false;
};

class WireItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 2 };
    explicit WireItem(const Theme& theme)
        : m_theme(theme)
    {
        setZValue(1);
    }
    int type() const override { return Type; }

    using QGraphicsItem::show;
    void show(core::Wire, Lanes);
    /// How far the lines run beneath the blocks at their ends.
    struct Reach {
        double start = 0, end = 0;
        friend bool operator==(const Reach&, const Reach&) = default;
    };
    void route(const core::picture::WireRun&, Reach); ///< in scene coordinates
    void setMarks(bool selected, bool receiving, bool watched);
    void setHovered(bool);

    const core::Wire& wire() const { return m_wire; }
    const Lanes& lanes() const { return m_lanes; }
    double labelRoom() const { return m_labelRoom; } ///< width that the size labels need at the start
    QRectF extent() const { return m_extent; }       ///< of its lines

    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    QString label(const Lane&, bool named) const;
    void draw() const; ///< the curves, when they are seen for the first time
    void bound();
    void paintEye(QPainter&) const;

    const Theme& m_theme;
    core::Wire m_wire;
    Lanes m_lanes;
    core::picture::WireRun m_run;
    Reach m_reach;
    double m_labelRoom = 0;
    QRectF m_bounds, m_extent;
    mutable std::vector<QPainterPath> m_paths; ///< one a lane; empty: to be drawn
    mutable QList<QPointF> m_line;             ///< the middle, as straight pieces
    mutable QPainterPath m_hit;
    bool m_selected = false, m_hovered = false, m_receiving = false, m_watched = false;
};

} // namespace widgets
