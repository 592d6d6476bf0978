// The diagram as text and text as a diagram: one statement a block, `y = linear(x, channel -> hidden: 128)`;
// and what is inside a block, as a diagram.
//
//   d = 128                                     a size
//   relu1 = relu(conv1)                         activation; a + b: add; a*b: multiply; else: formula
//   out = linear(relu1, to = class: classes)    inputs in the order of the ports, then settings
//   loss = cross_entropy(out, data.y)           an output of a block that has several
#pragma once

#include "core/diagram/elaborate.h"

namespace core
{

/// Canonical text: sizes, then blocks in an order in which each comes after what it hangs on. Reading it
/// gives the diagram again, but for what text cannot hold (pins, states, unknown keys), which `diagramFrom`
/// takes from the diagram before.
std::string textOf(const Diagram&, const BlockLibrary&);

/// The same as the body of a block: arrays from blocks of kind `input` are names, every other block is a call
/// of that block, whatever functions there are.
std::vector<language::Statement> bodyOf(const Diagram&, const BlockLibrary&);

/// What the text says. Blocks that are also in `before` (by id) stay where they were in the order and keep
/// what text does not hold. All errors, each "SOURCE:LINE:COLUMN"; statements with errors are left out. A
/// text that is no term at all has one error and gives `before`.
Diagram diagramFrom(std::string_view text, const BlockLibrary&, const Diagram& before, Errors&,
                    std::string_view source = "text");

/// The inside of a block. Its arrays come from blocks of kind `input` and end in blocks of kind `output`;
/// their setting `name` says which port of the block they stand for (a variadic port has several inputs).
/// Inner blocks have the ids that their paths in the program end in, so "attention/q" is block "q" inside
/// block "attention".
struct Inside {
    Diagram diagram;
    std::map<std::string, WireType> inputs; ///< what comes in, by the id of the input block, as far as known
    std::string along;                      ///< axis that a recurrence walks along: what is inside lacks it
    bool reverse = false;                   ///< from its end to its beginning
};

/// Whether the block consists of more than one step: a leaf, such as a softmax or a contraction of two
/// arrays, has nothing inside that its symbol does not say already.
bool opens(const BlockDeclaration&);
/// Whether the inside happens several times over, so that it cannot stand in the place of the block.
bool repeats(const BlockDeclaration&);

/// Whether the block stands for what is around an inside. Nobody places such a block in a document.
bool isEnd(const BlockDeclaration&);

/// Settings of the block are put in, and `if` is decided by them. With an elaboration of the diagram around
/// it, sizes are those of the arrays that come in; without, they stay the formulas of the body. A block of
/// kind `repeat` has one copy inside. A `recurrence` has its cell as it is at one position: each state has an
/// input and an output of its name, which stand for no port of the block; but the first state ends in the
/// ports, those that are read.
Inside insideOf(const Block&, const Diagram& around, const BlockLibrary&, const Elaboration* = nullptr);

/// Types, costs and errors of the inside, as `elaborate` gives them for a whole diagram.
Elaboration elaborate(const Inside&, const BlockLibrary&, const DataSignature&, Phase);

} // namespace core
