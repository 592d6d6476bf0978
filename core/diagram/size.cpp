#include "core/diagram/size.h"

#include "core/language/syntax.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::diagram
{

namespace
{

std::string shortest(double number)
{
    char text[40];
    const bool whole = std::abs(number) < 1e15 && number == std::floor(number);
    const auto end = whole ? std::to_chars(text, text + sizeof text, int64_t(number)).ptr
                           : std::to_chars(text, text + sizeof text, number).ptr;
    return {text, end};
}

/// The text as an operand of a product.
std::string factor(const Polynomial& p)
{
    const std::string text = p.text();
    const bool plain = text.find_first_of(" */^-") == std::string::npos;
    return plain ? text : std::string("(").append(text).append(")");
}

} // namespace

Polynomial::Polynomial(double number)
{
    if (number != 0) m_terms[{}] = number;
}

Polynomial Polynomial::atom(const std::string& text)
{
    Polynomial result;
    result.m_terms[{{text, 1}}] = 1;
    return result;
}

namespace
{

Polynomial polynomialOf(const language::Syntax& syntax)
{
    using Kind = language::Syntax::Kind;
    if (syntax.kind == Kind::Number) return syntax.number;
    if (syntax.kind == Kind::Name) return Polynomial::atom(syntax.name);
    const std::string& name = syntax.name;
    if (syntax.kind == Kind::Call && syntax.infix && syntax.children.size() == 2) {
        const Polynomial a = polynomialOf(syntax.children[0]), b = polynomialOf(syntax.children[1]);
        if (name == "add") return a + b;
        if (name == "subtract") return a - b;
        if (name == "multiply") return a * b;
        if (name == "divide" && !(b == Polynomial())) return a / b;
        if (name == "power") return applied("power", {{1, a}, {b.number(), b}}, 1).formula;
    }
    if (name == "negate") return Polynomial() - polynomialOf(syntax.children[0]);
    return Polynomial::atom(language::print(syntax));
}

} // namespace

Polynomial Polynomial::parsed(const std::string& text)
{
    try {
        return polynomialOf(language::parseExpression(text));
    } catch (const Error&) {
        return atom(text);
    }
}

void Polynomial::add(const Monomial& monomial, double factor)
{
    const double sum = m_terms[monomial] += factor;
    if (sum == 0) m_terms.erase(monomial);
}

Polynomial operator+(const Polynomial& a, const Polynomial& b)
{
    Polynomial sum = a;
    for (const auto& [monomial, factor] : b.m_terms) sum.add(monomial, factor);
    return sum;
}

Polynomial operator-(const Polynomial& a, const Polynomial& b)
{
    Polynomial sum = a;
    for (const auto& [monomial, factor] : b.m_terms) sum.add(monomial, -factor);
    return sum;
}

Polynomial operator*(const Polynomial& a, const Polynomial& b)
{
    Polynomial product;
    for (const auto& [left, leftFactor] : a.m_terms)
        for (const auto& [right, rightFactor] : b.m_terms) {
            Polynomial::Monomial both = left;
            for (const auto& [atom, power] : right) {
                const auto at =
                    std::lower_bound(both.begin(), both.end(), atom,
                                     [](const auto& item, const auto& key) { return item.first < key; });
                if (at == both.end() || at->first != atom)
                    both.insert(at, {atom, power});
                else if ((at->second += power) == 0)
                    both.erase(at);
            }
            product.add(both, leftFactor * rightFactor);
        }
    return product;
}

Polynomial operator/(const Polynomial& a, const Polynomial& b)
{
    if (b.m_terms.size() != 1)
        return Polynomial::atom(std::string("(").append(factor(a)).append("/").append(factor(b)).append(")"));
    Polynomial inverse;
    Polynomial::Monomial monomial = b.m_terms.begin()->first;
    for (auto& [atom, power] : monomial) power = -power;
    inverse.m_terms[monomial] = 1 / b.m_terms.begin()->second;
    // Dividing the factors themselves keeps 12/3 exact.
    Polynomial quotient = a * inverse;
    if (a.m_terms.size() == 1 && quotient.m_terms.size() == 1)
        quotient.m_terms.begin()->second = a.m_terms.begin()->second / b.m_terms.begin()->second;
    return quotient;
}

std::string Polynomial::text(const Monomial& monomial, double factor)
{
    std::string above = factor == 1 ? "" : shortest(factor), below;
    for (const auto& [atom, power] : monomial) {
        const int positive = std::abs(power);
        std::string part = positive == 1 ? atom : atom + "^" + std::to_string(positive);
        if (power > 0)
            above += (above.empty() ? "" : "*") + part;
        else
            below += "/" + part;
    }
    return (above.empty() ? "1" : above) + below;
}

std::string Polynomial::text() const
{
    if (m_terms.empty()) return "0";
    std::vector<std::pair<Monomial, double>> terms(m_terms.begin(), m_terms.end());
    const auto degree = [](const Monomial& monomial) {
        int sum = 0;
        for (const auto& [atom, power] : monomial) sum += power;
        return sum;
    };
    std::stable_sort(terms.begin(), terms.end(),
                     [&](const auto& a, const auto& b) { return degree(a.first) > degree(b.first); });
    std::string result;
    for (const auto& [monomial, factor] : terms) {
        if (result.empty())
            result = (factor < 0 ? "-" : "") + text(monomial, std::abs(factor));
        else
            result += (factor < 0 ? " - " : " + ") + text(monomial, std::abs(factor));
    }
    return result;
}

bool Size::whole() const { return value == std::floor(value) && std::abs(value) <= 9007199254740992.0; }

Size applied(const std::string& function, const std::vector<Size>& a, double value)
{
    if (function == "add") return {value, a[0].formula + a[1].formula};
    if (function == "subtract") return {value, a[0].formula - a[1].formula};
    if (function == "negate") return {value, Polynomial(0.0) - a[0].formula};
    if (function == "multiply") return {value, a[0].formula * a[1].formula};
    if (std::all_of(a.begin(), a.end(), [](const Size& size) { return size.formula.isNumber(); }))
        return {value};
    if (function == "divide") return {value, a[0].formula / a[1].formula};
    if (function == "power" && a[1].formula.isNumber() && a[1].whole() && std::abs(a[1].value) <= 8) {
        Polynomial result(1.0);
        for (int i = 0; i < int(std::abs(a[1].value)); ++i) result = result * a[0].formula;
        return {value, a[1].value < 0 ? Polynomial(1.0) / result : result};
    }
    std::string text = function + "(";
    for (size_t i = 0; i < a.size(); ++i) text += (i ? ", " : "") + a[i].formula.text();
    return {value, Polynomial::atom(text + ")")};
}

} // namespace core::diagram
