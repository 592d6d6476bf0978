// Syntax -> Expression: names are looked up, calls are typed.
#include "core/language/expression.h"
#include "core/language/lexer.h"

#include <algorithm>
#include <limits>
#include <numbers>

namespace core::language
{
namespace
{

struct Constant {
    std::string_view name;
    double value;
};

constexpr Constant constants[] = {
    {"pi", std::numbers::pi}, {"e", std::numbers::e}, {"inf", std::numeric_limits<double>::infinity()}};

int editDistance(std::string_view a, std::string_view b)
{
    std::vector<int> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = int(j);
    for (size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const int replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

class Builder
{
public:
    Builder(const Source& source, std::span<const std::string> variables)
        : m_source(source)
        , m_variables(variables)
    {
    }

    Expression build(const Syntax& s) const
    {
        switch (s.kind) {
        case Syntax::Kind::Number:
            return s.number;
        case Syntax::Kind::Name:
            return name(s);
        case Syntax::Kind::Call:
            return call(s);
        case Syntax::Kind::String:
            throw error(s, "a formula has no strings", "");
        case Syntax::Kind::List:
            throw error(s, "a formula works on single elements and has no lists", "");
        case Syntax::Kind::Arrow:
            throw error(s, "a formula works on single elements and has no '->'", "");
        case Syntax::Kind::Sized:
        case Syntax::Kind::Named:
            throw error(s, "'" + s.name + "' names an argument, which no function here has", "");
        }
        return {};
    }

private:
    Error error(const Syntax& at, std::string what, std::string hint) const
    {
        if (m_source.text.empty()) return {std::string(m_source.name), std::move(what), std::move(hint)};
        return m_source.error(at.span.begin, std::move(what), std::move(hint));
    }

    Expression name(const Syntax& s) const
    {
        for (size_t i = 0; i < m_variables.size(); ++i)
            if (m_variables[i] == s.name) return Expression::variable(int(i));
        for (const Constant& c : constants)
            if (c.name == s.name) return c.value;
        if (findFunction(s.name))
            throw error(s, "'" + s.name + "' is a function", "write " + s.name + "(...)");
        std::string known;
        for (const std::string& v : m_variables) known += v + ", ";
        throw error(s, "unknown name '" + s.name + "'", "there are " + known + "pi, e, inf");
    }

    Expression call(const Syntax& s) const
    {
        const Function* function = findFunction(s.name);
        if (!function) throw error(s, "unknown function '" + s.name + "'", suggestion(s.name));
        if (s.children.size() != size_t(function->arity))
            throw error(s, "'" + s.name + "' has " + std::to_string(s.children.size()) + " arguments",
                        "it takes " + std::to_string(function->arity) + ": " + std::string(function->help));
        std::vector<Expression> arguments;
        for (const Syntax& child : s.children) arguments.push_back(build(child));
        for (size_t i = 0; i < size_t(function->conditions); ++i)
            if (arguments[i].type() != Scalar::Boolean)
                throw error(s.children[i],
                            "'" + s.name + "' needs a condition, not '" + print(s.children[i]) + "'",
                            "compare, as in x > 0");
        return Expression::call(*function, std::move(arguments));
    }

    static std::string suggestion(std::string_view name)
    {
        const auto functions = language::functions();
        const auto nearest =
            std::min_element(functions.begin(), functions.end(), [&](const auto& a, const auto& b) {
                return editDistance(a.name, name) < editDistance(b.name, name);
            });
        return editDistance(nearest->name, name) <= 2 ? "did you mean " + std::string(nearest->name) + "?"
                                                      : "a product needs its *: a*(b + c)";
    }

    Source m_source;
    std::span<const std::string> m_variables;
};

} // namespace

Expression formulaFrom(const Syntax& syntax, std::span<const std::string> variables, std::string_view source)
{
    return Builder({"", source}, variables).build(syntax);
}

Expression parseFormula(std::string_view text, std::span<const std::string> variables,
                        std::string_view source)
{
    return Builder({text, source}, variables).build(parseExpression(text, source));
}

} // namespace core::language
