// Steps of the document that several panels make.
#pragma once

#include "widgets/lab.h"

namespace core
{
class ConnectionCheck;
}

namespace widgets
{

/// A new block at `pin`, or where the layout puts it. Wired to `from` (or, without a pin, to the selected
/// block's output) by the first of its inputs that fits; `to` likewise. It becomes the selection.
struct AddBlock {
    std::string kind;
    std::optional<core::Point> pin;
    std::optional<core::PortRef> from, to;
    std::map<std::string, core::Setting> settings = {};
};
bool addBlock(Lab&, const AddBlock&);

/// Puts a block between the ends of a wire; where these are pinned, what is right of them makes room.
void insertOnWire(core::Document&, const core::BlockLibrary&, const core::Wire&, const std::string& block);

/// A new block between the ends of a wire. Of the wish only kind and settings count.
bool insertBlock(Lab&, const AddBlock&, const core::Wire&);

/// The block that a typed formula means: an activation of x, which the name of a function is too, a
/// combination of a, b, ...; none if it is no formula.
std::optional<AddBlock> blockOfFormula(const core::BlockLibrary&, const std::string& text);

/// The first wire that may be drawn, or why the likeliest one may not. Inputs that are free come first.
struct BestWire {
    std::optional<core::Wire> wire;
    std::optional<core::Error> reason;
    std::optional<core::Wire> wanted; ///< the likeliest one
};
/// Between a port and any port of a block.
BestWire bestWire(const Lab&, const core::Diagram&, const core::ConnectionCheck&, const core::PortRef& start,
                  bool startIsOutput, const std::string& block);
/// From any output of `a` to any input of `b`, else the other way round.
BestWire bestWire(const Lab&, const core::Diagram&, const core::ConnectionCheck&, const std::string& a,
                  const std::string& b);

} // namespace widgets
