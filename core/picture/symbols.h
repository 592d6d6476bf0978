// The symbols of operations and the small marks that all of them use. Private to core/picture.
#pragma once

#include "core/picture/cell.h"

namespace core::picture
{

/// What the drawing of a symbol is given.
struct SymbolText {
    std::string symbol; ///< as declared
    Runs title, words;
    std::string superscript; ///< beside L: which of several maps it is
    bool learned = false, linear = false, bias = false;
};

/// One row of the table of symbols: the outline that an operation has on the wires it acts on.
struct Symbol {
    std::string_view shape;
    double width;       ///< 0: as wide as its words
    double overhang;    ///< of the outline beyond its first and last wire
    double leastHeight; ///< it grows downwards
    Path (*outline)(const Rect&);
    void (*details)(Marks&, const Rect&, const SymbolText&); ///< within the outline
};
/// A box where there is no such row.
const Symbol& symbolOf(std::string_view shape);
double widthOf(const Symbol&, const SymbolText&);
void drawSymbol(Marks&, const Symbol&, const Rect&, const SymbolText&);

// Small marks.
void addPath(Marks&, Role, Path, Detail = Detail::Always);
void addText(Marks&, Role, Runs, Point, Anchor = Anchor::Middle, Detail = Detail::Normal);
/// A wire from a to b, curved where their heights differ.
Path wirePath(Point from, Point to);
Role wireRole(const Lane&);
void addLane(Marks&, const Lane&, Point from, Point to);
void addDot(Marks&, const Lane&, Point);
/// Its tip is at `tip` and points to the right.
void addArrowhead(Marks&, Point tip, double size = 6);
/// Words over the wires between two small arrowheads: an element-wise operation. Its middle is at `centre`.
void addExpression(Marks&, const Runs&, Role, Point centre);
double expressionWidth(const Runs&, Role);
/// Large brackets around a repeated part, the count at the upper right.
void addBrackets(Marks&, const Rect&, const std::string& count);

} // namespace core::picture
