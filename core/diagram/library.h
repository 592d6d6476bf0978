// The block library: what kinds of block there are, read from resources/blocks/*.json and the user's own
// folder.
#pragma once

#include "core/diagram/document.h"
#include "core/language/syntax.h"

#include <span>

namespace core
{

struct ParameterDeclaration {
    enum class Kind : uint8_t { Axes, Number, Integer, Formula, Switch, Choice, Text };
    std::string name;
    Kind kind = Kind::Text;
    Setting initial; ///< default value
    std::optional<double> low, high;
    std::vector<std::string> choices; ///< Choice
    std::string help;
};

struct PortDeclaration {
    std::string name;
    std::string type; ///< "[..., from]": axes the block needs; "..." is everything else
    bool optional = false, variadic = false;
    std::string help;
};

/// How the block is drawn: rows of the tables of core/picture, which alone interprets them.
struct DrawDeclaration {
    std::string symbol; ///< pictogram or text on it: "L", "norm", "+", ...
    std::string shape;  ///< how wires and symbol go together: box, cuboid, join, cup, none, ...
    bool learned = false, linear = false;
    std::string label; ///< setting that can be edited on the block, e.g. the formula of an activation
    std::string words; ///< text on it: "{kernel}" is a setting, "{stride?/}" one behind "/" if not default
    std::string acts;  ///< "all": on every axis but batch; "batch": on batch too; else what the ports name
};

struct BlockDeclaration {
    std::string name, title, category, help;
    std::vector<ParameterDeclaration> parameters;
    std::vector<PortDeclaration> inputs, outputs;
    std::string
        ports; ///< setting that says what the inputs are: names of a formula, or operands of an einsum
    DrawDeclaration draw;
    std::vector<language::Statement> body;
    std::string unknown; ///< JSON text of keys this version does not know; definitions keep them

    const ParameterDeclaration* parameter(std::string_view name) const;
};

/// Reads a declaration, the text of a file of resources/blocks; problems are located.
BlockDeclaration parseDeclaration(std::string_view json, std::string_view source, Errors& problems);
/// One key a line, as the files of resources/blocks are.
std::string writeDeclaration(const BlockDeclaration&);

class BlockLibrary
{
public:
    /// The built-in blocks; problems in a user folder are reported and those files skipped.
    static BlockLibrary builtIn();
    void addFolder(const std::string& path, Errors& problems);

    const BlockDeclaration* find(std::string_view name) const;
    /// What the block is, with the inputs that its own settings give it; null if there is no such kind. Valid
    /// as long as the library.
    std::shared_ptr<const BlockDeclaration> declarationOf(const Block&) const;
    /// Together with what the diagram declares itself.
    BlockLibrary with(const Diagram&) const;
    std::span<const BlockDeclaration> all() const { return m_blocks; } ///< by category, then name

private:
    std::vector<BlockDeclaration> m_blocks;
};

/// How parameters can begin, resources/initialisers.json: a formula in n (standard normal), u (uniform in
/// -1..1), fan_in, fan_out.
struct Initialiser {
    std::string name, formula, help;
};
std::span<const Initialiser> initialisers();

} // namespace core
