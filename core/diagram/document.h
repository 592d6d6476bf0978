// The document: a diagram, the data it learns from, how it is trained, how it is shown. A value; JSON on disk
// (.axo).
#pragma once

#include "core/error.h"
#include "core/picture/geometry.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core
{

/// A parameter of a block as the user wrote it: number, text (a formula, axes "channel -> hidden: 4*d"), or
/// switch. Text is kept verbatim, so a document never loses what was typed.
struct Setting {
    enum class Kind : uint8_t { Number, Text, Switch } kind = Kind::Text;
    double number = 0;
    std::string text;
    bool on = false;
    friend bool operator==(const Setting&, const Setting&) = default;
};

/// What a block does: its work; nothing, its input going on where types allow; or zeros.
enum class BlockState : uint8_t { Active, Bypassed, Muted };

struct Block {
    std::string id;                          ///< unique in the diagram: "hidden1"
    std::string kind;                        ///< a file of resources/blocks: "linear"
    std::map<std::string, Setting> settings; ///< only what differs from the declaration's default
    std::optional<Point> pin;                ///< a position that the layout must keep
    std::string unknown;                     ///< JSON text of keys this version does not know, kept on saving
    BlockState state = BlockState::Active;
    bool open = false; ///< its inside is shown in its place
    bool keepsNames =
        false; ///< what is inside is named as if it stood outside: a group of blocks that were there
    std::string comment; ///< lines of text above its statement
    friend bool operator==(const Block&, const Block&) = default;
};

struct PortRef {
    std::string block, port;
    std::string text() const { return block + "." + port; }
    friend auto operator<=>(const PortRef&, const PortRef&) = default;
};

/// From an output port to an input port. An input port has one wire at most, unless it is declared variadic.
struct Wire {
    PortRef from, to;
    friend bool operator==(const Wire&, const Wire&) = default;
};

struct BlockDeclaration;

/// A kind of block that the diagram declares itself. Shared and never changed; equal if the declarations are.
struct Definition {
    std::shared_ptr<const BlockDeclaration> block;
    friend bool operator==(const Definition&, const Definition&);
};

struct Diagram {
    std::map<std::string, std::string> sizes;        ///< symbol -> formula: "d" -> "128", "hidden" -> "4*d"
    std::map<std::string, std::string> sizeComments; ///< of symbols; "": at the end of the text
    std::vector<Definition> definitions;             ///< go before the library's blocks of the same name
    std::vector<Block> blocks;                       ///< in the order of creation
    std::vector<Wire> wires;

    const Block* find(std::string_view id) const;
    Block* find(std::string_view id);
    std::string freshId(std::string_view stem) const; ///< "linear", "linear2", ...
    static bool usableId(std::string_view id); ///< no space, '.', '/', '"' or '`' in it; no word such as "if"
    friend bool operator==(const Diagram&, const Diagram&) = default;
};

struct DataChoice {
    std::string name = "digits";             ///< a named set, a generator, or a file path
    std::map<std::string, Setting> settings; ///< noise, examples, label column, block length ...
    double validation = 0.1;                 ///< share of the training examples
    uint64_t splitSeed = 0;
    std::string normalise = "none"; ///< none | unit (0..1) | standard (mean 0, deviation 1, per feature)
    friend bool operator==(const DataChoice&, const DataChoice&) = default;
};

struct TrainChoice {
    std::string optimiser = "adam";          ///< a file of resources/optimisers
    std::map<std::string, Setting> settings; ///< overrides of the optimiser's own (b1, weight_decay, ...)
    std::string rate = "0.001";              ///< formula of step, epoch, steps, epochs
    int64_t batch = 64;                      ///< 0: the whole training set
    int64_t epochs = 10;
    double clip = 0; ///< global gradient norm; 0: off
    uint64_t seed = 0;
    friend bool operator==(const TrainChoice&, const TrainChoice&) = default;
};

struct Document {
    std::string title;
    std::string notes;
    Diagram diagram;
    DataChoice data;
    TrainChoice train;
    std::string unknown; ///< as in Block
    friend bool operator==(const Document&, const Document&) = default;
};

inline constexpr int documentVersion = 1;

/// Opens as far as it can: every problem is in `problems`, located; what could be read is in the result.
Document parseDocument(std::string_view json, std::string_view source, Errors& problems);
/// Stable key order, two-space indent, one block and one wire a line: diffs are readable.
std::string writeDocument(const Document&);
Document loadDocument(const std::string& path);              ///< throws the first problem
void saveDocument(const Document&, const std::string& path); ///< atomic

} // namespace core
