// A diagram as a picture: cells, layout, wires, opened blocks and the costs under the columns put together.
#pragma once

#include "core/picture/cell.h"
#include "core/picture/layout.h"
#include "core/picture/lens.h"

namespace core::picture
{

struct DrawOptions {
    Sizes sizes = Sizes::Symbolic;
    bool costs = false;
    std::string title; ///< above the picture; may be empty
    std::string data;  ///< name of the data
    std::set<std::string>
        open; ///< blocks that are opened besides those that say so: "attention", "encoder/mlp"
    std::vector<Lens> lenses;        ///< above the diagram
    std::optional<Precedent> before; ///< of the diagram as it stands on a canvas: its order is kept
};

/// What is wrong in the diagram is drawn as far as it is known: dashed where a type is missing.
Picture draw(const Diagram&, const BlockLibrary&, const Elaboration&, const DataSignature&,
             const DrawOptions& = {});

/// The picture of a document with the data it names. The signature needs the data only for its shapes.
Picture draw(const Document&, const BlockLibrary&, const DataSignature&, DrawOptions = {});

/// A block of a diagram that is opened in place: a frame with its inside. Nothing if it is closed, or cannot
/// be opened.
std::optional<Cell> openedCell(const Diagram& around, const BlockLibrary&, const Elaboration&,
                               const DataSignature&, const DrawOptions&, const Block&,
                               const BlockDeclaration&, std::vector<Slot> inputs, std::vector<Slot> outputs);

/// Of wires that begin at one place: each draws the way they share, or the one that goes on does it for all.
enum class Trunk : uint8_t { Whole, Shared };
/// A wire: its lanes along the run, dots where it is a copy, labels of what is new.
/// Labels reach no farther than `room` from the start; at 0 there are none.
Marks wireMarks(const WireRun&, const Lanes&, Sizes, double room, Trunk = Trunk::Whole);
/// Room for the labels of every wire: of those that begin at one place the first has them, as far as
/// nothing turns across. Parallel to the wires of the diagram.
std::vector<double> labelRooms(const Diagram&, const LayoutGraph&, std::span<const WireRun>);

/// What the layout has to know of cells and wires, in the order of the diagram.
LayoutGraph layoutGraphOf(const Diagram&, const Cells&);

} // namespace core::picture
