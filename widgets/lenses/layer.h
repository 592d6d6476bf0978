// Pictures on the canvas: the document's lenses there, each beside its wire, live.
#pragma once

#include "core/diagram/lenses.h"
#include "core/instruments/instrument.h"
#include "widgets/canvas/scene.h"
#include "widgets/lenses/atlas.h"

#include <QTimer>

namespace widgets
{

class CanvasView;
class Commands;

class LensItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 3 };
    LensItem(const Theme& theme, const Atlas& atlas, int cell, core::Lens lens, const QString& title);
    int type() const override { return Type; }

    const core::Lens& lens() const { return m_lens; }
    void setOffset(std::optional<std::array<double, 2>> offset) { m_lens.offset = offset; }
    void setSize(std::optional<std::array<double, 2>>);
    QPointF wire() const { return pos() + m_wire; } ///< of the scene
    QRectF boundingRect() const override;
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;
    /// Its middle stands at `place`; a line leads to `wire`.
    void stand(QPointF place, QPointF wire);
    /// The line ends at the lane of the wire that is nearest, so far from its middle.
    void setReach(double reach) { m_reach = reach; }
    QRectF frame() const; ///< with its title, around its middle
    QSize picture() const;
    bool gripAt(QPointF scene) const; ///< the corner that makes it larger
    static constexpr double leastWidth = 90, leastHeight = 60, most = 1600;

private:
    const Theme& m_theme;
    const Atlas& m_atlas;
    int m_cell;
    core::Lens m_lens;
    QString m_title;
    QPointF m_wire; ///< in its own coordinates
    double m_reach = 0;
};

/// Draws what is new and seen. Small pictures are of use a few times a second: what they cost the window's
/// thread is taken from training on a small machine.
class LensLayer : public QObject
{
    Q_OBJECT
public:
    LensLayer(Lab&, CanvasView&);

    const std::vector<LensItem*>& items() const { return m_items; }
    LensItem* itemAt(QPointF scene) const;
    void store(const QString& text); ///< the items as they stand are a step of the history
    void letStandFreely();           ///< all of them, wherever there is room
    bool anyPlaced() const;
    void fit();                                        ///< pictures whose size was changed are drawn anew
    void enlarge(const std::string& at, double times); ///< the pictures of a wire
    void openSettings(const std::string& at, QPoint global);
    void add(const core::Instrument&, const std::string& at);
    void removeAt(const std::string& at);
    bool anyAt(const std::string& at) const;
    static constexpr double often = 3, fast = 30; ///< a second: of a run, of its past

protected:
    bool eventFilter(QObject*, QEvent*) override; ///< of the canvas: the menu of a picture

private:
    void sync();  ///< the items with the document
    void place(); ///< beside their wires
    void watch();
    void refresh();
    void store(const QString& text, const std::vector<core::Lens>&);
    std::vector<core::Lens> lenses() const;
    /// The middle of the first wire that carries it, or the block that has the parameter.
    std::optional<QPointF> anchor(const std::string& at, double* below) const;

    Lab& m_lab;
    CanvasView& m_canvas;
    DiagramScene& m_scene;
    Atlas m_atlas;
    std::vector<LensItem*> m_items;
    struct Shown {
        std::unique_ptr<Figure> figure; ///< null until there is a reading
        std::shared_ptr<const core::Reading> reading;
    };
    std::vector<Shown> m_shown; ///< of the items
    QTimer m_pace;
};

/// Look at a wire on the canvas, and stop looking; by keys and in the context menu.
void addLensCommands(Commands&, CanvasView&);

} // namespace widgets
