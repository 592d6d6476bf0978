// The diagram as pictures: keeps one item per block and wire in step with the lab.
#pragma once

#include "core/picture/draw.h"
#include "widgets/canvas/arranger.h"
#include "widgets/canvas/items.h"
#include "widgets/lab.h"

#include <QGraphicsScene>
#include <QHash>
#include <QVariantAnimation>

#include <unordered_map>

namespace widgets
{

/// A port under the cursor.
struct PortHit {
    core::PortRef port;
    bool output = false;
    QPointF place;
};

class DiagramScene : public QGraphicsScene
{
    Q_OBJECT
public:
    explicit DiagramScene(Lab&, QObject* parent = nullptr);

    BlockItem* block(const std::string& id) const;
    WireItem* wire(const core::Wire&) const;
    QPointF placeOf(const std::string& block) const; ///< its centre once it has arrived
    std::string blockAt(QPointF) const;
    const core::Wire* wireAt(QPointF) const;
    /// The nearest port within reach; every port of a block counts.
    std::optional<PortHit> portAt(QPointF, double reach) const;
    QRectF drawnRect() const;   ///< of blocks and wires, and of pictures beside them
    QRectF diagramRect() const; ///< and of costs below
    std::set<std::string> blocksIn(const QRectF&) const;
    std::vector<core::Wire> wiresUnder(const QPainterPath&) const;

    /// Moves pictures, not the document: while the mouse drags.
    void shift(const std::set<std::string>& blocks, QPointF by);
    void setHovered(const std::string& block, const core::Wire* wire);
    void setReceiving(const core::Wire*); ///< would take the block that is being dragged
    void setPortsShown(bool);
    void setPictures(const QRectF& room) { m_pictures = room; }
    void setCosts(const QRectF& room);
    void setAnimated(bool animated) { m_animated = animated; }
    /// While something is being dragged nothing else moves: new places and types wait until it is let go.
    void hold();
    void letGo();
    /// As if the document had just been opened.
    void arrangeAfresh();

    /// Where all stands that the next picture of the diagram is to follow; nothing where it stands as what is
    /// opened does.
    std::optional<core::picture::Precedent> precedent() const;

signals:
    void arranged(); ///< positions changed for good
    void extended(); ///< room is taken for what was not there
    void routed();   ///< wires run elsewhere; while blocks move too
    /// All that was there has moved so; a view that moves along shows it where it was.
    void shifted(QPointF by);

private:
    void sync();
    core::picture::Cells cells();
    void followBlocks(const core::picture::Cells&);
    void followWires(core::picture::Cells&);
    void arrange(core::picture::LayoutGraph);
    void settle(const Arranger::Layout&);
    QPointF commonShift(const core::picture::Layout&) const;
    void mark();
    void collectErrors();
    void routeAll();

    /// A cell with all that it was drawn from besides the library.
    struct KnownCell {
        core::Block block;
        std::vector<core::picture::Slot> inputs, outputs; ///< as they came
        std::shared_ptr<const core::picture::Cell> cell;
    };
    std::shared_ptr<const core::picture::Cell> known(const core::Block&, const core::BlockDeclaration&,
                                                     const std::vector<core::picture::Slot>& inputs,
                                                     const std::vector<core::picture::Slot>& outputs);

    Lab& m_lab;
    CanvasLook m_look;
    core::picture::DrawOptions m_options;
    std::unordered_map<std::string, KnownCell> m_known; ///< by block id
    Arranger m_arranger;
    std::unordered_map<std::string, BlockItem*> m_blocks;
    std::vector<BlockItem*> m_order;                       ///< as in the diagram
    std::vector<WireItem*> m_wires;                        ///< as in the diagram
    std::vector<std::pair<BlockItem*, BlockItem*>> m_ends; ///< of the wires
    core::picture::LayoutGraph m_graph;                    ///< what was asked for
    struct Settled {
        Arranger::Layout layout;
        std::unordered_map<const WireItem*, size_t> wires; ///< which one of its wires each shows
    } m_settled;                                           ///< the latest arrangement
    bool m_edited = false;                                 ///< since the document was opened
    bool m_held = false, m_syncDue = false;
    Arranger::Layout m_waiting; ///< until it is let go
    uint64_t m_shownTypes = 0;  ///< Lab::typesRevision of the items
    Arranger::Layout m_layout;  ///< of the items as they are; null while it is being computed
    std::vector<std::pair<BlockItem*, std::pair<QPointF, QPointF>>> m_moving; ///< from, to
    QVariantAnimation m_animation;
    QRectF m_pictures, m_costs;
    bool m_animated = false;
    BlockItem* m_hoveredBlock = nullptr;
    WireItem* m_hoveredWire = nullptr;
    std::optional<core::Wire> m_receiving;
    std::unordered_map<std::string, QString> m_errors; ///< by block
};

} // namespace widgets
