// The pictures on the canvas: one item a block, one a wire with all its axes. They show; the view handles the
// mouse.
#pragma once

#include "widgets/canvas/picture.h"

#include <QGraphicsItem>

#include <set>

namespace widgets
{

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

    void show(std::string id, BlockPicture, const QString& toolTip, std::set<std::string> freePorts);
    void setMarks(bool selected, bool hovered, const QString& error);
    void setPortsShown(bool); ///< all of them, while something could be connected

    const std::string& id() const { return m_id; }
    const BlockPicture& picture() const { return m_picture; }
    /// Scene position of a port's middle.
    QPointF input(const std::string& port) const { return place(m_picture.shape.inputs, port); }
    QPointF output(const std::string& port) const { return place(m_picture.shape.outputs, port); }

    QRectF boundingRect() const override;
    QPainterPath shape() const override { return m_picture.outline; }
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    QPointF place(const std::map<std::string, QPointF>& ports, const std::string& port) const;

    const Theme& m_theme;
    std::string m_id;
    BlockPicture m_picture;
    std::set<std::string> m_freePorts;
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

    void show(core::Wire, Lanes, bool branches);
    /// Ends in scene coordinates; the reaches say how far the lines run beneath the blocks.
    void route(QPointF from, double fromReach, QPointF to, double toReach,
               const std::vector<QPointF>& waypoints);
    void setMarks(bool selected, bool hovered, bool receiving, bool watched);

    const core::Wire& wire() const { return m_wire; }
    const Lanes& lanes() const { return m_lanes; }
    double labelRoom() const; ///< width that the size labels need at the start

    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override { return m_hit; }
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    QString label(const Lane&, bool named) const;

    const Theme& m_theme;
    core::Wire m_wire;
    Lanes m_lanes;
    bool m_branches = false; ///< its source feeds several
    std::vector<QPainterPath> m_paths;
    QPainterPath m_hit;
    QRectF m_bounds;
    QPointF m_start, m_badge;
    double m_stub = 0;
    bool m_selected = false, m_hovered = false, m_receiving = false, m_watched = false;
};

} // namespace widgets
