// Statements to blocks: each call of a block or an op is a block, each elementwise expression a formula.
// Private to core/diagram.
#pragma once

#include "core/diagram/library.h"
#include "core/language/lexer.h"

#include <functional>
#include <set>

namespace core::diagram
{

/// How one term function is said as a block: `contract` is what the block contract calls with its own ports
/// and settings.
struct OpBlock {
    const BlockDeclaration* block = nullptr;
    std::vector<std::string> arguments; ///< port or setting, by position in the function
};
/// The block whose body is one call of the function, or none.
OpBlock blockOfFunction(const BlockLibrary&, std::string_view function);

/// "channel: 4*d, row" of a list or an axis; else the printed expression.
std::string settingText(const language::Syntax&);

/// Names of inputs a, b, c, ...: none that is a constant or a function.
std::string operandName(size_t index);

class TermReader
{
public:
    using Syntax = language::Syntax;
    using Sources = std::vector<PortRef>; ///< one, or several where a list of arrays stands

    TermReader(const BlockLibrary& library, language::Source source, Diagram& into)
        : m_library(library)
        , m_source(source)
        , m_diagram(into)
    {
    }

    /// The blocks of one statement; throws Error at its place in the text. An expression that is only a name
    /// makes no block. `target` is the id that the outermost block gets, made fresh if it is taken.
    Sources read(const Syntax&, const std::string& target);
    bool isArray(const Syntax&) const;
    static Setting literal(const Syntax&); ///< the setting that a text without variables says
    [[noreturn]] void fail(const Syntax&, std::string what, std::string hint = {}) const;

    std::map<std::string, Sources> arrays; ///< what names stand for
    /// The setting that an argument says, where a body's own variables have to be looked up; nothing: leave
    /// it out.
    std::function<std::optional<Setting>(const Syntax&, const ParameterDeclaration*)> resolve;
    /// What an elementwise expression does with an operand that is no array: a number, or a size by name.
    std::function<Syntax(const Syntax&)> number;
    std::function<bool(const Syntax&)> namesAxes;
    std::function<std::string(const std::string& stem, bool ofBlock)> freshId;

private:
    struct Call;
    Sources call(const Syntax&, const std::string& target);
    Sources elementwise(const Syntax&, const std::string& target);
    Syntax operands(const Syntax&, std::vector<PortRef>& found);
    bool isElementwise(const Syntax&) const;
    std::string add(const std::string& kind, const std::string& target, const std::string& stem,
                    bool ofBlock);
    Sources finish(const Syntax&, Call&, const std::string& target);

    const BlockLibrary& m_library;
    language::Source m_source;
    Diagram& m_diagram;
};

} // namespace core::diagram
