// Expressions as text. Axo goes by way of Syntax; the other dialects fill the templates of the function
// table.
#include "core/language/operators.h"
#include "core/language/walk.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <optional>

namespace core::language
{
namespace
{

constexpr int printableDepth = 4000;
constexpr double printableNodes = 1e6;

/// A shared tree written out as text can be exponentially longer than in memory.
void checkPrintable(const Expression& e)
{
    const Walk walk(e);
    std::vector<double> sizes;
    for (const Expression* node : walk.nodes) {
        double size = 1;
        for (const Expression& argument : node->arguments()) size += sizes[size_t(walk.position(argument))];
        sizes.push_back(size);
    }
    if (e.depth() > printableDepth || sizes.back() > printableNodes)
        throw Error{"formula", "too large to be written as one line", "print its parts one by one"};
}

Syntax syntaxOf(const Expression& e, std::span<const std::string> variables)
{
    switch (e.kind()) {
    case Expression::Kind::Number:
        return {.kind = Syntax::Kind::Number, .number = e.number()};
    case Expression::Kind::Variable:
        return {.kind = Syntax::Kind::Name, .name = variables[size_t(e.variable())]};
    case Expression::Kind::Call:
        break;
    }
    Syntax call{.kind = Syntax::Kind::Call, .infix = true, .name = std::string(e.function().name)};
    for (const Expression& argument : e.arguments()) call.children.push_back(syntaxOf(argument, variables));
    return call;
}

std::string shortest(double number)
{
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

/// What a dialect needs besides its column of the table.
struct Style {
    std::string_view Function::*column;
    std::string (*number)(double);
    std::string_view asReal; ///< how a condition becomes a number
};

std::string glslNumber(double number)
{
    if (std::isinf(number)) return number > 0 ? "intBitsToFloat(0x7f800000)" : "-intBitsToFloat(0x7f800000)";
    std::string text = shortest(number);
    return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

std::string pytorchNumber(double number)
{
    if (std::isinf(number)) return number > 0 ? "math.inf" : "-math.inf";
    return shortest(number);
}

/// With a point, so that the tensor is one of real numbers.
std::string tensorNumber(double number)
{
    std::string text = pytorchNumber(number);
    return text.find_first_of(".en") == text.npos ? text + ".0" : text;
}

std::string latexNumber(double number)
{
    if (std::isinf(number)) return number > 0 ? "\\infty" : "-\\infty";
    std::string text = shortest(number);
    const size_t exponent = text.find('e');
    if (exponent == text.npos) return text;
    const std::string power = std::to_string(std::stoi(text.substr(exponent + 1)));
    return text.substr(0, exponent) + " \\cdot 10^{" + power + "}";
}

const Style& styleOf(Dialect dialect)
{
    static constexpr Style glsl{&Function::glsl, glslNumber, "float($a)"};
    static constexpr Style pytorch{&Function::pytorch, pytorchNumber, "($a).float()"};
    static constexpr Style latex{&Function::latex, latexNumber, "\\left[$a\\right]"};
    assert(dialect != Dialect::Axo);
    return dialect == Dialect::Glsl ? glsl : dialect == Dialect::Pytorch ? pytorch : latex;
}

/// A piece of text and how tightly it binds.
struct Piece {
    std::string text;
    Level level = Level::Atom;
};

/// The operators that templates may use outside of brackets.
struct Joint {
    std::string_view symbol;
    Level level;
};
constexpr Joint joints[] = {
    {" ? ", Level::Sized},        {" : ", Level::Sized},         {" || ", Level::Or},
    {" \\lor ", Level::Or},       {" && ", Level::And},          {" \\land ", Level::And},
    {"\\lnot ", Level::Not},      {" <= ", Level::Comparison},   {" >= ", Level::Comparison},
    {" == ", Level::Comparison},  {" != ", Level::Comparison},   {" < ", Level::Comparison},
    {" > ", Level::Comparison},   {" \\le ", Level::Comparison}, {" \\ge ", Level::Comparison},
    {" = ", Level::Comparison},   {" \\ne ", Level::Comparison}, {" + ", Level::Sum},
    {" - ", Level::Sum},          {" * ", Level::Product},       {" / ", Level::Product},
    {" \\cdot ", Level::Product}, {" ** ", Level::Power},        {"^", Level::Power},
    {"-", Level::Unary},          {"!", Level::Unary},
};

/// How tightly a filled template binds: its loosest operator outside of brackets.
Level levelOf(std::string_view form)
{
    Level level = Level::Atom;
    int brackets = 0;
    for (size_t i = 0; i < form.size(); ++i) {
        brackets += form[i] == '(' || form[i] == '{' ? 1 : form[i] == ')' || form[i] == '}' ? -1 : 0;
        if (brackets > 0) continue;
        for (const Joint& joint : joints)
            if (form.substr(i).starts_with(joint.symbol)) {
                level = std::min(level, joint.level);
                i += joint.symbol.size() - 1;
                break;
            }
    }
    return level;
}

/// What the argument at `place` of a template must at least be to go without brackets of its own.
Level placeLevel(std::string_view form, size_t place)
{
    int brackets = 0;
    for (size_t i = 0; i < place; ++i)
        brackets += form[i] == '(' || form[i] == '{' ? 1 : form[i] == ')' || form[i] == '}' ? -1 : 0;
    const Level level = levelOf(form);
    if (brackets > 0 || level == Level::Atom) return Level::Arrow;
    const bool first = place == 0;
    switch (level) {
    case Level::Unary:
    case Level::Comparison:
        return tighter(level);
    case Level::Power:
        return first ? Level::Atom : Level::Unary;
    default:
        return first && level != Level::Sized ? level : tighter(level);
    }
}

Piece fill(std::string_view form, std::span<const Piece> arguments)
{
    Piece result{"", levelOf(form)};
    for (size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '$') {
            result.text += form[i];
            continue;
        }
        const Piece& argument = arguments[size_t(form[i + 1] - 'a')];
        const bool bare = argument.level >= placeLevel(form, i);
        result.text += bare ? argument.text : "(" + argument.text + ")";
        ++i;
    }
    return result;
}

/// Whether the pattern becomes the expression when its variables are bound, as far as they are not yet.
bool unify(const Expression& pattern, const Expression& e, std::vector<std::optional<Expression>>& bound)
{
    switch (pattern.kind()) {
    case Expression::Kind::Number:
        return pattern == e;
    case Expression::Kind::Variable: {
        auto& place = bound[size_t(pattern.variable())];
        if (!place) place = e;
        return *place == e;
    }
    case Expression::Kind::Call:
        break;
    }
    if (e.kind() != Expression::Kind::Call || &e.function() != &pattern.function()) return false;
    for (size_t i = 0; i < e.arguments().size(); ++i)
        if (!unify(pattern.arguments()[i], e.arguments()[i], bound)) return false;
    return true;
}

/// Functions that are made of others and have a name of their own in PyTorch, the largest first.
struct Composite {
    const Function* function;
    Expression definition;
};
const std::vector<Composite>& composites()
{
    static const std::vector<Composite> list = [] {
        const std::vector<std::string> names{"a", "b", "c"};
        std::vector<Composite> found;
        for (const Function& f : functions())
            if (!f.definition.empty() && !f.pytorch.empty())
                found.push_back({&f, parseFormula(f.definition, names)});
        std::stable_sort(found.begin(), found.end(), [](const Composite& a, const Composite& b) {
            return a.definition.nodes() > b.definition.nodes();
        });
        return found;
    }();
    return list;
}

/// The function that the expression is a call of, with its arguments; those after the first are numbers.
const Function* compositeOf(const Expression& e, std::vector<Expression>& arguments)
{
    for (const Composite& composite : composites()) {
        std::vector<std::optional<Expression>> bound(3);
        if (!unify(composite.definition, e, bound)) continue;
        arguments.clear();
        const auto arity = size_t(composite.function->arity);
        for (size_t i = 0; i < arity && bound[i]; ++i)
            if (i == 0 || bound[i]->kind() == Expression::Kind::Number) arguments.push_back(*bound[i]);
        if (arguments.size() == arity) return composite.function;
    }
    return nullptr;
}

/// PyTorch's functions of several tensors take no plain numbers.
bool wantsTensors(std::string_view form) { return form.starts_with("torch."); }

Piece pieceOf(const Expression& e, std::span<const std::string> variables, const Style& style)
{
    switch (e.kind()) {
    case Expression::Kind::Number:
        return {style.number(e.number()), std::signbit(e.number()) ? Level::Unary : Level::Atom};
    case Expression::Kind::Variable:
        return {variables[size_t(e.variable())], Level::Atom};
    case Expression::Kind::Call:
        break;
    }
    Piece arguments[3];
    const bool torch = style.column == &Function::pytorch;
    std::vector<Expression> found;
    if (const Function* composite = torch ? compositeOf(e, found) : nullptr) {
        for (size_t i = 0; i < found.size(); ++i) arguments[i] = pieceOf(found[i], variables, style);
        return fill(composite->pytorch, arguments);
    }
    for (size_t i = 0; i < e.arguments().size(); ++i) {
        const Expression& argument = e.arguments()[i];
        arguments[i] = pieceOf(argument, variables, style);
        const bool condition =
            argument.type() == Scalar::Boolean && argument.kind() == Expression::Kind::Call;
        if (condition && int(i) >= e.function().conditions)
            arguments[i] = fill(style.asReal, std::span(&arguments[i], 1));
        if (torch && argument.kind() == Expression::Kind::Number && wantsTensors(e.function().pytorch))
            arguments[i] = {"torch.tensor(" + tensorNumber(argument.number()) + ")", Level::Atom};
    }
    return fill(e.function().*style.column, arguments);
}

} // namespace

std::string print(const Expression& e, std::span<const std::string> variables, Dialect dialect)
{
    assert(size_t(variableCount(e)) <= variables.size());
    checkPrintable(e);
    if (dialect == Dialect::Axo) return print(syntaxOf(e, variables));
    const Style& style = styleOf(dialect);
    const Piece piece = pieceOf(e, variables, style);
    const bool condition = e.type() == Scalar::Boolean && e.kind() == Expression::Kind::Call;
    return condition ? fill(style.asReal, std::span(&piece, 1)).text : piece.text;
}

} // namespace core::language
