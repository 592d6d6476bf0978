// A program as the tree of blocks that it was made from. Private to core/diagram.
#pragma once

#include "core/diagram/library.h"
#include "core/program/program.h"

#include <memory>
#include <set>

namespace core::diagram
{

struct Part;

/// An instruction, or a block with instructions of its own.
struct PartItem {
    ValueId value = -1;
    std::unique_ptr<Part> part;
};

struct Part {
    std::string path, id;                         ///< "encoder/1/attended", "attended"
    std::shared_ptr<const BlockDeclaration> kind; ///< may be null
    std::vector<PartItem> items;                  ///< as in the program
    std::vector<ValueId> values() const;          ///< of all that is inside, ascending

    bool is(std::string_view kindName) const { return kind && kind->name == kindName; }
    /// What the statement of the body assigns; empty if that is not known.
    std::string target(int statement) const;
};

/// The root has the empty path and the blocks of the diagram as parts.
Part partsOf(const Program&, const Diagram&, const BlockLibrary&);

/// A program with who reads what.
struct TorchProgram {
    TorchProgram(const Program&, const Diagram&, const BlockLibrary&);

    Program program;
    Part root;
    std::vector<std::vector<ValueId>> readers;
    std::vector<ValueId> last; ///< reader of each value; the number of instructions where it is a result
    std::set<ValueId> wanted;  ///< what the results of the module hang on
    std::set<ValueId> kept;    ///< those results themselves

    /// Chooses the results, and what else has to be computed. Parameters that only go into a scan belong to
    /// its body.
    void want(std::vector<ValueId> results, std::vector<ValueId> effects = {});
    /// What states become that belong to no layer of their own kind.
    std::vector<Update> updates() const;
    const Instruction& operator[](ValueId value) const { return program.code[size_t(value)]; }
    const Type& type(ValueId value) const { return program.type(value); }

    /// Values that a part takes from outside and gives to outside. Constants and positions are made where
    /// they are needed.
    std::vector<ValueId> inputs(const Part&) const;
    std::vector<ValueId> outputs(const Part&) const;
    bool anywhere(ValueId) const;
};

/// The body of a scan with the parameters that are handed in at their places; its inputs are "carry",
/// "sequence 0", ... and the other "constant 0", ....
Program loopOf(const Program&, const Instruction& scan);

} // namespace core::diagram
