// A picture as SVG that looks the same everywhere: words are outlines of the built-in font, with invisible
// text over them that can be selected and found. The file can carry its document.
#pragma once

#include "core/diagram/document.h"
#include "core/picture/picture.h"

namespace core::picture
{

struct Paper {
    std::string theme = "print";
    bool background = true;
    double margin = 12, scale = 1; ///< scale: pixels a unit
};

std::string writeSvg(const Picture&, const Paper& = {}, const Document* = nullptr);
/// The document that the file carries; nothing if it carries none. Problems of the document go to `problems`.
std::optional<Document> documentOf(std::string_view svg, std::string_view source, Errors& problems);

} // namespace core::picture
