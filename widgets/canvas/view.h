// The canvas: looks at the scene and gives mouse and keys to gestures and commands.
#pragma once

#include "widgets/canvas/scene.h"

#include <QGraphicsView>

class QLabel;

namespace widgets
{

class Commands;
class Gesture;
struct MouseState;

/// What the library's entries carry when they are dragged: the kind of the block.
inline constexpr const char* blockMime = "application/x-axonometry-block";

class CanvasView : public QGraphicsView
{
    Q_OBJECT
public:
    explicit CanvasView(Lab&, QWidget* parent = nullptr);
    ~CanvasView() override;

    Lab& lab() const { return m_lab; }
    DiagramScene& diagramScene() const { return *m_scene; }
    /// Whole: all of it, however small; Readable: no smaller than its words can be read, from its left end
    /// on.
    enum class Extent : uint8_t { Readable, Whole };
    void fit(Extent = Extent::Whole);
    /// Follows the diagram when it changes, until the person chooses another place.
    void follow() { m_following = true; }
    void stay() { m_following = false; }
    void zoom(double factor, QPoint at);
    void reveal(const std::string& block);

    /// A new block: at `place`, else after the selected block, wired to it, where the layout puts it. Selects
    /// it.
    void addBlock(const std::string& kind, std::optional<QPointF> place = {});
    /// The type-to-add list; a wire end that was dropped on nothing is connected to the chosen block.
    void openPalette(QPoint at, std::optional<PortHit> loose = {});
    /// A line edit over the words of the block; nothing happens if it has no setting to edit in place.
    void editInPlace(const std::string& block);
    void renameInPlace(const std::string& block);
    void openContextMenu(QPoint at);
    /// The commands that the context menu offers; not owned.
    void setCommands(Commands* commands) { m_commands = commands; }

    // For gestures.
    double portReach() const; ///< in the scene
    /// Words beside the mouse; none hides them.
    void showHint(const QString& text, QPoint at, bool good);
    /// The wire under `place` that a lone block could be put into.
    const core::Wire* receiverAt(QPointF place, const std::string& except = {}) const;
    void cancelGesture();

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
    void paintInvitation(QPainter&) const;
    MouseState stateOf(const QMouseEvent&) const;
    void endGesture();
    void showCursor();
    void describeSelection();

    Lab& m_lab;
    DiagramScene* m_scene;
    QLabel* m_hint;
    Commands* m_commands = nullptr;
    std::unique_ptr<Gesture> m_gesture;
    int m_held = 0; ///< a key that changes what the mouse means
    bool m_following = true;
    Extent m_extent = Extent::Readable;
};

} // namespace widgets
