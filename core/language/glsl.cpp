#include "core/language/glsl.h"

#include "core/language/walk.h"

#include <charconv>
#include <cmath>

namespace core::language
{
namespace
{

/// Safe as an operand of anything.
std::string literal(double number)
{
    const auto value = float(number);
    if (std::isnan(value)) return "AXO_NAN";
    if (std::isinf(value)) return value > 0 ? "AXO_INFINITY" : "(-AXO_INFINITY)";
    char digits[32];
    std::string text(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    if (text.find_first_of(".e") == text.npos) text += ".0";
    return std::signbit(value) ? "(" + text + ")" : text;
}

/// The template of a function with $a, $b, $c filled in.
std::string fill(std::string_view form, const std::string (&arguments)[3])
{
    std::string text;
    for (size_t i = 0; i < form.size(); ++i)
        if (form[i] == '$')
            text += arguments[form[++i] - 'a'];
        else
            text += form[i];
    return text;
}

} // namespace

GlslCode printGlsl(std::span<const Expression> formulas, std::span<const std::string> variables,
                   const std::string& prefix)
{
    const Walk walk(formulas);
    GlslCode code;
    int calls = 0;
    std::vector<std::string> names; // by node
    const auto use = [&](const Expression& e, bool condition) -> std::string {
        if (e.kind() == Expression::Kind::Number)
            return !condition ? literal(e.number()) : e.number() != 0 ? "true" : "false";
        const std::string& name = names[size_t(walk.position(e))];
        return e.type() == Scalar::Boolean && !condition ? "float(" + name + ")" : name;
    };
    for (const Expression* e : walk.nodes) {
        if (e->kind() != Expression::Kind::Call) {
            names.push_back(e->kind() == Expression::Kind::Variable ? variables[size_t(e->variable())] : "");
            continue;
        }
        std::string arguments[3];
        for (size_t i = 0; i < e->arguments().size(); ++i)
            arguments[i] = use(e->arguments()[i], int(i) < e->function().conditions);
        names.push_back(prefix + std::to_string(calls++));
        code.statements += (e->type() == Scalar::Boolean ? "bool " : "float ") + names.back() + " = " +
                           fill(e->function().glsl, arguments) + ";\n";
    }
    for (const Expression& formula : formulas) code.results.push_back(use(formula, false));
    return code;
}

} // namespace core::language
