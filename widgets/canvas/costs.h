// What the columns of the diagram cost, read off below it: numbers under each column, formulas in a table.
#pragma once

#include "core/picture/columns.h"
#include "widgets/canvas/scene.h"

#include <QGraphicsObject>
#include <QTimer>

class QAction;

namespace widgets
{

/// Follows the places of the blocks and what the elaborated program counts; while it is hidden it costs
/// nothing.
class CostsItem : public QGraphicsObject
{
    Q_OBJECT
public:
    CostsItem(Lab&, DiagramScene&);

    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override;
    const std::vector<core::picture::Column>& columns() const { return m_columns; }

private:
    void follow();

    Lab& m_lab;
    DiagramScene& m_scene;
    std::vector<core::picture::Column> m_columns; ///< those that are shown
    PaintedMarks m_marks;
    QRectF m_bounds;
    QTimer m_soon;
};

/// Shows and hides them; what was chosen is remembered. The parent owns it.
QAction* costsAction(Lab&, DiagramScene&, QObject* parent);

} // namespace widgets
