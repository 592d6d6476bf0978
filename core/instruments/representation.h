// What wires carry, as matrices with a row an example: what measures of representations are defined on.
#pragma once

#include "core/instruments/common.h"
#include "core/numeric/matrix.h"

namespace core::instruments
{

struct Representations {
    std::vector<std::string> wires; ///< by depth
    std::vector<numeric::Matrix> x; ///< [example, all other axes]
    std::vector<int64_t> examples;
};

/// The wires that `o.at` names, for at most `count` shown examples. Error if there are fewer than `least`, or
/// for a wire that has no value an example or one that is not finite: it says where.
Representations representationsOf(const Observation& o, int64_t count, int64_t least = 2);
/// The same of `o.at` as one wire.
numeric::Matrix representationOf(const Observation& o, std::span<const int64_t> examples);

/// Error{where, ...} that names the first example whose values are not finite.
void expectFinite(const numeric::Matrix&, const std::string& where);
/// Error unless there are `least` examples: which definition wants them.
void expectExamples(int64_t count, int64_t least, const std::string& definition);

/// Error for a wire that has one value for the whole batch.
void expectValueAnExample(const Elaboration&, const std::vector<std::string>& wires);

/// One label an example. Error for data whose examples have no class of their own.
std::vector<int> labelsOf(const Dataset&, std::span<const int64_t> examples);
bool hasLabels(const Dataset&);

/// What applies() of these instruments asks.
bool carriesExamples(const Elaboration&, const std::string& wire);
bool hasWires(const Dataset&, const Elaboration&, const std::string& at);
bool isWire(const Dataset&, const Elaboration&, const std::string& at);

} // namespace core::instruments
