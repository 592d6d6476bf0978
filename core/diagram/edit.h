// Edits of a document: each is a function Document -> Document, so undo is keeping the old value.
#pragma once

#include "core/diagram/library.h"

#include <set>

namespace core::edit
{

/// Adds a block with a fresh id; returns the id.
std::string addBlock(Document&, const BlockLibrary&, std::string_view kind, std::optional<Point> pin = {});
/// Replaces the wire that the input had. Error if a cycle would arise or a port does not exist.
void connect(Document&, const BlockLibrary&, const Wire&);
void disconnect(Document&, const Wire&);
/// Wires through a removed block are joined when it has one input and one output in use and `heal`.
void removeBlocks(Document&, const BlockLibrary&, const std::set<std::string>& ids, bool heal = true);
/// Puts a block with one free input and output between the ends of a wire.
void insertOnWire(Document&, const BlockLibrary&, const Wire&, const std::string& block);
void setSetting(Document&, const std::string& block, const std::string& name, const Setting&);
void renameBlock(Document&, const std::string& from, const std::string& to);

} // namespace core::edit
