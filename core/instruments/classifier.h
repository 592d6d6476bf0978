// The end of a network that classifies: its last linear map, and what it decides.
#pragma once

#include "core/instruments/instrument.h"
#include "core/numeric/matrix.h"

#include <optional>
#include <span>

namespace core::instruments
{

struct LastLinear {
    std::string features;          ///< the wire that the logits are a linear map of
    std::string weight;            ///< the parameter
    std::vector<std::string> over; ///< its axes that the map sums over; the others are the classes
};
/// Nothing where the logits come otherwise, or from a value that is no wire of the diagram.
std::optional<LastLinear> lastLinear(const Elaboration&);
/// [class, features], columns in the order in which representations have them.
numeric::Matrix classifierOf(const LastLinear&, const Moment&);

/// The class of the largest output, or of the sign where there is one output only.
std::vector<int> decisionsOf(const Observation&, std::span<const int64_t> examples);

/// The first `count` of the training part, which is shuffled.
std::vector<int64_t> trainingExamples(const Dataset&, int64_t count);

} // namespace core::instruments
