// Pictures of the diagram as files and on the clipboard. Errors say what could not be written.
#pragma once

#include "core/picture/draw.h"
#include "core/picture/svg.h"

#include <QString>

class QImage;

namespace widgets
{

QImage imageOf(const core::picture::Picture&, const core::picture::Paper&);
void exportPng(const core::picture::Picture&, const core::picture::Paper&, const QString& path);
/// One page as large as the picture, the font embedded.
void exportPdf(const core::picture::Picture&, const core::picture::Paper&, const QString& path);
/// With the document in it, so that it opens again.
void exportSvg(const core::picture::Picture&, const core::picture::Paper&, const core::Document&,
               const QString& path);
/// Images of the picture go to files beside it.
void exportTikz(const core::picture::Picture&, const core::picture::Paper&, const QString& path);
/// SVG and pixels, whatever is pasted into takes what it knows.
void copyPicture(const core::picture::Picture&, const core::picture::Paper&, const core::Document&);

} // namespace widgets
