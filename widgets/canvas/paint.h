// Paints the marks of a picture: all that the canvas, PNG and PDF need of Qt to show one.
#pragma once

#include "core/picture/picture.h"

#include <QFont>
#include <QPainterPath>
#include <QStaticText>

class QPainter;

namespace widgets
{

/// Makes the built-in font known under its name, so that window and pictures show the same on every machine.
void registerFonts();

QPainterPath painterPath(const core::picture::Path&);

/// Marks that are painted again and again: paths and words made ready for it once.
class PaintedMarks
{
public:
    PaintedMarks() = default;
    explicit PaintedMarks(std::span<const core::picture::Mark>);
    /// In scene units; `zoom` decides which details are shown.
    void paint(QPainter&, const core::picture::Palette&, double zoom) const;
    bool empty() const { return m_shapes.empty(); }

private:
    struct Words {
        QStaticText text;
        QFont font;
        QPointF place; ///< top left
        double scale;
    };
    struct Shape {
        core::picture::Role role;
        core::picture::Detail detail;
        QPainterPath path;
        std::vector<Words> words;
    };
    std::vector<Shape> m_shapes;
};

void paintMarks(QPainter&, std::span<const core::picture::Mark>, const core::picture::Palette&,
                double zoom = 1);

} // namespace widgets
