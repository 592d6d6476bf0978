// A cell while it is drawn: one form a way in which wires and symbol go together. Private to core/picture.
#pragma once

#include "core/picture/symbols.h"

namespace core::picture
{

/// Coordinates run from 0 to `width` to the right and down from the first wire of the first input at 0; the
/// cell is centred afterwards.
struct Drawing {
    const Block& block;
    const BlockDeclaration& kind;
    const CellOptions& options;
    std::vector<Slot> inputs, outputs;
    std::vector<double> inputTops, outputTops; ///< heights of the first wires; parallel to the slots
    SymbolText text;
    Marks marks;
    double width = 0;

    /// Arrays one under the other; returns the height of the first wire of each.
    static std::vector<double> stacked(const std::vector<Slot>&);
    std::set<std::string> acted() const; ///< of the first input
    /// Makes the cell this wide at least, in steps that keep its centre on the grid.
    void widen(double least);
    void partTuples(double length); ///< dashes between the inputs
};

/// Where a lane is within a drawing.
struct PlacedLane {
    Lane lane;
    double y = 0;
};
std::vector<PlacedLane> placed(const Lanes&, double top);
const PlacedLane* find(const std::vector<PlacedLane>&, const std::string& axis);

/// One row of the table of forms, by `shape` of the declaration; `spanning` where there is no such row.
struct Form {
    std::string_view shape;
    void (*draw)(Drawing&);
};
const Form& formOf(std::string_view shape);

/// Which lanes of its outputs are labelled: those that did not come in like this; and the room that takes.
void markFresh(Cell&, Sizes);

void drawSpanning(Drawing&); ///< a symbol over the wires it acts on; the others pass
void drawPassing(Drawing&);  ///< all wires pass, the expression stands above them
void drawJoin(Drawing&);     ///< element by element: wires of one axis meet in a dot
void drawConcatenation(Drawing&);
void drawContraction(Drawing&); ///< half-circle cups; with one input a sum, wires that end
void drawRepetition(Drawing&);  ///< a symbol in brackets

} // namespace core::picture
