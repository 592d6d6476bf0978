#include "core/picture/truetype.h"

#include <algorithm>
#include <cassert>

namespace core::picture
{

TrueType::TrueType(std::string_view bytes)
    : m_bytes(bytes)
{
    const size_t head = table("head"), maps = table("cmap");
    m_unit = 1.0 / at(head + 18, 2);
    m_longPlaces = at(head + 50, 2) != 0;
    m_metricCount = int(at(table("hhea") + 34, 2));
    m_metrics = table("hmtx");
    m_places = table("loca");
    m_outlines = table("glyf");
    for (size_t i = 0; i < at(maps + 2, 2); ++i) {
        const size_t subtable = maps + at(maps + 4 + 8 * i + 4, 4);
        if (at(subtable, 2) == 4) m_map = subtable;
    }
    assert(m_map);
}

uint32_t TrueType::at(size_t offset, int bytes) const
{
    assert(offset + size_t(bytes) <= m_bytes.size());
    uint32_t value = 0;
    for (int i = 0; i < bytes; ++i)
        value = value << 8 | static_cast<unsigned char>(m_bytes[offset + size_t(i)]);
    return value;
}

size_t TrueType::table(const char* tag) const
{
    for (size_t i = 0; i < at(4, 2); ++i)
        if (m_bytes.substr(12 + 16 * i, 4) == tag) return at(12 + 16 * i + 8, 4);
    assert(!"the font lacks a table");
    return 0;
}

int TrueType::indexOf(char32_t character) const
{
    if (character > 0xFFFF) return 0;
    const size_t segments = at(m_map + 6, 2) / 2;
    const size_t ends = m_map + 14, starts = ends + 2 * segments + 2;
    for (size_t s = 0; s < segments; ++s) {
        if (at(ends + 2 * s, 2) < character) continue;
        const uint32_t start = at(starts + 2 * s, 2);
        if (start > character) return 0;
        const uint32_t delta = at(starts + 2 * (segments + s), 2);
        const size_t place = starts + 2 * (2 * segments + s);
        const uint32_t range = at(place, 2);
        if (range == 0) return int((character + delta) & 0xFFFF);
        const uint32_t index = at(place + range + 2 * (character - start), 2);
        return index ? int((index + delta) & 0xFFFF) : 0;
    }
    return 0;
}

double TrueType::advanceOf(int glyph) const
{
    return at(m_metrics + 4 * size_t(std::min(glyph, m_metricCount - 1)), 2) * m_unit;
}

double TrueType::advance(char32_t character) const { return advanceOf(indexOf(character)); }

Glyph TrueType::glyph(char32_t character) const
{
    const int index = indexOf(character);
    return {advanceOf(index), outlineOf(index)};
}

/// Contours of on-curve and off-curve points; between two of the latter lies an implied one.
Path TrueType::outlineOf(int glyph) const
{
    const auto place = [&](int i) {
        return m_longPlaces ? size_t(at(m_places + 4 * size_t(i), 4))
                            : 2 * size_t(at(m_places + 2 * size_t(i), 2));
    };
    Path path;
    if (place(glyph) == place(glyph + 1)) return path;
    size_t cursor = m_outlines + place(glyph);
    const int contours = signedAt(cursor);
    assert(contours >= 0); // composites are taken apart when the file is made
    cursor += 10;
    std::vector<size_t> ends;
    for (int i = 0; i < contours; ++i, cursor += 2) ends.push_back(at(cursor, 2));
    cursor += 2 + at(cursor, 2);
    const size_t count = ends.empty() ? 0 : ends.back() + 1;

    std::vector<uint32_t> flags;
    while (flags.size() < count) {
        const uint32_t flag = at(cursor++, 1);
        const size_t times = flag & 8 ? 1 + at(cursor++, 1) : 1;
        flags.insert(flags.end(), times, flag);
    }
    std::vector<Point> points(count);
    const auto read = [&](uint32_t shortBit, uint32_t sameBit, auto assign) {
        int32_t value = 0;
        for (size_t i = 0; i < count; ++i) {
            if (flags[i] & shortBit) {
                const auto step = int32_t(at(cursor++, 1));
                value += flags[i] & sameBit ? step : -step;
            } else if (!(flags[i] & sameBit)) {
                value += signedAt(cursor);
                cursor += 2;
            }
            assign(points[i], value * m_unit);
        }
    };
    read(2, 16, [](Point& point, double value) { point.x = value; });
    read(4, 32, [](Point& point, double value) { point.y = -value; });

    size_t first = 0;
    for (const size_t last : ends) {
        std::vector<std::pair<Point, bool>> ring;
        for (size_t i = first; i <= last; ++i) {
            const size_t next = i == last ? first : i + 1;
            ring.emplace_back(points[i], flags[i] & 1);
            if (!(flags[i] & 1) && !(flags[next] & 1))
                ring.emplace_back((points[i] + points[next]) / 2, true);
        }
        std::ranges::rotate(ring, std::ranges::find(ring, true, &std::pair<Point, bool>::second));
        path.moveTo(ring.front().first);
        for (size_t i = 1; i <= ring.size(); ++i) {
            const auto& [place, on] = ring[i % ring.size()];
            if (on) {
                if (i < ring.size()) path.lineTo(place);
                continue;
            }
            const Point from = path.end(), to = ring[++i % ring.size()].first;
            path.cubicTo(from + 2.0 / 3 * (place - from), to + 2.0 / 3 * (place - to), to);
        }
        path.close();
        first = last + 1;
    }
    return path;
}

} // namespace core::picture
