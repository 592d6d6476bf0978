// Paints the marks of a picture: all that the canvas, PNG and PDF need of Qt to show one.
#pragma once

#include "core/picture/picture.h"

#include <QPainterPath>

class QPainter;

namespace widgets
{

/// Makes the built-in font known under its name, so that window and pictures show the same on every machine.
void registerFonts();

QPainterPath painterPath(const core::picture::Path&);
/// In scene units; `zoom` decides which details are shown.
void paintMarks(QPainter&, std::span<const core::picture::Mark>, const core::picture::Palette&,
                double zoom = 1);

} // namespace widgets
