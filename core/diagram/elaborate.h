// Diagram -> Program: block bodies unfolded, axes unified, sizes known. Errors carry the block and the axis.
#pragma once

#include "core/diagram/library.h"
#include "core/diagram/size.h"
#include "core/language/expression.h"
#include "core/program/program.h"

#include <set>

namespace core
{

/// The shape of what the data offers; ports of the `data` block. Sizes are of one batch.
struct DataSignature {
    Type x;                 ///< [batch, feature...]: real, or integer for tokens
    Type y;                 ///< labels: integer [batch] or [batch, token]; targets: real [batch, feature...]
    int64_t classes = 0;    ///< 0: regression
    int64_t vocabulary = 0; ///< 0: x is real
};

enum class Phase : uint8_t {
    Training,
    Evaluation
}; ///< dropout draws, batch norm uses batch statistics | neither

/// A type as the user sees it: sizes as formulas of the diagram's symbols beside their numbers.
struct WireType {
    Type type;
    std::vector<std::string> sizes; ///< one formula an axis, "4*d"
};

/// What one forward pass costs, counted on the elaborated program; formulas in the diagram's symbols and
/// `batch`. FLOPs: 2 M N K for a contraction, one an element and call for a formula, one an element read for
/// a reduction, none for what only moves data. Bytes: 4 for each element of every array that is computed
/// rather than read in another way.
struct BlockCost {
    double parameters = 0, flops = 0, bytes = 0;
    diagram::Polynomial parametersFormula, flopsFormula, bytesFormula;
    BlockCost& operator+=(const BlockCost&);
};

/// All that is known of a diagram after elaboration. `program` has inputs "x", "y", "seed", "step" (integer
/// scalars, if used); results "loss" (scalar mean), "logits" or "prediction" if there is a loss block, and
/// one result per wire, named by its PortRef text ("hidden1.y"). State updates (running statistics) are in it
/// when Training.
struct Elaboration {
    Program program;
    std::map<std::string, ValueId> wires;   ///< output port text -> value
    std::map<std::string, WireType> types;  ///< output port text -> type
    std::map<std::string, BlockCost> costs; ///< block id -> cost; more of it in core/diagram/costs.h
    std::vector<std::vector<diagram::Polynomial>> sizes; ///< formulas of the axes of each value, where known
    Errors errors;          ///< all of them; blocks that could not be elaborated are left out
    bool trainable() const; ///< no errors and there is a loss
};

Elaboration elaborate(const Diagram&, const BlockLibrary&, const DataSignature&, Phase);

/// Why a wire from -> to cannot be drawn, or nothing. For many wires of one diagram: connection.h.
std::optional<Error> wouldConnect(const Diagram&, const BlockLibrary&, const DataSignature&, const Wire&);

} // namespace core
