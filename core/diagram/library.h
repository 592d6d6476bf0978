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

/// How the block is drawn: hints for the picture language, interpreted by widgets only.
struct DrawDeclaration {
    std::string symbol; ///< "L", "softmax", "norm", "+", "copy", ...
    std::string shape;  ///< box, cuboid, triangle, circle, cup, bar, hexagon, pentagon
    bool learned = false, linear = false;
    std::string label; ///< setting that is shown on the block, e.g. the formula of an activation
};

struct BlockDeclaration {
    std::string name, title, category, help;
    std::vector<ParameterDeclaration> parameters;
    std::vector<PortDeclaration> inputs, outputs;
    DrawDeclaration draw;
    std::vector<language::Statement> body;

    const ParameterDeclaration* parameter(std::string_view name) const;
};

class BlockLibrary
{
public:
    /// The built-in blocks; problems in a user folder are reported and those files skipped.
    static BlockLibrary builtIn();
    void addFolder(const std::string& path, Errors& problems);

    const BlockDeclaration* find(std::string_view name) const;
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
