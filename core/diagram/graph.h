// The diagram as a graph: what hangs on what. Private to core/diagram.
#pragma once

#include "core/diagram/library.h"

#include <map>
#include <set>

namespace core::diagram
{

struct Graph {
    std::vector<const Block*> order; ///< blocks of known kind, sources first; none of a cycle or behind one
    std::set<std::string> broken;    ///< unknown kind, in a cycle, or with a faulty wire
    std::map<std::string, std::vector<const Wire*>> into; ///< block id -> its input wires, as drawn
};

/// Faults of wires and kinds, and cycles (each naming its blocks), go to `errors`.
Graph graphOf(const Diagram&, const BlockLibrary&, Errors& errors);

/// Whether `to` can be reached from `from` along wires.
bool reaches(const Diagram&, const std::string& from, const std::string& to);

const PortDeclaration* findPort(const std::vector<PortDeclaration>&, std::string_view name);
std::string portNames(const std::vector<PortDeclaration>&);

} // namespace core::diagram
