// A grid of pictures: weight tiles, feature maps, test samples with what was predicted of them.
#pragma once

#include "core/instruments/reading.h"
#include "widgets/views/colours.h"
#include "widgets/views/figure.h"

#include <QStringList>

namespace widgets
{

class ImageFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QString tipAt(QPointF, QSizeF, const Gaze&) const override;
    int abilities() const override { return Zoom; }

private:
    struct Grid {
        int columns = 1, shown = 0;
        double width = 0, height = 0, caption = 0; ///< of one tile's picture, and the line below it
        QPointF origin;
    };
    Grid grid(QSizeF) const;
    Grid arranged(QSizeF, bool captions) const;
    static QPointF corner(const Grid&, int tile);
    /// Of the whole picture, such that the seen part fills `size`.
    static QRectF whole(QSizeF, const Gaze&);

    core::ImageReading m_reading;
    ColourScale m_scale;
    std::vector<QImage> m_images;
    QStringList m_names; ///< captions without the word that all of them start with
    bool m_captions = false, m_marks = false;
};

} // namespace widgets
