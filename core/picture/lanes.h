// The wires of an array, one an axis, in the order in which they are drawn; which of them a block acts on.
#pragma once

#include "core/diagram/elaborate.h"
#include "core/picture/text.h"

#include <set>

namespace core::picture
{

struct Lane {
    std::string axis; ///< empty: a number without axes
    std::string size; ///< formula
    double number = 0;
    bool known = true;
    bool fresh = true; ///< made by the block that it leaves: labelled there
    bool batch() const { return axis == "batch"; }
    friend bool operator==(const Lane&, const Lane&) = default;
};
using Lanes = std::vector<Lane>;
bool has(const Lanes&, const std::string& axis);

/// Of an output port, in the order of the type; one unknown lane where the type is not known, one nameless
/// lane for a number.
Lanes lanesOf(const Elaboration&, const std::string& port);

enum class Sizes : uint8_t { Off, Symbolic, Numeric };
/// "on" (formulas), "numeric" or "off".
Sizes sizesFrom(std::string_view);
/// What stands above a wire: "channel 4·d".
Runs laneLabel(const Lane&, Sizes);

/// Height of lane i of n above (negative) or below the middle of its port.
inline double laneOffset(size_t i, size_t n) { return (double(i) - (double(n) - 1) / 2) * lanePitch; }
/// From the middle of its first lane to that of its last.
inline double stackHeight(size_t lanes) { return lanes < 2 ? 0 : double(lanes - 1) * lanePitch; }

/// The value a block has for a parameter: its own or the declared one.
const Setting& settingOf(const Block&, const ParameterDeclaration&);
std::string settingText(const Setting&);
/// Names in the text of an axes setting: "head: 4, key" -> head, key.
std::vector<std::string> axisNames(std::string_view text);

/// Axes of an input that the block acts on: those that its port names and those that no output has. What
/// is left passes by.
std::set<std::string> actedAxes(const Block&, const BlockDeclaration&, const PortDeclaration&,
                                const Lanes& input, const std::vector<Lanes>& outputs);

} // namespace core::picture
