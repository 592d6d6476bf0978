// A grid of pictures: weight tiles, feature maps, test samples with what was predicted of them.
#pragma once

#include "widgets/views/colours.h"
#include "widgets/views/readingview.h"

namespace widgets
{

class ImageView : public PaintedView<core::ImageReading>
{
    Q_OBJECT
public:
    using PaintedView::PaintedView;

protected:
    void prepare() override;
    void paintEvent(QPaintEvent*) override;
    QString tipAt(QPointF) const override;

private:
    struct Grid {
        int columns = 1, shown = 0;
        double width = 0, height = 0, caption = 0; ///< of one tile's picture, and the line below it
        QPointF origin;
    };
    Grid grid() const;
    Grid arranged(bool captions) const;
    QPointF corner(const Grid&, int tile) const;

    ColourScale m_scale;
    std::vector<QImage> m_images;
    QStringList m_names; ///< captions without the word that all of them start with
    bool m_captions = false, m_marks = false;
};

} // namespace widgets
