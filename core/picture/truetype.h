// A reader of TrueType fonts: widths and outlines of characters. Only what our own font files need: format 4
// or 12 maps, simple glyphs, no hints. Private to core/picture.
#pragma once

#include "core/picture/text.h"

namespace core::picture
{

class TrueType
{
public:
    /// The bytes must outlive it; they are our own, so a fault in them is a mistake of ours.
    explicit TrueType(std::string_view bytes);

    double advance(char32_t) const;
    Glyph glyph(char32_t) const;

private:
    uint32_t at(size_t offset, int bytes) const;
    int32_t signedAt(size_t offset) const { return int16_t(at(offset, 2)); }
    size_t table(const char* tag) const;
    int indexOf(char32_t) const;
    double advanceOf(int glyph) const;
    Path outlineOf(int glyph) const;

    std::string_view m_bytes;
    size_t m_map = 0, m_metrics = 0, m_places = 0, m_outlines = 0;
    int m_metricCount = 0;
    bool m_longPlaces = false;
    double m_unit = 1; ///< one unit of the file as a share of the size
};

} // namespace core::picture
