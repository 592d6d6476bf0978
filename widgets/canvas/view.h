// The canvas: looks at the scene and turns mouse and keys into steps of the document's history.
#pragma once

#include "widgets/canvas/scene.h"

#include <QGraphicsView>

class QLabel;
class QLineEdit;

namespace widgets
{

/// What the library's entries carry when they are dragged: the kind of the block.
inline constexpr const char* blockMime = "application/x-axonometry-block";

class CanvasView : public QGraphicsView
{
    Q_OBJECT
public:
    explicit CanvasView(Lab&, QWidget* parent = nullptr);

    DiagramScene& diagramScene() { return *m_scene; }
    /// Whole: all of it, however small; Readable: no smaller than its words can be read, from its left end
    /// on.
    enum class Extent : uint8_t { Readable, Whole };
    void fit(Extent = Extent::Whole);
    void zoom(double factor, QPoint at);

    /// A new block: at `place`, else after the selected block, wired to it, where the layout puts it. Selects
    /// it.
    void addBlock(const std::string& kind, std::optional<QPointF> place = {});
    /// The type-to-add list; a wire end that was dropped on nothing is connected to the chosen block.
    void openPalette(QPoint at, std::optional<PortHit> loose = {});
    /// A line edit over the words of the block; nothing happens if it has no setting to edit in place.
    void editInPlace(const std::string& block);
    void reveal(const std::string& block);

    void removeSelected();
    void copySelected();
    void paste();
    void duplicateSelected();
    void selectAll();
    void unpin();

protected:
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void wheelEvent(QWheelEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void keyReleaseEvent(QKeyEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;
    void dragEnterEvent(QDragEnterEvent*) override;
    void dragMoveEvent(QDragMoveEvent*) override;
    void dragLeaveEvent(QDragLeaveEvent*) override;
    void dropEvent(QDropEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void leaveEvent(QEvent*) override;
    bool focusNextPrevChild(bool next) override;
    void drawBackground(QPainter*, const QRectF&) override;
    void drawForeground(QPainter*, const QRectF&) override;

private:
    enum class Gesture : uint8_t { None, Pan, Band, Press, Move, Connect };
    void endGesture();
    double portReach() const; ///< in the scene
    void moveSelected(QPointF by);
    void followWire(bool forwards);
    void describeSelection();
    void showHint(const QString& text, QPoint at, bool good);
    void dragWire(QPointF to, QPoint cursor);
    void dropWire(QPoint cursor);
    void finishMove();
    core::Document selectedPart() const;
    void insertPart(const core::Document&, const QString& text, QPointF by);
    /// The wire under `place` that a lone block could be put into.
    const core::Wire* receiverAt(QPointF place, const std::string& except = {}) const;

    Lab& m_lab;
    DiagramScene* m_scene;
    QLabel* m_hint;
    QLineEdit* m_editor = nullptr;

    Gesture m_gesture = Gesture::None;
    QPoint m_pressed, m_last;
    QPointF m_pressedScene;
    Selection m_before;             ///< before the rubber band
    std::optional<PortHit> m_start; ///< of the wire being dragged
    std::optional<PortHit> m_end;   ///< a port it may end at, if it may
    std::optional<core::Wire> m_detached;
    QPointF m_loose;
    bool m_fits = false, m_refused = false, m_space = false;
    bool m_following = true; ///< keeps the diagram in view until the person chooses another place
    Extent m_extent = Extent::Readable;
};

} // namespace widgets
