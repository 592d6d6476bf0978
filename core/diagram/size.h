// Sizes and costs as the user reads them: a number together with the formula it came from.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace core::diagram
{

/// A sum of products of powers of atoms, kept in normal form. An atom is a symbol ("d", "batch") or the text
/// of a formula that is no polynomial ("floor((n - 3)/2)").
class Polynomial
{
public:
    Polynomial() = default;
    Polynomial(double number); // NOLINT: a number is a polynomial
    static Polynomial atom(const std::string& text);
    /// Of a text that `text()` wrote; what is no sum of products becomes an atom.
    static Polynomial parsed(const std::string& text);

    /// Whether it is a number, and which.
    bool isNumber() const
    {
        return m_terms.empty() || (m_terms.size() == 1 && m_terms.begin()->first.empty());
    }
    double number() const { return m_terms.empty() ? 0 : m_terms.begin()->second; }
    std::string text() const; ///< "2*batch*d^2 + 4*d"

    friend Polynomial operator+(const Polynomial&, const Polynomial&);
    friend Polynomial operator-(const Polynomial&, const Polynomial&);
    friend Polynomial operator*(const Polynomial&, const Polynomial&);
    /// Exact if b has one term; else the quotient becomes an atom.
    friend Polynomial operator/(const Polynomial& a, const Polynomial& b);
    friend bool operator==(const Polynomial&, const Polynomial&) = default;

private:
    using Monomial = std::vector<std::pair<std::string, int>>; ///< atom and power, sorted by atom
    void add(const Monomial&, double factor);
    static std::string text(const Monomial&, double factor);
    std::map<Monomial, double> m_terms; ///< no zero factors
};

struct Size {
    double value = 0;
    Polynomial formula;

    Size() = default;
    Size(double number)
        : value(number)
        , formula(number)
    {
    } // NOLINT: a number is a size
    Size(double number, Polynomial text)
        : value(number)
        , formula(std::move(text))
    {
    }
    bool whole() const; ///< an integer within +-2^53
};

/// The function of the language applied to sizes, folded; `value` is its result.
Size applied(const std::string& function, const std::vector<Size>& arguments, double value);

} // namespace core::diagram
