// Parts of a diagram: what is copied, and put in again there or elsewhere.
#pragma once

#include "core/diagram/library.h"

#include <set>

namespace core::edit
{

/// The blocks of these names and the wires among them, with the definitions and sizes that they need.
Diagram partOf(const Diagram&, const std::set<std::string>& ids);

/// Puts a part in. Sizes that the document has stay as they are; a definition that it has with another
/// content comes under a fresh name. Returns what the blocks of the part are called now.
std::map<std::string, std::string> insertPart(Document&, const BlockLibrary&, Diagram part);

/// Whether blocks or definitions of the diagram are of this kind, or call it.
bool uses(const Diagram&, const std::string& kind);
bool calls(const BlockDeclaration&, const std::string& kind);

} // namespace core::edit
