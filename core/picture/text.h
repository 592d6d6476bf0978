// Words of a picture: exact widths and outlines from the font that is built in (resources/fonts), so that a
// picture is the same in the window, in a file and on a machine without fonts.
#pragma once

#include "core/picture/geometry.h"

#include <string>
#include <string_view>
#include <vector>

namespace core::picture
{

enum class Face : uint8_t { Regular, Italic, Medium, SemiBold, Bold };

inline constexpr std::string_view fontFamily = "Inter";
/// Of the font, as shares of its size.
inline constexpr double ascent = 0.97, descent = 0.25, capHeight = 0.73, smallHeight = 0.55;

/// The file of a face (TrueType), for a window that has to show the same.
std::string_view fontFile(Face);

/// In units of the size, y down, the base line at 0. No kerning: a width is a sum of advances.
struct Glyph {
    double advance = 0;
    Path outline;
};
/// What the font lacks is shown as an empty box.
const Glyph& glyphOf(Face, char32_t);
double textWidth(std::string_view utf8, Face, double size);
/// Invalid bytes become U+FFFD.
std::u32string decoded(std::string_view utf8);

/// A piece of a line in one face; `scale` and `rise` are shares of the size of the line.
struct Run {
    std::string text;
    Face face = Face::Regular;
    double scale = 1, rise = 0;
    friend bool operator==(const Run&, const Run&) = default;
};
using Runs = std::vector<Run>;

double widthOf(const Runs&, double size);
std::string plainText(const Runs&);
/// A formula as mathematics: one letter is italic, powers are raised, x*y is x·y.
Runs mathematics(std::string_view formula);
/// At most `most` characters, the last of them an ellipsis if something was left out.
std::string shortened(std::string_view utf8, size_t most);

} // namespace core::picture
