// Edits of a document: each is a function Document -> Document, so undo is keeping the old value.
#pragma once

#include "core/diagram/elaborate.h"

#include <functional>
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
void setState(Document&, const std::set<std::string>& ids, BlockState);
/// Bypassed or muted blocks become active if all of them are so already, else all become so: what a key does.
void toggleState(Document&, const std::set<std::string>& ids, BlockState);
void setOpen(Document&, const std::string& block, bool open);

// Groups (group.cpp)
// ------------------------------------------------------------------------------------------------------

/// Makes one block of several, of a new kind that the document declares; inputs and outputs are the wires
/// that cross. Parameters keep their names, and so their values. Returns the id of the new block. Error if a
/// wire leaves the part and comes back.
std::string group(Document&, const BlockLibrary&, const std::set<std::string>& ids, const std::string& title);
/// Puts the inside of a block in its place; returns the ids of what is there now. Blocks of the library open,
/// too. A definition that nothing else uses goes with its group.
std::set<std::string> ungroup(Document&, const BlockLibrary&, const std::string& block);
/// A setting of a block inside a definition becomes a setting of the definition, called `as`.
void lift(Document&, const BlockLibrary&, const std::string& kind, const std::string& inner,
          const std::string& setting, const std::string& as);
/// Title, help and symbol of a definition.
void describe(Document&, const std::string& kind, const std::string& title, const std::string& help,
              const std::string& symbol);
/// Writes a definition, and those that it uses, into a folder that BlockLibrary::addFolder reads. Sizes of
/// the document become what they stand for. Returns the paths.
std::vector<std::string> saveToLibrary(const Document&, const std::string& kind, const std::string& folder);

// Axes (axes.cpp)
// --------------------------------------------------------------------------------------------------------

/// Everywhere: settings, formulas, definitions. Where the data has the axis, a block that renames it follows
/// the data. Error if the diagram has an axis `to` already.
void renameAxis(Document&, const BlockLibrary&, const Elaboration&, const std::string& from,
                const std::string& to);

/// A way out of a conflict: "insert Linear channel -> channel: 64".
struct Fix {
    std::string title;
    std::function<Document(Document)> apply;
};
/// Ways to make a wire fit, drawn already or not; each was tried and removes the conflict at its end.
std::vector<Fix> fixesFor(const Document&, const BlockLibrary&, const DataSignature&, const Wire&);
/// Ways out of an error of the elaboration.
std::vector<Fix> fixesFor(const Document&, const BlockLibrary&, const DataSignature&, const Error&);

// Finding (find.cpp)
// -----------------------------------------------------------------------------------------------------

struct Found {
    enum class Kind : uint8_t { Block, Setting, Axis } kind = Kind::Block;
    std::string block; ///< an axis is found at each block that it leaves
    std::string text;  ///< "hidden1", "to = channel: 8", "channel: 8"
    friend bool operator==(const Found&, const Found&) = default;
};
/// Whatever contains the text, upper and lower case alike: blocks first, then settings, then axes.
std::vector<Found> find(const Diagram&, const BlockLibrary&, const Elaboration*, std::string_view text);

} // namespace core::edit
