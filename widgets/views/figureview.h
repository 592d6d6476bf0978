// A figure in a window: zoom, pan, turn, read out, copy; by mouse and by keys.
#pragma once

#include "widgets/views/readingview.h"

#include <QPicture>

class QMenu;

namespace widgets
{

class FigureView : public ReadingView
{
    Q_OBJECT
public:
    FigureView(std::unique_ptr<Figure>, const Theme&, QWidget* parent);

    Figure& figure() { return *m_figure; }
    bool showReading(const core::Reading&) override;
    void showTrail(std::shared_ptr<const core::Trail>) override;
    std::shared_ptr<Gaze> gaze() const override { return m_gaze; }
    void setGaze(std::shared_ptr<Gaze>) override;

    /// The whole again.
    void reset();
    /// About a point of the view; factors above 1 look closer.
    void zoom(double factor, QPointF at);
    void pan(QPointF by); ///< in pixels
    QImage image() const; ///< on the theme's ground, two pixels for one
    QByteArray svg() const;
    QString csv() const; ///< of what is shown

protected:
    void paintEvent(QPaintEvent*) override;
    bool event(QEvent*) override;
    void wheelEvent(QWheelEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;
    void leaveEvent(QEvent*) override;

private:
    bool can(int ability) const { return m_figure->abilities() & ability; }
    void changed();
    void setSeen(QRectF);
    QPointF shareAt(QPointF) const; ///< of the whole, y upwards
    void fill(QMenu*);
    void saveAs();
    void toggle(int ability);

    const Theme& m_theme;
    std::unique_ptr<Figure> m_figure;
    std::shared_ptr<Gaze> m_gaze;
    core::Reading m_reading;
    std::optional<QPointF> m_pressed; ///< where a drag began
    QPointF m_last;
    bool m_framing = false; ///< the drag draws a frame to zoom into
};

} // namespace widgets
