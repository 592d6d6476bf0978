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
    QRectF boundingRect() const override;
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;
    /// Its middle stands at `place`; a line leads to `wire`.
    void stand(QPointF place, QPointF wire);
    static QSizeF size(); ///< with its title

private:
    const Theme& m_theme;
    const Atlas& m_atlas;
    int m_cell;
    core::Lens m_lens;
    QString m_title;
    QPointF m_wire; ///< in its own coordinates
};

/// Draws at most 30 times a second, and only what is seen.
class LensLayer : public QObject
{
    Q_OBJECT
public:
    LensLayer(Lab&, CanvasView&);

    const std::vector<LensItem*>& items() const { return m_items; }
    void add(const core::Instrument&, const std::string& at);
    void removeAt(const std::string& at);
    bool anyAt(const std::string& at) const;
    static constexpr int interval = 33; ///< ms

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
    std::vector<std::unique_ptr<Figure>> m_figures; ///< of the items; null until there is a reading
    QTimer m_pace;
    uint64_t m_shown = 0;
};

/// Look at a wire on the canvas, and stop looking; by keys and in the context menu.
void addLensCommands(Commands&, CanvasView&);

} // namespace widgets
