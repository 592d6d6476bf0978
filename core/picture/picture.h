// The picture as data: marks in scene units that a canvas, SVG, PDF or TikZ only has to paint.
#pragma once

#include "core/picture/text.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core::picture
{

/// Colours by their meaning; a palette says what they are.
enum class Ink : uint8_t { None, Paper, Ink, Muted, Faint, Block, Learned, Shade, Accent };

/// What a mark is; one row of the table in picture.cpp says how it looks.
enum class Role : uint8_t {
    Wire,       ///< an axis
    Batch,      ///< the axis that every array has
    Unknown,    ///< a wire whose type is not known
    Symbol,     ///< outline of an operation
    Learned,    ///< the same, bold: it has parameters
    Stroke,     ///< a line of a symbol, not filled
    BoldStroke, ///< the same, bold
    Solid,      ///< dot, arrowhead
    SolidBatch, ///< the same on the axis of the batch
    Bar,        ///< merge, concatenate
    Bracket,    ///< repetition
    Dash,       ///< parts the arrays of a tuple
    Guide,      ///< dashed line to a `+` or a dot
    Side,       ///< of a cuboid
    Frame,      ///< around an opened block
    Label,      ///< name and size of an axis
    BatchLabel, ///< the same of the batch
    Words,      ///< an expression, a setting
    Letter,     ///< L
    Sign,       ///< +
    Title,      ///< of a block
    FarBlock,   ///< stands for a whole block when zoomed out
    FarTitle,
    Cost,
    Peak,    ///< cost of the most expensive column
    PeakBox, ///< behind it
    Heading  ///< title of the document
};

struct Style {
    double width = 0; ///< of the stroke
    Ink stroke = Ink::None, fill = Ink::None;
    double dash = 0, gap = 0; ///< 0: a whole line
    double size = 0;          ///< of text
    Face face = Face::Regular;
    Ink text = Ink::None;
};
const Style& styleOf(Role);
/// Wires and thin lines end round, so that pieces which meet have no seam.
inline bool endsRound(const Style& style) { return style.dash == 0 && style.width < 3; }

/// At which zoom a mark is shown.
enum class Detail : uint8_t { Always, Far, Normal, Near };
inline constexpr double farZoom = 0.45, nearZoom = 1.35;
bool shown(Detail, double zoom);

enum class Anchor : uint8_t { Start, Middle, End };

/// Either a path or a line of text; `owner` says whose it is, as an index into Picture::owners.
struct Mark {
    Role role = Role::Wire;
    Detail detail = Detail::Always;
    int owner = -1;
    Path path;
    Runs text;
    Point place; ///< of text: on the base line, at the anchor
    Anchor anchor = Anchor::Start;

    double textWidth() const { return widthOf(text, styleOf(role).size); }
    double textLeft() const; ///< where its first glyph begins
    Rect bounds() const;     ///< with the stroke
    Mark translated(Point by) const;
    friend bool operator==(const Mark&, const Mark&) = default;
};
using Marks = std::vector<Mark>;

Rect boundsOf(std::span<const Mark>);

struct Owner {
    enum class Kind : uint8_t { Block, Wire, Frame, Column } kind = Kind::Block;
    std::string id; ///< of a block; "from.port -> to.port" of a wire; number of a column
    friend bool operator==(const Owner&, const Owner&) = default;
};

struct PlacedImage {
    Rect place;
    std::string png; ///< the file
};

struct Picture {
    std::string title;
    Marks marks;                     ///< the later ones on top
    std::vector<PlacedImage> images; ///< above all marks
    std::vector<Owner> owners;
    Rect bounds;

    /// Moved there and owned by `owner`.
    void add(std::span<const Mark>, Point by, int owner);
    int own(Owner);
};

struct Colour {
    uint8_t red = 0, green = 0, blue = 0;
    std::string text() const; ///< "#1d2330"
    friend bool operator==(const Colour&, const Colour&) = default;
};
/// "print", or a theme of resources/themes. Error names the ones there are.
struct Palette {
    Colour of(Ink) const;
    Colour paper, ink, muted, faint, block, learned, shade, accent;
};
Palette paletteOf(const std::string& theme);

} // namespace core::picture
