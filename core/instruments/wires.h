// Which wires there are to look at, by name, in the order of depth.
#pragma once

#include "core/diagram/elaborate.h"

namespace core::instruments
{

/// The value of a wire: an output port of a block ("hidden1.y"), also of one inside another
/// ("encoder/3/mlp.y", whose name ends with y where it has one output). Error with the nearest names.
ValueId wireNamed(const Elaboration&, const std::string& wire);

/// Real wires of a value an example that the loss depends on and that depend on the data, by depth, which is
/// the order of computation. `at` lists names and patterns with * ("tower.*.y"), parted by commas; empty for
/// all of the diagram's own. Error if nothing matches.
std::vector<std::string> wiresOf(const Elaboration&, const std::string& at);

/// The wire that carries the inputs of the data; empty where there is none.
std::string dataWire(const Elaboration&);
bool dependsOn(const Program&, ValueId value, ValueId on);

/// "nearest: a, b, c"; empty if nothing is known.
std::string nearestNames(const std::string& name, const std::vector<std::string>& known);

} // namespace core::instruments
