// All small pictures of the canvas in one image: each has a cell of its size and is drawn into it when its
// reading changes.
#pragma once

#include "widgets/views/figure.h"

#include <QImage>

namespace widgets
{

class Atlas
{
public:
    static constexpr int width = 148, height = 100; ///< of a picture that nobody resized, in scene units

    explicit Atlas(const Theme& theme)
        : m_theme(theme)
    {
    }
    /// Cells of these sizes, in scene units; what they show is empty until it is drawn.
    void resize(const std::vector<QSize>&);
    /// Pixels a scene unit: those of the screen, in halves up to four. True if all is to be drawn anew.
    bool setScale(double pixels);
    void draw(int cell, const Figure&);
    void paint(QPainter&, int cell, const QRectF& target) const;

private:
    QRect rect(int cell) const; ///< in pixels of the image
    void clear();
    const Theme& m_theme;
    QImage m_image;
    std::vector<QRect> m_cells; ///< in scene units, row after row
    double m_scale = 2;
};

} // namespace widgets
