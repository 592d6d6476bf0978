// Sums of products with what all of them share in front.
#include "core/diagram/costs.h"
#include "core/language/syntax.h"

#include <algorithm>

namespace core
{

namespace
{

using language::Syntax;

/// A product of powers as it is written.
struct Term {
    double number = 1;
    std::map<std::string, int> powers;
};

/// Multiplies the term by the factor, or divides; false if it is no product of names, numbers and powers.
bool multiply(Term& term, const Syntax& factor, int power)
{
    if (factor.kind == Syntax::Kind::Number) {
        term.number *= power > 0 ? factor.number : 1 / factor.number;
        return true;
    }
    if (factor.kind == Syntax::Kind::Call && factor.infix && factor.children.size() == 2) {
        if (factor.name == "multiply")
            return multiply(term, factor.children[0], power) && multiply(term, factor.children[1], power);
        if (factor.name == "divide")
            return multiply(term, factor.children[0], power) && multiply(term, factor.children[1], -power);
        const bool raised = factor.name == "power" && factor.children[1].kind == Syntax::Kind::Number;
        if (raised && factor.children[0].kind == Syntax::Kind::Name) {
            term.powers[factor.children[0].name] += power * int(factor.children[1].number);
            return true;
        }
    }
    term.powers[language::print(factor)] += power;
    return true;
}

bool collect(std::vector<Term>& terms, const Syntax& syntax, double sign)
{
    const bool sum = syntax.kind == Syntax::Kind::Call && syntax.infix &&
                     (syntax.name == "add" || syntax.name == "subtract") && syntax.children.size() == 2;
    if (sum)
        return collect(terms, syntax.children[0], sign) &&
               collect(terms, syntax.children[1], syntax.name == "add" ? sign : -sign);
    Term term;
    const bool negative = syntax.kind == Syntax::Kind::Call && syntax.name == "negate";
    term.number = negative ? -sign : sign;
    terms.push_back(term);
    return multiply(terms.back(), negative ? syntax.children[0] : syntax, 1);
}

} // namespace

std::string factored(const diagram::Polynomial& polynomial)
{
    const std::string text = polynomial.text();
    std::vector<Term> terms;
    try {
        if (!collect(terms, language::parseExpression(text), 1)) return text;
    } catch (const Error&) {
        return text;
    }
    if (terms.size() < 2) return text;
    std::map<std::string, int> common = terms[0].powers;
    for (const Term& term : terms) {
        for (auto& [atom, power] : common) {
            const auto found = term.powers.find(atom);
            power = found == term.powers.end() ? 0 : std::min(power, found->second);
        }
        std::erase_if(common, [](const auto& item) { return item.second <= 0; });
    }
    if (common.empty()) return text;
    diagram::Polynomial divisor = 1.0;
    for (const auto& [atom, power] : common)
        for (int i = 0; i < power; ++i) divisor = divisor * diagram::Polynomial::parsed(atom);
    const std::string rest = (polynomial / divisor).text();
    if (std::count(rest.begin(), rest.end(), '/') > std::count(text.begin(), text.end(), '/')) return text;
    return divisor.text() + "*(" + rest + ")";
}

} // namespace core
