// How one block is drawn: which wires come in and go out, which of them pass by straight and which the
// operation spans, and the marks of its symbol. What kinds of symbols there are is data: `draw` of a block's
// declaration names rows of the tables in cell.cpp and symbols.cpp.
#pragma once

#include "core/picture/lanes.h"
#include "core/picture/picture.h"

#include <functional>

namespace core::picture
{

/// An array that comes or goes: a port, or one of the wires of a variadic port.
struct Slot {
    std::string port;
    int wire = -1; ///< of an input: which of the wires to this port, in their order; -1 if nothing is wired
    Lanes lanes;
    Point place; ///< middle of its lanes at the edge of the cell, relative to the centre
    bool wired = true;
    friend bool operator==(const Slot&, const Slot&) = default;
};

struct Cell {
    Size size;                         ///< around the centre (0, 0)
    std::vector<Slot> inputs, outputs; ///< from top to bottom; lanes in the order in which they are drawn
    Marks marks;
    Path outline;              ///< where it can be taken hold of
    Runs title;                ///< stands for it from afar; none: its symbol does
    bool learned = false;      ///< it has parameters
    Rect words;                ///< of the setting that can be edited in place; may be empty
    std::string setting;       ///< its name
    std::vector<Owner> owners; ///< of an opened block: of the marks inside
    double room = 0;           ///< to the right of it, for the labels of its wires

    const Slot* input(const std::string& port,
                      int wire = -1) const; ///< the first of the port if there is no such wire
    const Slot* output(const std::string& port) const;
    friend bool operator==(const Cell&, const Cell&) = default;
};

struct CellOptions {
    Sizes sizes = Sizes::Symbolic;
    std::string note;                      ///< words where the declaration names no setting: name of the data
    const BlockLibrary* library = nullptr; ///< knows the blocks that others apply
};

/// `inputs`: lanes as they arrive; `outputs`: lanes in any order, the cell chooses. An undeclared kind is a
/// box with its name.
Cell cellOf(const Block&, const BlockDeclaration*, std::vector<Slot> inputs, std::vector<Slot> outputs,
            const CellOptions& = {});

/// The cells of a diagram, source before reader, and the lanes of every wire. Blocks of a cycle have lanes
/// in the order of their types.
struct Cells {
    std::vector<std::shared_ptr<const Cell>> blocks; ///< as in the diagram
    std::vector<Lanes> wires;                        ///< as in the diagram
    struct Ends {
        int from = -1, to = -1; ///< blocks
        int rank = 0;           ///< among the wires to its port
    };
    std::vector<Ends> ends; ///< of the wires
};

/// What may take the place of the drawing that a block has by itself: an opened one, or one that is known.
struct CellHooks {
    std::map<std::string, Lanes> arriving; ///< order of the lanes that a source gives, by block id
    std::function<std::shared_ptr<const Cell>(const Block&, const BlockDeclaration&,
                                              const std::vector<Slot>& inputs,
                                              const std::vector<Slot>& outputs)>
        instead; ///< null: none
};
Cells cellsOf(const Diagram&, const BlockLibrary&, const Elaboration&, const CellOptions& = {},
              const CellHooks& = {});

} // namespace core::picture
