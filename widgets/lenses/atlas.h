// All small pictures of the canvas in one image: each has a cell and is drawn into it when its reading
// changes.
#pragma once

#include "widgets/views/figure.h"

#include <QImage>

namespace widgets
{

class Atlas
{
public:
    /// Of a picture, in scene units; an image pixel is half of one.
    static constexpr int width = 148, height = 100, scale = 2;

    explicit Atlas(const Theme& theme)
        : m_theme(theme)
    {
    }
    /// Cells 0 to `count`-1; what they show is empty until it is drawn.
    void resize(int count);
    void draw(int cell, const Figure&);
    void paint(QPainter&, int cell, const QRectF& target) const;

private:
    static constexpr int columns = 8;
    QRect rect(int cell) const; ///< in pixels of the image
    const Theme& m_theme;
    QImage m_image;
};

} // namespace widgets
